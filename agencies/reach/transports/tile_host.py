"""The configured host of the streets. Only images are taken, judged by their type and by their first bytes."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from agencies.reach.transports.errors import TransportError
from agencies.reach.transports.http import get_all

DEADLINE_SECONDS = 2.0  # an officer looks at an empty map meanwhile
MOST_BYTES = 200_000  # of one tile; a larger one is refused
OK, NOT_THERE = 200, 404
BEGINNINGS = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}


@dataclass(frozen=True)
class Image:
    content: bytes
    content_type: str


Where = tuple[int, int]  # column and row of a tile, counted from the north-west


@dataclass(frozen=True)
class Fetched:
    images: dict[Where, Image]
    is_complete: bool  # the host has answered for each of them


def fetch(z: int, wanted: Sequence[Where]) -> Fetched:
    """Return the tiles that came as images within the deadline. Raises TransportError when none was answered."""
    if (host := settings.TILES) is None:
        raise TransportError("not configured")
    urls = [_url(host.url, z, x, y) for x, y in wanted]
    answers = get_all(urls, only_public=not host.is_test, deadline=DEADLINE_SECONDS, most_bytes=MOST_BYTES + 1)
    if not any(answers):
        raise TransportError("deadline")
    known = [(at, answer) for at, answer in zip(wanted, answers, strict=True) if answer]
    images = {at: image_in(answer.content, answer.content_type) for at, answer in known if answer.status == OK}
    return Fetched(
        {at: image for at, image in images.items() if image},
        is_complete=len(known) == len(wanted) and all(answer.status in (OK, NOT_THERE) for _, answer in known),
    )


def _url(template: str, z: int, x: int, y: int) -> str:
    return template.replace("{z}", str(z)).replace("{x}", str(x)).replace("{y}", str(y))


def image_in(content: bytes, said: str) -> Image | None:
    """Return the image, or None unless it is a PNG, JPEG or WebP and `said` is its type."""
    said = said.partition(";")[0].strip().lower()
    beginning = BEGINNINGS.get(said)
    is_webp = said == "image/webp" and content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    is_image = is_webp or (beginning is not None and content.startswith(beginning))
    return Image(content, said) if is_image and len(content) <= MOST_BYTES else None
