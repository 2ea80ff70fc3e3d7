"""A host that draws streets: a real PNG for each tile, or whatever the test wants."""

import re
import struct
import zlib

from tests.providers.http import Call, Provider, Reply

PNG_TYPE = (("Content-Type", "image/png"),)


def png(shade: int = 200) -> bytes:
    """256 x 256, one grey."""
    rows = b"".join(b"\x00" + bytes([shade]) * 256 for _ in range(256))
    header = struct.pack(">IIBBBBB", 256, 256, 8, 0, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in parts
    )


class TileServer(Provider):
    path = "/{z}/{x}/{y}.png"

    def reply(self, call: Call) -> Reply:
        return Reply(200, png(), PNG_TYPE)

    @property
    def asked(self) -> set[tuple[int, ...]]:
        found = [re.fullmatch(r"/(\d+)/(\d+)/(\d+)\.png", call.path) for call in self.calls]
        return {tuple(map(int, one.groups())) for one in found if one}
