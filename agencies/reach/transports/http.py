"""HTTP with one deadline. No redirect is followed, no proxy is used, and only the beginning of an answer is read."""

import asyncio
import json
import ssl
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx

from agencies.reach.transports.addresses import look_up, require_public
from agencies.reach.transports.errors import TransportError, Unanswered, reason_of

# Until the request is given, with the name lookup. For the answer too, unless it is waited for longer.
DEADLINE_SECONDS = 10
CONNECT_SECONDS = 3  # then the next address of the host is tried
ANSWER_SECONDS = 60  # more, for the answer to a message: who hangs up sooner sends it again to whoever has taken it
BODY_SECONDS = 3  # once the status is known; it decides, and the body only says more
MOST_ANSWER_BYTES = 16 * 1024
MOST_CONNECTIONS = 6  # to one host
_OURS = {"User-Agent": "PROTECT-U", "Accept-Encoding": "identity"}


@dataclass(frozen=True)
class Answer:
    status: int
    content: bytes
    content_type: str
    retry_after: int | None
    is_whole: bool = True

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")

    @property
    def is_taken(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> dict[str, Any]:
        try:
            said = json.loads(self.text)
        except ValueError:
            return {}
        return said if isinstance(said, dict) else {}

    def as_error(
        self, detail: object = "", *, is_permanent: bool = False, is_missing: bool = False
    ) -> TransportError:
        """Return the error, whose reason is the status and `detail` and never the provider's whole answer."""
        reason = f"HTTP {self.status} {detail}".strip()
        return TransportError(reason, is_permanent=is_permanent, is_missing=is_missing, retry_after=self.retry_after)


def post(
    url: str,
    *,
    content: bytes,
    headers: Mapping[str, str],
    only_public: bool = False,
    is_late: Callable[[], object] | None = None,
) -> Answer:
    """Send one POST. `only_public` refuses addresses inside our walls.

    With `is_late` it is called when the answer takes long, and then the answer is waited for. Raises TransportError,
    of which Unanswered means that the request was given.
    """
    try:
        call = _Post(httpx.URL(url), content, {**headers, **_OURS}, only_public)
        return _in_time(call, is_late)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise TransportError(reason_of(error)) from error


def _in_time(call: "_Post", is_late: Callable[[], object] | None) -> Answer:
    with asyncio.Runner() as runner:
        answer = runner.get_loop().create_task(call.answer())
        if not runner.run(_is_there(answer, DEADLINE_SECONDS)) and call.is_given and is_late:
            is_late()
            runner.run(_is_there(answer, ANSWER_SECONDS))
        answer.cancel()  # which does nothing to one that is there
        runner.run(asyncio.wait({answer}))
    if answer.cancelled():
        raise Unanswered if call.is_given else TransportError("deadline")
    return answer.result()


async def _is_there(answer: "asyncio.Task[Answer]", seconds: float) -> bool:
    done, _pending = await asyncio.wait({answer}, timeout=seconds)
    return bool(done)


@dataclass
class _Post:
    url: httpx.URL
    content: bytes
    headers: Mapping[str, str]
    only_public: bool
    is_given: bool = False  # from now on the other side may have taken it

    async def answer(self) -> Answer:
        host = self.url.raw_host.decode("ascii")
        addresses = await look_up(host, self.url.port or (443 if self.url.scheme == "https" else 80))
        if self.only_public:
            require_public(addresses, of=host)
        failure: httpx.TransportError = httpx.ConnectError("no address")
        timeout = httpx.Timeout(None, connect=CONNECT_SECONDS)
        async with httpx.AsyncClient(verify=_trust(), trust_env=False, timeout=timeout) as client:
            # The name is not looked up again: what is called is what was checked.
            for address in addresses:
                try:
                    return await self._exchange(client, address)
                except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                    failure = error
        raise failure

    async def _exchange(self, client: httpx.AsyncClient, address: str) -> Answer:
        request = _request(client, "POST", self.url, address, self.headers, self.content)
        request.extensions["trace"] = self._notice
        try:
            return await _exchange(client, request, body_seconds=BODY_SECONDS)
        except (httpx.HTTPError, OSError) as error:
            if self.is_given:
                raise Unanswered from error
            raise

    async def _notice(self, event: str, info: object) -> None:
        self.is_given = self.is_given or event.endswith("send_request_headers.started")


def get_all(urls: Sequence[str], *, only_public: bool, deadline: float, most_bytes: int) -> list[Answer | None]:
    """Ask one host for all `urls` at once. None stands for an answer that did not come within `deadline` seconds.

    We send no cookie and no referrer. Raises TransportError when the host must not or cannot be called.
    """
    try:
        return asyncio.run(_get_all([httpx.URL(url) for url in urls], only_public, deadline, most_bytes))
    except TimeoutError as error:
        raise TransportError("deadline") from error
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise TransportError(reason_of(error)) from error


async def _get_all(
    urls: Sequence[httpx.URL], only_public: bool, deadline: float, most_bytes: int
) -> list[Answer | None]:
    ends, first = asyncio.get_running_loop().time() + deadline, urls[0]
    async with asyncio.timeout_at(ends):
        host = first.raw_host.decode("ascii")
        addresses = await look_up(host, first.port or (443 if first.scheme == "https" else 80))
    if only_public:
        require_public(addresses, of=host)
    limits = httpx.Limits(max_connections=MOST_CONNECTIONS)
    async with httpx.AsyncClient(verify=_trust(), trust_env=False, timeout=deadline, limits=limits) as client:
        asked = [
            asyncio.create_task(_exchange(client, _request(client, "GET", url, addresses[0], _OURS), most_bytes))
            for url in urls
        ]
        done, late = await asyncio.wait(asked, timeout=max(0, ends - asyncio.get_running_loop().time()))
        for task in late:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
    return [task.result() if task in done and not task.exception() else None for task in asked]


def _request(
    client: httpx.AsyncClient,
    method: str,
    url: httpx.URL,
    address: str,
    headers: Mapping[str, str],
    content: bytes | None = None,
) -> httpx.Request:
    # TLS still checks the certificate against the name, because of sni_hostname.
    return client.build_request(
        method,
        url.copy_with(host=address),
        content=content,
        headers={**headers, "Host": url.netloc.decode("ascii")},
        extensions={"sni_hostname": url.raw_host.decode("ascii")},
    )


async def _exchange(
    client: httpx.AsyncClient,
    request: httpx.Request,
    most_bytes: int = MOST_ANSWER_BYTES,
    body_seconds: float | None = None,
) -> Answer:
    """Return the answer.

    With `body_seconds` a body that breaks off or does not end is cut there; without, it is an error.
    """
    response = await client.send(request, stream=True, follow_redirects=False)
    content, is_whole = bytearray(), False
    try:
        with suppress(*(() if body_seconds is None else (httpx.HTTPError, OSError))):
            async with asyncio.timeout(body_seconds):
                is_whole = await _read_beginning(response, content, most_bytes)
    finally:
        await response.aclose()
    kind = response.headers.get("Content-Type", "")
    return Answer(response.status_code, bytes(content[:most_bytes]), kind, _retry_after(response), is_whole=is_whole)


async def _read_beginning(response: httpx.Response, content: bytearray, most_bytes: int) -> bool:
    """Read into `content`. Return whether it is all."""
    # Raw, because a compressed answer, which we did not ask for, could expand into a huge one.
    async for chunk in response.aiter_raw():
        content += chunk
        if len(content) >= most_bytes:
            return False
    return True


def _retry_after(response: httpx.Response) -> int | None:
    seconds = response.headers.get("Retry-After", "")
    return int(seconds) if seconds.isascii() and seconds.isdigit() and len(seconds) < 7 else None


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()
