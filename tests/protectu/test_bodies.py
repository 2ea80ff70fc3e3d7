"""Slow phones are waited for; who sends a byte now and then is not, and everybody else is answered meanwhile."""

import asyncio
import resource
import socket
import threading
from contextlib import suppress
from urllib.error import HTTPError

import pytest

from protectu import bodies
from protectu.bodies import Bodies, TooSlow
from tests.press import Answer, get, post
from tests.stack import wait_for
from tests.web import a_web, head

WITH_BODY = {"headers": [(b"content-length", b"100")]}
WITHOUT = {"headers": [(b"accept", b"*/*")]}


def message(content, *, more=True):
    return {"type": "http.request", "body": content, "more_body": more}


class Phone:
    """Sends so many bytes every so many seconds, of a clock that stands still meanwhile."""

    def __init__(self, monkeypatch, *, size, every):
        self.now, self.size, self.every = 0.0, size, every
        monkeypatch.setattr(bodies.time, "monotonic", lambda: self.now)

    async def receive(self):
        self.now += self.every
        return message(b"x" * self.size)


def read(phone, pieces, all_bodies=None):
    async def reading():
        with (all_bodies or Bodies()).one(WITH_BODY) as pace:
            for _ in range(pieces):
                await pace.next(phone.receive)

    asyncio.run(reading())


def test_a_photo_over_the_worst_line_is_taken_however_long_it_takes(monkeypatch):
    phone = Phone(monkeypatch, size=30_000, every=60)  # 500 bytes a second, in bursts

    read(phone, pieces=300)

    assert phone.now == 5 * 3600


def test_a_line_that_stalls_for_a_minute_and_a_half_is_waited_for(monkeypatch):
    read(Phone(monkeypatch, size=1000, every=90), pieces=1)


def test_a_byte_each_five_seconds_is_given_up(monkeypatch):
    phone = Phone(monkeypatch, size=1, every=5)

    with pytest.raises(TooSlow):
        read(phone, pieces=100)
    assert phone.now == bodies.WINDOW_SECONDS


def test_in_a_crowd_it_is_given_up_sooner_and_a_real_phone_is_not(monkeypatch):
    crowd = Bodies()
    crowd.under_way = crowd.most - 1
    slow = Phone(monkeypatch, size=1, every=5)

    with pytest.raises(TooSlow):
        read(slow, pieces=100, all_bodies=crowd)
    assert slow.now == bodies.CROWDED_WINDOW_SECONDS
    read(Phone(monkeypatch, size=2000, every=10), pieces=100, all_bodies=crowd)


def test_silence_is_given_up_too(monkeypatch):
    monkeypatch.setattr(bodies, "WINDOW_SECONDS", 0.05)
    monkeypatch.setattr(bodies, "LOOKS_SECONDS", 0.01)

    async def silence():
        await asyncio.Event().wait()

    async def reading():
        with Bodies().one(WITH_BODY) as pace:
            await pace.next(silence)

    with pytest.raises(TooSlow):
        asyncio.run(reading())


def test_beyond_the_room_that_there_is_a_body_is_not_read_and_a_page_is_given():
    full = Bodies()
    full.under_way = full.most

    with pytest.raises(TooSlow), full.one(WITH_BODY):
        pass
    with full.one(WITHOUT):
        assert full.under_way == full.most
    assert full.under_way == full.most


def test_there_is_room_for_half_of_the_files_that_a_process_may_open(monkeypatch):
    for files, most in ((64, 12), (1024, 492), (1_000_000, 1000), (resource.RLIM_INFINITY, 1000), (20, 8)):
        monkeypatch.setattr(bodies.resource, "getrlimit", lambda what, files=files: (files, files))
        assert Bodies().most == most


class Tricklers:
    """Each begins a press and sends a byte each second. One that is sent away tries again."""

    def __init__(self, port, count):
        self.port, self.over = port, threading.Event()
        self.threads = [threading.Thread(target=self.trickle, daemon=True) for _ in range(count)]

    def trickle(self):
        while not self.over.is_set():
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=5) as line:
                line.sendall(head("POST", "/en/now/", length=1000))
                while not self.over.wait(1):
                    line.sendall(b"x")

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *why):
        self.over.set()
        for thread in self.threads:
            thread.join()


def answered(ask_for, url):
    """The page, whatever its status; None while the line is not taken."""
    try:
        return ask_for(url)
    except HTTPError as refusal:
        with refusal:
            return Answer(refusal.code, refusal.read().decode())
    except OSError:
        return None


@pytest.mark.django_db(transaction=True)
def test_seventy_slow_phones_and_few_files_shut_nobody_out():
    with a_web(files=128, DATABASE_POOL_SIZE="12") as port, Tricklers(port, 70):
        url = f"http://127.0.0.1:{port}"
        page = wait_for(lambda: answered(lambda url: get(f"{url}/en/now/"), url), what="the alert page")
        assert "tel:1300" in page.text

        fields = {**page.hidden, "may_tell": "NEAREST_HELP"}
        first = wait_for(lambda: answered(lambda url: post(f"{url}/en/now/", fields), url), what="an answer")
        assert "tel:1300" in first.text or first.says_reference

        def is_taken():
            answer = answered(lambda url: post(f"{url}/en/now/", fields), url)
            return answer is not None and answer.says_reference

        wait_for(is_taken, seconds=120, what="a press to be taken while they go on")
