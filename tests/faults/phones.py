"""Many phones that press at once, and each goes on with the same press until an answer with a reference comes."""

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from random import Random
from threading import Event
from urllib.parse import urlencode, urlsplit

from tests.press import Answer

WAITS = (1, 2, 5, 10)  # seconds, as the page's script waits
TIMEOUT_SECONDS = 10
PATIENCE_SECONDS = 300  # for one press; then something is broken for good
SCATTER_DEGREES = 0.01  # some 1.1 km
FAILED = (OSError, HTTPException)


@dataclass(frozen=True)
class Wish:
    """What one person does."""

    number: int
    may_tell: str
    latitude: float
    longitude: float

    @property
    def fields(self) -> dict[str, str]:
        place = {"latitude": f"{self.latitude:.5f}", "longitude": f"{self.longitude:.5f}", "accuracy": "25"}
        return {"may_tell": self.may_tell, **place}


def wishes(random: Random, towns: list[tuple[float, float]], how_many: int) -> Iterator[Wish]:
    """Around these towns (longitude, latitude)."""
    for number in range(how_many):
        longitude, latitude = random.choice(towns)
        may_tell = "SOCIAL_WORKERS" if random.random() < 0.3 else "NEAREST_HELP"
        near = [degrees + random.uniform(-SCATTER_DEGREES, SCATTER_DEGREES) for degrees in (latitude, longitude)]
        yield Wish(number, may_tell, *near)


@dataclass
class Phones:
    """`accepted`: what people were told was taken, by the number of the wish."""

    url: str
    accepted: dict[int, str] = field(default_factory=dict)
    refusals: Counter[str] = field(default_factory=Counter)  # why a try did not succeed, and how often
    given_up: Event = field(default_factory=Event)

    def press_all(self, wanted: list[Wish], *, at_once: int) -> None:
        """Returns when each wish was accepted. Raises when one was not for PATIENCE_SECONDS."""
        with ThreadPoolExecutor(at_once) as pool:
            for pressed in [pool.submit(self._press, wish) for wish in wanted]:
                try:
                    pressed.result()
                except BaseException:
                    self.given_up.set()
                    raise

    def _press(self, wish: Wish) -> None:
        page = self._until(lambda: self._ask("GET"), lambda answer: "key" in answer.hidden)
        fields = {**page.hidden, **wish.fields}  # the key of this page stays with the press
        answer = self._until(lambda: self._ask("POST", fields), lambda answer: answer.says_reference)
        self.accepted[wish.number] = answer.reference

    def _until(self, ask, is_good) -> Answer:
        deadline, tries = time.monotonic() + PATIENCE_SECONDS, 0
        while time.monotonic() < deadline and not self.given_up.is_set():
            try:
                answer = ask()
                if answer.status == 200 and is_good(answer):
                    return answer
                self.refusals[str(answer.status)] += 1
            except FAILED as error:
                self.refusals[type(error).__name__] += 1
            time.sleep(WAITS[min(tries, 3)])
            tries += 1
        raise AssertionError(f"a press was not accepted in {tries} tries: {self.refusals}")

    def _ask(self, method: str, fields: dict[str, str] | None = None) -> Answer:
        host = urlsplit(self.url)
        connection = HTTPConnection(host.hostname or "", host.port, timeout=TIMEOUT_SECONDS)
        try:
            headers = {"Content-Type": "application/x-www-form-urlencoded"} if fields else {}
            connection.request(method, "/th/now/", urlencode(fields or {}), headers)
            answer = connection.getresponse()
            return Answer(answer.status, answer.read().decode())
        finally:
            connection.close()
