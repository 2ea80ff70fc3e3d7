"""Streets for our maps, fetched by us, so that the host learns of no person and of no exact place.

We ask for a whole block of tiles, about 2.4 km wide at zoom 16, and cache it for a month. So the host learns
neither the tile that somebody looks at, nor how many people look.
"""

import logging
import math
import threading

from django.conf import settings
from django.core.cache import cache
from django.core.cache.backends.filebased import FileBasedCache

from agencies.reach.transports.errors import TransportError
from agencies.reach.transports.tile_host import Fetched, Image, Where, fetch

logger = logging.getLogger(__name__)

BLOCK = 4  # tiles a side
# Thailand and what lies near. Degrees of WGS 84: west, south, east, north.
WEST, SOUTH, EAST, NORTH = 96.0, 4.5, 107.0, 21.5
CACHED_SECONDS, PARTS_CACHED_SECONDS = 30 * 86_400, 60
MOST_BLOCKS = 2_000  # on the disk, about 600 MB; beyond them a third is deleted
RESTS_SECONDS = 30  # after the host gave no answer
ASKED_A_MINUTE = 60  # blocks, by one process, so that nobody can use up a paid quota
WAITS_SECONDS = 2.5  # for another request that asks for the same block
_turns = [threading.Lock() for _ in range(64)]

Block = tuple[int, int, int]


def tile(z: int, x: int, y: int) -> Image | None:
    """Return the tile, or None where there are no streets to show; the map then shows our outlines alone."""
    host = settings.TILES
    if host is None or z > host.max_zoom or not _is_near(z, x, y):
        return None
    block = (z, x // BLOCK, y // BLOCK)
    images = _cached(block)
    if images is None:
        images = _ask_in_turn(block)
    return (images or {}).get((x, y))


def _is_near(z: int, x: int, y: int) -> bool:
    west, north = _tile_at(z, WEST, NORTH)
    east, south = _tile_at(z, EAST, SOUTH)
    return west <= x <= east and north <= y <= south


def _tile_at(z: int, longitude: float, latitude: float) -> Where:
    """Return column and row in Web Mercator (EPSG:3857), counted from the north-west. Degrees of WGS 84."""
    many = 2**z
    north = math.asinh(math.tan(math.radians(latitude)))
    return int((longitude + 180) / 360 * many), int((1 - north / math.pi) / 2 * many)


def _ask_in_turn(block: Block) -> dict[Where, Image] | None:
    # A map asks for all its tiles at once: one request asks the host, and the others wait for it.
    turn = _turns[hash(block) % len(_turns)]
    if not turn.acquire(timeout=WAITS_SECONDS):
        return None
    try:
        images = _cached(block)
        return _ask(block) if images is None else images
    finally:
        turn.release()


def _ask(block: Block) -> dict[Where, Image] | None:
    if cache.get("tiles:rests") or not _is_affordable():
        return None
    z, column, row = block
    side = range(BLOCK)
    wanted = [(column * BLOCK + right, row * BLOCK + down) for down in side for right in side]
    try:
        fetched = fetch(z, [(x, y) for x, y in wanted if max(x, y) < 2**z])
    except TransportError as error:
        logger.warning("no streets for the maps: %s", error)
        cache.set("tiles:rests", True, RESTS_SECONDS)
        return None
    _store(block, fetched)
    return fetched.images


def _is_affordable() -> bool:
    cache.add("tiles:asked", 0, 60)
    try:
        return cache.incr("tiles:asked") <= ASKED_A_MINUTE
    except ValueError:  # the counter has just expired
        return True


def _disk() -> FileBasedCache:
    assert settings.TILES  # noqa: S101 - for the type checker; without a host nothing comes here
    return FileBasedCache(str(settings.TILES.cache), {"OPTIONS": {"MAX_ENTRIES": MOST_BLOCKS}})


def _cached(block: Block) -> dict[Where, Image] | None:
    try:
        cached: dict[Where, Image] | None = _disk().get(_key(block))
    except OSError:
        return None
    return cached


def _store(block: Block, fetched: Fetched) -> None:
    seconds = CACHED_SECONDS if fetched.is_complete else PARTS_CACHED_SECONDS
    try:
        _disk().set(_key(block), fetched.images, seconds)
    except OSError as error:  # the host is asked more often, and the map is shown all the same
        logger.warning("streets cannot be kept: %s", type(error).__name__)


def _key(block: Block) -> str:
    assert settings.TILES  # noqa: S101 - for the type checker
    # With the url of the host, so that another host's streets are not shown as its own.
    return f"{settings.TILES.url}/{'/'.join(map(str, block))}"
