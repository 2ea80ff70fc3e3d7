"""Who waits for whom: each request takes its turn in a lane before it gets a thread or a connection (ADR 15)."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic

Place = asyncio.Future[None]


class Full(Exception):
    """Too many wait in this lane, or one has waited too long. Nothing of the request was done."""


class Gone(Exception):
    """Whoever asked has hung up while waiting."""


@dataclass(eq=False)
class Lane:
    """Lets `at_once` requests in at a time; the others wait for their turn and hold nothing meanwhile.

    Networks take turns, and each keeps its own order: one that asks a thousand times makes another wait for one
    answer, not for a thousand. When `most_waiting` wait, the newest of the longest queue is sent away.
    Used by the event loop alone.
    """

    at_once: int
    most_waiting: int
    patience: float  # seconds
    running: int = 0
    moved_at: float = 0  # when somebody was let in or left, by the clock that nobody sets
    _queues: dict[str, deque[Place]] = field(default_factory=dict)  # of each network; the next to be let in is first

    @property
    def waiting(self) -> int:
        return sum(map(len, self._queues.values()))

    def is_stuck(self, seconds: float) -> bool:
        """Say whether nobody was let in or left for so long although there is no room."""
        return self.running >= self.at_once and monotonic() - self.moved_at > seconds

    @asynccontextmanager
    async def turn(self, network: str, *, gone: asyncio.Future[object] | None = None) -> AsyncIterator[None]:
        """Wait until there is room. Raises Full, and Gone when the future `gone` is done first."""
        if self.running < self.at_once and not self._queues:
            self._move(1)
        else:
            await self._wait(self._join(network), network, gone)
        try:
            yield
        finally:
            self._leave()

    def _join(self, network: str) -> Place:
        own = self._queues.get(network, ())
        if self.waiting >= self.most_waiting:
            longest = max(self._queues, key=lambda name: len(self._queues[name]), default=network)
            if longest == network or len(self._queues[longest]) <= len(own) + 1:
                raise Full
            sent_away = self._queues[longest][-1]
            self._forget(longest, sent_away)
            sent_away.set_exception(Full)
        place: Place = asyncio.get_running_loop().create_future()
        self._queues.setdefault(network, deque()).append(place)
        return place

    async def _wait(self, place: Place, network: str, gone: asyncio.Future[object] | None) -> None:
        def hangs_up(_: object) -> None:
            place.cancel()

        if gone:
            gone.add_done_callback(hangs_up)
        try:
            async with asyncio.timeout(self.patience):
                await place
        except BaseException as error:
            if place.done() and not place.cancelled() and not place.exception():
                self._leave()  # we were let in and cancelled in the same moment
            self._forget(network, place)
            if isinstance(error, TimeoutError):
                raise Full from None
            if isinstance(error, asyncio.CancelledError) and gone and gone.done():
                raise Gone from None
            raise
        finally:
            if gone:
                gone.remove_done_callback(hangs_up)

    def _leave(self) -> None:
        self._move(-1)
        while self.running < self.at_once and self._queues:
            network = next(iter(self._queues))
            place = self._queues[network].popleft()
            rest = self._queues.pop(network)
            if rest:
                self._queues[network] = rest  # behind the other networks
            if not place.done():
                self._move(1)
                place.set_result(None)

    def _move(self, one: int) -> None:
        self.running += one
        self.moved_at = monotonic()

    def _forget(self, network: str, place: Place) -> None:
        queue = self._queues.get(network, deque())
        if place in queue:
            queue.remove(place)
        if not queue:
            self._queues.pop(network, None)
