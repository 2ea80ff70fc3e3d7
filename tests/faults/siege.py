"""Guesses at a code from many lines, live screens without end, and people who press: all over bare HTTP."""

import re
import socket
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from threading import Event
from urllib.parse import urlencode

from stdnum import damm

from cases.privacy import codes
from tests.press import Answer, get, press
from tests.stack import Stack

GUESSERS = 24
PASSWORD = "mangosteen-season"  # of the demo's officers
TIMEOUT = 60  # seconds; a page gives up after 45


@dataclass(frozen=True)
class Tried:
    status: int
    seconds: float
    says_reference: bool = False


@dataclass
class Outcome:
    before: list[Tried] = field(default_factory=list)  # presses without a siege
    presses: list[Tried] = field(default_factory=list)
    right: list[Tried] = field(default_factory=list)  # the right code of the row that is guessed at
    guesses: Counter[int] = field(default_factory=Counter)  # what they were answered
    pages: Counter[int] = field(default_factory=Counter)  # of the officer whose session has the streams
    streams: int = 0

    @property
    def refused(self) -> list[Tried]:
        return [press for press in self.presses if press.status != 200 or not press.says_reference]


def run(stack: Stack, *, seconds: float, streams: int) -> Outcome:
    outcome, is_over = Outcome(), Event()
    code = _code_of(stack)
    outcome.before = [_press(stack) for _ in range(5)]
    cookie = _login(stack, "somchai")
    with ExitStack() as lines, ThreadPoolExecutor(GUESSERS + streams + 80) as pool:
        lines.callback(is_over.set)
        for number in range(GUESSERS):
            pool.submit(_guess, stack, code, number, outcome, is_over)
        for _ in range(streams):
            pool.submit(_listen, stack, cookie, outcome, is_over)
        _every(
            1,
            seconds,
            pool,
            lambda: _press(stack),
            outcome.presses,
            begin=lambda: _probe(pool, stack, code, cookie, outcome),
        )
        is_over.set()
    return outcome


def _every(
    pause: float,
    seconds: float,
    pool: ThreadPoolExecutor,
    do: Callable[[], Tried],
    found: list[Tried],
    *,
    begin: Callable[[], None],
) -> None:
    """On the clock, whether or not the earlier ones were answered."""
    under_way: list[Future[Tried]] = []
    for number in range(int(seconds / pause)):
        if number % 5 == 2:
            begin()
        under_way.append(pool.submit(do))
        time.sleep(pause)
    found += [one.result() for one in under_way]


def _probe(pool: ThreadPoolExecutor, stack: Stack, code: str, cookie: str, outcome: Outcome) -> None:
    """Send two requests: the owner of the code enters it, and an officer opens the queue."""
    pool.submit(lambda: outcome.right.append(_come_back(stack, code)))
    pool.submit(lambda: outcome.pages.update([_ask(stack, "GET", "/desk/", cookie=cookie).status]))


def _press(stack: Stack) -> Tried:
    began, fields = time.monotonic(), {"may_tell": "NEAREST_HELP", "latitude": "5.774", "longitude": "101.0725"}
    answer = _ask(stack, "POST", "/th/now/", fields)
    return Tried(answer.status, time.monotonic() - began, answer.says_reference)


def _come_back(stack: Stack, code: str) -> Tried:
    """Send the right code, and again when there is no turn for it just now."""
    began = time.monotonic()
    while True:
        answer = _ask(stack, "POST", "/en/back/", {"code": code})
        took = time.monotonic() - began
        if answer.status == 200 or took > TIMEOUT:
            return Tried(answer.status, took, "How far it is" in answer.text)
        time.sleep(1)


def _guess(stack: Stack, code: str, number: int, outcome: Outcome, is_over: Event) -> None:
    while not is_over.is_set():
        drawn = f"{code[: codes.LOCATES]}{(number + 1) * 7_777_777 % 10**codes.PROVES:0{codes.PROVES}}"
        with suppress(OSError, HTTPException):
            answer = _ask(stack, "POST", "/en/back/", {"code": drawn + damm.calc_check_digit(drawn)})
            outcome.guesses[answer.status] += 1


def _listen(stack: Stack, cookie: str, outcome: Outcome, is_over: Event) -> None:
    """Open a live screen, and another one when it was closed."""
    request = f"GET /desk/live/ HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n".encode()
    while not is_over.is_set():
        with suppress(OSError), closing(socket.create_connection(("127.0.0.1", stack.port), timeout=5)) as line:
            line.sendall(request)
            outcome.streams += 1
            while not is_over.is_set() and line.recv(4096):
                pass


def _ask(stack: Stack, method: str, path: str, fields: dict[str, str] | None = None, *, cookie: str = "") -> Answer:
    with closing(HTTPConnection("127.0.0.1", stack.port, timeout=TIMEOUT)) as connection:
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if fields else {}
        connection.request(method, path, urlencode(fields or {}), headers | ({"Cookie": cookie} if cookie else {}))
        answer = connection.getresponse()
        return Answer(answer.status, answer.read().decode())


def _code_of(stack: Stack) -> str:
    """Press, and ask for a code to come back with."""
    token = press(stack.url).hidden["token"]
    page = _ask(stack, "POST", "/en/now/code/", {"token": token}).text
    return "".join(re.findall(r"<span>(\d{4})</span>", page))


def _login(stack: Stack, name: str) -> str:
    with closing(HTTPConnection("127.0.0.1", stack.port, timeout=TIMEOUT)) as connection:
        connection.request("GET", "/login/")
        page = connection.getresponse()
        token = str(page.getheader("Set-Cookie")).partition(";")[0]
        fields = {**Answer(200, page.read().decode()).hidden, "username": name, "password": PASSWORD}
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": token}
        connection.request("POST", "/login/", urlencode(fields), headers)
        answer = connection.getresponse()
        cookies = re.findall(r"sessionid=\w+", str(answer.headers))
        assert cookies, f"no login: {answer.status}"
        return cookies[0]


def burst(stack: Stack, presses: int) -> list[Tried]:
    """So many people press within a second, each once, and wait for as long as the page does."""
    get(f"{stack.url}/th/now/")
    with ThreadPoolExecutor(presses) as pool:
        begun = [pool.submit(_later, number / presses, stack) for number in range(presses)]
        return [one.result() for one in begun]


def _later(seconds: float, stack: Stack) -> Tried:
    """A page that gives up after TIMEOUT seconds counts as not answered: its press may still be stored."""
    time.sleep(seconds)
    try:
        return _press(stack)
    except TimeoutError:
        return Tried(0, TIMEOUT)
