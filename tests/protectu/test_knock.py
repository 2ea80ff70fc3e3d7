"""Whether a web is there is answered before anything that could be full, slow or away."""

import asyncio
from typing import Any

from protectu.handler import KNOCK, Handler


def test_a_knock_takes_no_turn_no_thread_and_no_connection():
    sent: list[dict[str, Any]] = []

    async def keep(message: dict[str, Any]) -> None:
        sent.append(message)

    handler = Handler()
    asyncio.run(handler({"type": "http", "path": KNOCK, "method": "GET"}, receive=None, send=keep))

    assert [message.get("status") for message in sent] == [204, None]
    assert handler._threads._threads == set()
