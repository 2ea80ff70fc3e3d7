"""A press on the public alert page over the network, as a phone without JavaScript does it."""

import asyncio
import re
import ssl
import time
from collections.abc import Mapping

import httpx

DEADLINE_SECONDS = 10  # page and press together, however slowly the server answers
MOST_BYTES = 200_000
_FORM = re.compile(r'name="?key"?')
_RECEIPT = re.compile(r"\b[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}\b")


class NoPage(Exception):
    """The page did not come, or came without its form."""


class PressNotTaken(Exception):
    """The press was not answered with a receipt."""


def press(url: str, fields: Mapping[str, str]) -> int:
    """Return the milliseconds from the press to the receipt; follow no redirect. Raises NoPage, PressNotTaken."""
    steps = ["page"]
    try:
        return asyncio.run(asyncio.wait_for(_press(url, fields, steps), DEADLINE_SECONDS))
    except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise (PressNotTaken if "press" in steps else NoPage)(type(error).__name__) from error


async def _press(url: str, fields: Mapping[str, str], steps: list[str]) -> int:
    async with httpx.AsyncClient(
        verify=ssl.create_default_context(), trust_env=False, timeout=DEADLINE_SECONDS
    ) as client:
        status, text = await _read(client, client.build_request("GET", url))
        if status != httpx.codes.OK or not _FORM.search(text):
            raise NoPage(f"HTTP {status}")
        steps.append("press")
        began = time.monotonic()
        status, text = await _read(client, client.build_request("POST", url, data=dict(fields)))
        if status != httpx.codes.OK or not _RECEIPT.search(text):
            raise PressNotTaken(f"HTTP {status}")
        return round((time.monotonic() - began) * 1000)


async def _read(client: httpx.AsyncClient, request: httpx.Request) -> tuple[int, str]:
    response = await client.send(request, stream=True, follow_redirects=False)
    taken = b""
    try:
        async for chunk in response.aiter_bytes():
            taken += chunk
            if len(taken) > MOST_BYTES:
                break
    finally:
        await response.aclose()
    return response.status_code, taken.decode("utf-8", "replace")
