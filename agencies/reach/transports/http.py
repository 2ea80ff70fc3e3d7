"""HTTP with one deadline. No redirect is followed, no proxy is used, and only the beginning of an answer is read."""

import asyncio
import json
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx

from agencies.reach.transports.addresses import look_up, require_public
from agencies.reach.transports.errors import TransportError, reason_of

# Of the whole exchange, with the name lookup, however slowly the server answers.
DEADLINE_SECONDS = 10
CONNECT_SECONDS = 3  # then the next address of the host is tried
MOST_ANSWER_BYTES = 16 * 1024
MOST_CONNECTIONS = 6  # to one host
TOO_MANY, SERVER_ERROR = 429, 500
_OURS = {"User-Agent": "PROTECT-U", "Accept-Encoding": "identity"}


@dataclass(frozen=True)
class Answer:
    status: int
    content: bytes
    content_type: str
    retry_after: int | None

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

    def as_error(self, detail: object = "", *, is_permanent: bool = False) -> TransportError:
        """Return the error, whose reason is the status and `detail` and never the provider's whole answer."""
        reason = f"HTTP {self.status} {detail}".strip()
        return TransportError(reason, is_permanent=is_permanent, retry_after=self.retry_after)


def post(url: str, *, content: bytes, headers: Mapping[str, str], only_public: bool = False) -> Answer:
    """Send one POST. `only_public` refuses addresses inside our walls. Raises TransportError."""
    try:
        exchange = _post(httpx.URL(url), content, {**headers, **_OURS}, only_public)
        return asyncio.run(asyncio.wait_for(exchange, DEADLINE_SECONDS))
    except TimeoutError as error:
        raise TransportError("deadline") from error
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise TransportError(reason_of(error)) from error


async def _post(url: httpx.URL, content: bytes, headers: Mapping[str, str], only_public: bool) -> Answer:
    host = url.raw_host.decode("ascii")
    addresses = await look_up(host, url.port or (443 if url.scheme == "https" else 80))
    if only_public:
        require_public(addresses)
    failure: httpx.TransportError = httpx.ConnectError("no address")
    timeout = httpx.Timeout(DEADLINE_SECONDS, connect=CONNECT_SECONDS)
    async with httpx.AsyncClient(verify=_trust(), trust_env=False, timeout=timeout) as client:
        # The name is not looked up again: what is called is what was checked.
        for address in addresses:
            try:
                return await _exchange(client, _request(client, "POST", url, address, headers, content))
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failure = error
    raise failure


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
        require_public(addresses)
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


async def _exchange(client: httpx.AsyncClient, request: httpx.Request, most_bytes: int = MOST_ANSWER_BYTES) -> Answer:
    response = await client.send(request, stream=True, follow_redirects=False)
    try:
        content = await _beginning(response, most_bytes)
    finally:
        await response.aclose()
    return Answer(response.status_code, content, response.headers.get("Content-Type", ""), _retry_after(response))


async def _beginning(response: httpx.Response, most_bytes: int) -> bytes:
    taken = b""
    # Raw, because a compressed answer, which we did not ask for, could expand into a huge one.
    async for chunk in response.aiter_raw():
        taken += chunk
        if len(taken) >= most_bytes:
            break
    return taken[:most_bytes]


def _retry_after(response: httpx.Response) -> int | None:
    seconds = response.headers.get("Retry-After", "")
    return int(seconds) if seconds.isascii() and seconds.isdigit() and len(seconds) < 7 else None


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()
