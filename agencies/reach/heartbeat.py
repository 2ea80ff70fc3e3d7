"""The heartbeat to a watcher outside, who calls somebody when it stays away."""

import asyncio
import logging
import ssl
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

logger = logging.getLogger(__name__)

# Of the whole exchange, however slowly the server answers.
DEADLINE_SECONDS = 5


def ping() -> bool:
    """Send one GET to HEARTBEAT_URL. Return True for an answer with 2xx; a redirect is not followed."""
    if not settings.HEARTBEAT_URL:
        return False
    try:
        status = asyncio.run(asyncio.wait_for(_get(urlsplit(settings.HEARTBEAT_URL)), DEADLINE_SECONDS))
    except (OSError, EOFError, ValueError, asyncio.LimitOverrunError) as error:
        # Whoever knows the address can ping for us, so it is not logged.
        logger.warning("no heartbeat to the outside: %s", type(error).__name__)
        return False
    if not 200 <= status < 300:
        logger.warning("no heartbeat to the outside: status %d", status)
    return 200 <= status < 300


async def _get(url: SplitResult) -> int:
    reader, writer = await asyncio.open_connection(url.hostname, url.port or 443, ssl=ssl.create_default_context())
    try:
        path = f"{url.path or '/'}?{url.query}" if url.query else url.path or "/"
        lines = (f"GET {path} HTTP/1.1", f"Host: {url.netloc.rpartition('@')[2]}", "User-Agent: protect-u")
        writer.write("\r\n".join((*lines, "Connection: close", "", "")).encode("ascii"))
        _version, status, *_reason = (await reader.readuntil(b"\n")).split()
        return int(status)
    finally:
        writer.transport.abort()  # a polite close would wait for the other side
