"""Invented officers on duty: they log in as the demo's officers do, look at what is asked, and answer some of it."""

import re
from random import Random

from insight.simulation.browser import Browser
from insight.simulation.crowd import WORDS

TAKES = 0.3  # of what waits, at each look: nobody answers all at once
CANNOT = 0.1  # of the answers
ASKED = re.compile(r"/asked/[0-9A-Z]{4}-[0-9A-Z]{4}/$")


class LoginRefused(Exception):
    """The officer is not in the demo, or has another password."""


class InventedOfficer:
    """An officer of the demo, with a browser of their own."""

    def __init__(self, base_url: str, *, username: str, password: str, random: Random) -> None:
        self.browser, self.random = Browser(base_url), random
        self.answered: set[str] = set()
        page = self.browser.get("/login/")
        form = next((form for form in page.forms if "csrfmiddlewaretoken" in form.fields), None)
        if form is None:
            raise LoginRefused
        after = self.browser.send(form, page, username=username, password=password)
        if after.status != 200 or "/login/" in after.url:
            raise LoginRefused

    def look(self) -> int:
        """Answer some of what waits. Return how many were taken."""
        links = {link for link in self.browser.get("/asked/").links if ASKED.search(link)}
        waiting = sorted(links - self.answered)
        return sum(self._answer(link) for link in waiting if self.random.random() < TAKES)

    def _answer(self, link: str) -> int:
        self.answered.add(link)
        page = self.browser.get(link)
        take, cannot = page.form("/take/"), page.form("/cannot/")
        if take is None or cannot is None:
            return 0
        if self.random.random() < CANNOT:
            self.browser.send(cannot, page, reason="BUSY")
            return 0
        minutes = str(self.random.randint(5, 40))
        self.browser.send(take, page, name=self.random.choice(WORDS["takers"]), arrival_minutes=minutes)
        return 1
