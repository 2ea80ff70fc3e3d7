"""What is killed or frozen, when, and for how long: the same for the same seed."""

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from random import Random

from tests.cluster import StackAlone

PARTS = {"worker": 4, "watch": 3, "beat": 1, "web": 2, "redis": 2, "postgres": 2}  # how often, compared
GAP_SECONDS = 3.0  # between two faults, on average; a worker needs some two of them to start
LONGEST_GAP = 8.0
DEAD_SECONDS, FROZEN_SECONDS = (0.2, 2.5), (0.5, 6.0)


@dataclass(frozen=True)
class Fault:
    after: float  # seconds of peace before it
    how: str  # "dead" or "frozen"
    parts: tuple[str, ...]
    seconds: float

    def strike(self, stack: StackAlone) -> None:
        with ExitStack() as undone:
            for part in self.parts:
                undone.enter_context(getattr(stack, self.how)(part))
            time.sleep(self.seconds)


def faults(random: Random, parts: Sequence[str] = tuple(PARTS)) -> Iterator[Fault]:
    weights = [PARTS[part] for part in parts]
    while True:
        how = random.choice(("dead", "dead", "frozen"))
        struck = set(random.choices(parts, weights, k=random.choice((1, 1, 1, 2))))
        seconds = random.uniform(*(DEAD_SECONDS if how == "dead" else FROZEN_SECONDS))
        after = min(random.expovariate(1 / GAP_SECONDS), LONGEST_GAP)
        yield Fault(after, how, tuple(sorted(struck)), seconds)


class Chaos:
    """A thread that lets the faults happen, and does what systemd or ./portal do: what has ended starts again."""

    def __init__(self, stack: StackAlone, random: Random, parts: Sequence[str]) -> None:
        self.stack = stack
        self.faults = faults(random, parts) if parts else iter(())
        self.struck = Counter[str]()
        self.began_again = Counter[str]()  # processes that ended by themselves
        self.stopping = threading.Event()
        self.error: Exception | None = None
        self.thread = threading.Thread(target=self._work, daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        """All that was killed or frozen is back. Raises what went wrong in our own thread."""
        self.stopping.set()
        self.thread.join(60)
        if self.error:
            raise self.error

    def _work(self) -> None:
        try:
            self._strike_all()
        except Exception as error:
            self.error = error

    def _strike_all(self) -> None:
        for fault in self.faults:
            strike_at = time.monotonic() + fault.after
            while time.monotonic() < strike_at:
                self.tend()
                time.sleep(0.1)
            if self.stopping.is_set():
                return
            fault.strike(self.stack)
            self.struck.update(f"{part} {fault.how}" for part in fault.parts)

    def tend(self) -> None:
        for name, process in list(self.stack.processes.items()):
            if process.poll() is not None:
                self.began_again[name] += 1
                self.stack.begin(name)
