"""An SMTP server in a process of its own that takes everything and notes when: one line a message."""

import asyncio
import sys
import time
from pathlib import Path
from typing import Any, TextIO

from aiosmtpd.smtp import SMTP


class Mailbox:
    def __init__(self, taken: TextIO) -> None:
        self.taken = taken

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        head = envelope.content.partition(b"\r\n\r\n")[0]
        key = head.partition(b"Message-ID: <")[2].partition(b"@")[0].decode()
        self.taken.write(f"{key} {time.time()}\n")
        return "250 taken"


async def main(port: int, path: Path) -> None:
    loop = asyncio.get_running_loop()
    with path.open("a", buffering=1, encoding="utf-8") as taken:
        server = await loop.create_server(lambda: SMTP(Mailbox(taken), enable_SMTPUTF8=True), "127.0.0.1", port)
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2])))
