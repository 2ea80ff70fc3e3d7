"""A phone without JavaScript, over plain HTTP: gets the page, presses a button, reads the answer."""

import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlencode
from urllib.request import Request, urlopen

REFERENCE = re.compile(r"\b[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}\b")
# As the page says it to a person: one token in a million looks like a reference somewhere.
SAID = re.compile(rf'class="?reference"?>({REFERENCE.pattern})<')


@dataclass(frozen=True)
class Answer:
    status: int
    text: str

    @property
    def says_reference(self) -> bool:
        return SAID.search(self.text) is not None

    @property
    def reference(self) -> str:
        found = SAID.search(self.text)
        assert found, f"no reference in an answer of {len(self.text)} characters"
        return found[1]

    @property
    def hidden(self) -> dict[str, str]:
        """The hidden fields of the page's forms: the signed key, or the token of a receipt."""
        inputs = re.findall(r"<input[^>]*type=\"?hidden\"?[^>]*>", self.text)
        fields = {}
        for tag in inputs:
            attributes = {name: unescape(value) for name, value in re.findall(r'(\w+)="([^"]*)"', tag)}
            fields[attributes["name"]] = attributes.get("value", "")
        return fields


def get(url: str, timeout: float = 60) -> Answer:
    with urlopen(url, timeout=timeout) as answer:
        return Answer(answer.status, answer.read().decode())


def post(url: str, fields: dict[str, str], timeout: float = 60) -> Answer:
    with urlopen(Request(url, data=urlencode(fields).encode()), timeout=timeout) as answer:
        return Answer(answer.status, answer.read().decode())


def press(
    url: str, may_tell: str = "NEAREST_HELP", *, at: dict[str, str] | None = None, timeout: float = 60
) -> Answer:
    """The alert page, and one of its two buttons."""
    page = get(f"{url}/th/now/")
    return post(f"{url}/th/now/", {**page.hidden, "may_tell": may_tell, **(at or {})}, timeout=timeout)
