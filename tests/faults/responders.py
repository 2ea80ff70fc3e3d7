"""People at agencies: they read the mail, open its link, and say that they take it. Others do not."""

import re
import threading
import time
from collections.abc import Iterator
from email.message import EmailMessage
from random import Random

from insight.simulation.browser import Browser
from tests.press import REFERENCE
from tests.stack import Postbox

LINK = re.compile(r"http://\S+(/a/\S+/)")
ANSWERED = 0.25  # of the cases; the others widen until they are red
AGAIN_SECONDS = 2.0
HOLDING = re.compile(r"police-stn|psdhs", re.IGNORECASE)  # one of these can hold a case of either kind


class Responders:
    """One thread. A case is answered, or not, by its reference: the order in which mail comes plays no part."""

    def __init__(self, url: str, postbox: Postbox, *, seed: int) -> None:
        self.url, self.postbox, self.seed = url, postbox, seed
        self.taken: set[str] = set()  # links
        self.waiting: list[tuple[float, str]] = []  # when to try, and the link
        self.read = 0
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._work, daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        """When what was begun has been answered."""
        self.stopping.set()
        self.thread.join(120)

    def _work(self) -> None:
        while not self.stopping.is_set() or self.waiting:
            now = time.monotonic()
            self.waiting += [(now, link) for link in self._new_links()]
            due = [link for at, link in self.waiting if at <= now]
            self.waiting = [(at, link) for at, link in self.waiting if at > now]
            for link in due:
                if not self._take(link):
                    self.waiting.append((time.monotonic() + AGAIN_SECONDS, link))
            time.sleep(0.2)

    def _new_links(self) -> Iterator[str]:
        mails = self.postbox.mails[self.read :]
        self.read += len(mails)
        if self.stopping.is_set():
            return
        for mail in mails:
            for reference, link in asked_in(mail):
                if Random(f"{self.seed}{reference}").random() < ANSWERED:
                    yield link

    def _take(self, link: str) -> bool:
        is_done = take(self.url, link)
        if is_done:
            self.taken.add(link)
        return is_done


def asked_in(mail: EmailMessage) -> Iterator[tuple[str, str]]:
    """References and links in a message to somebody who can hold a case: one, or several that were gathered."""
    reference = ""
    lines = f"{mail['Subject']}\n{mail.get_content()}".splitlines() if HOLDING.search(mail["To"]) else []
    for line in lines:
        if link := LINK.search(line):
            yield reference, link[1]
        elif found := REFERENCE.search(line):
            reference = found[0]


def take(url: str, link: str) -> bool:
    """Open the link of a message, and say that the agency takes it. False: try again later."""
    try:
        browser = Browser(url)
        page = browser.get(link)
        if form := page.form("/take/"):
            page = browser.send(form, page, name="Pim", arrival_minutes="20")
    except OSError:
        return False
    return page.status in (200, 404, 410)  # the last two: ended meanwhile
