"""One POST with one deadline. It follows no redirect, asks no proxy, and reads little of the answer."""

import asyncio
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx

from agencies.reach.transports.addresses import look_up, require_public
from agencies.reach.transports.errors import TransportError

# The whole exchange, name lookup and all, whatever the server trickles.
DEADLINE_SECONDS = 10
CONNECT_SECONDS = 3  # then the host's next address
MOST_ANSWER_BYTES = 16 * 1024
TOO_MANY, SERVER_ERROR = 429, 500
_OURS = {"User-Agent": "PROTECT-U", "Accept-Encoding": "identity"}


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    retry_after: int | None

    @property
    def is_taken(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> dict[str, Any]:
        """The object that it holds; an empty one when it holds none."""
        try:
            said = json.loads(self.text)
        except ValueError:
            return {}
        return said if isinstance(said, dict) else {}

    def as_error(self, detail: object = "", *, is_permanent: bool = False) -> TransportError:
        """What `last_error` says: the status and a word of the provider's, never its whole answer."""
        reason = f"HTTP {self.status} {detail}".strip()
        return TransportError(reason, is_permanent=is_permanent, retry_after=self.retry_after)


def post(url: str, *, content: bytes, headers: Mapping[str, str], only_public: bool = False) -> Answer:
    """With `only_public`, an address inside our own walls is refused."""
    try:
        exchange = _post(httpx.URL(url), content, {**headers, **_OURS}, only_public)
        return asyncio.run(asyncio.wait_for(exchange, DEADLINE_SECONDS))
    except TimeoutError as error:
        raise TransportError("deadline") from error
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise TransportError(type(error).__name__) from error


async def _post(url: httpx.URL, content: bytes, headers: Mapping[str, str], only_public: bool) -> Answer:
    """Each address is tried in turn, and it is the one that was looked at: the name is not looked up again."""
    host = url.raw_host.decode("ascii")
    addresses = await look_up(host, url.port or (443 if url.scheme == "https" else 80))
    if only_public:
        require_public(addresses)
    failure: httpx.TransportError = httpx.ConnectError("no address")
    timeout = httpx.Timeout(DEADLINE_SECONDS, connect=CONNECT_SECONDS)
    async with httpx.AsyncClient(verify=_trust(), trust_env=False, timeout=timeout) as client:
        for address in addresses:
            try:
                return await _exchange(client, url, address, content, headers)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failure = error
    raise failure


async def _exchange(
    client: httpx.AsyncClient, url: httpx.URL, address: str, content: bytes, headers: Mapping[str, str]
) -> Answer:
    # The certificate is checked against the name all the same: sni_hostname is what TLS asks for.
    request = client.build_request(
        "POST",
        url.copy_with(host=address),
        content=content,
        headers={**headers, "Host": url.netloc.decode("ascii")},
        extensions={"sni_hostname": url.raw_host.decode("ascii")},
    )
    response = await client.send(request, stream=True, follow_redirects=False)
    try:
        text = await _beginning(response)
    finally:
        await response.aclose()
    return Answer(response.status_code, text, _retry_after(response))


async def _beginning(response: httpx.Response) -> str:
    """Raw: a packed answer, which we did not ask for, could unpack into a huge one."""
    taken = b""
    async for chunk in response.aiter_raw():
        taken += chunk
        if len(taken) >= MOST_ANSWER_BYTES:
            break
    return taken[:MOST_ANSWER_BYTES].decode("utf-8", "replace")


def _retry_after(response: httpx.Response) -> int | None:
    seconds = response.headers.get("Retry-After", "")
    return int(seconds) if seconds.isascii() and seconds.isdigit() and len(seconds) < 7 else None


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()
