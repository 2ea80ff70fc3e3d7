"""A browser without a screen, for this machine only: it opens a page, fills the form it finds there, and sends it."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPException
from http.cookiejar import CookieJar
from ipaddress import ip_address
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

TIMEOUT_SECONDS = 10


def is_this_machine(url: str) -> bool:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return False
    try:
        return parts.hostname == "localhost" or ip_address(parts.hostname).is_loopback
    except ValueError:
        return False


@dataclass
class Form:
    action: str
    fields: dict[str, str] = field(default_factory=dict)  # the hidden ones


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(said.get("action", "")))
        elif tag == "input" and said.get("type") == "hidden" and self.found:
            self.found[-1].fields[said.get("name", "")] = said.get("value", "")
        elif tag == "a":
            self.links.append(said.get("href", ""))


@dataclass
class Page:
    url: str
    status: int
    text: str

    def __post_init__(self) -> None:
        parser = _Forms()
        parser.feed(self.text)
        self.forms, self.links = parser.found, parser.links

    def form(self, ending: str) -> Form | None:
        """Return the first form whose address ends like this."""
        return next((form for form in self.forms if form.action.endswith(ending)), None)


class Browser:
    """It keeps cookies and uses no proxy: nothing that it sends leaves the machine.

    Raises OSError when nobody answers, and when an answer breaks off.
    """

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._opener = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> Page:
        return self._open(path, None)

    def send(self, form: Form, page: Page, **filled: str) -> Page:
        fields = {**form.fields, **filled}
        return self._open(urljoin(page.url, form.action), urlencode(fields).encode())

    def _open(self, path: str, body: bytes | None) -> Page:
        url = urljoin(self.base_url, path)
        if not is_this_machine(url):
            raise ValueError(url)
        request = Request(url, data=body)  # noqa: S310 - http or https on loopback, as was just looked at
        try:
            with self._answer(request) as answer:
                return Page(answer.url, answer.status, answer.read().decode("utf-8", "replace"))
        except HTTPException as error:
            raise URLError(f"the answer broke off: {error!r}") from error

    def _answer(self, request: Request) -> Any:
        try:
            return self._opener.open(request, timeout=TIMEOUT_SECONDS)
        except HTTPError as error:
            return error  # an answer too, with a page to read
