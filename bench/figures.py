"""A figure, its floor from the same run, and the machine that it was measured on."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg


@dataclass(frozen=True)
class Figure:
    """`reach` is what design asks for: at least that where `is_better_high`, else at most."""

    what: str
    value: float
    unit: str = ""
    reach: float | None = None
    is_better_high: bool = False

    @property
    def is_reached(self) -> bool:
        if self.reach is None:
            return True
        return self.value >= self.reach if self.is_better_high else self.value <= self.reach

    def __str__(self) -> str:
        line = f"  {self.what:<58} {self.value:>10.3f} {self.unit:<4}"
        if self.reach is None:
            return line.rstrip()
        sign, verdict = (">=" if self.is_better_high else "<="), ("reached" if self.is_reached else "MISSED")
        return f"{line} {sign} {self.reach:g} {self.unit}".rstrip() + f"  {verdict}"


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` (0 to 1) of all values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


def spread(values: Sequence[float], what: str, *, unit: str, p99: float | None = None) -> list[Figure]:
    return [
        Figure(f"{what}, p50", percentile(values, 0.50), unit),
        Figure(f"{what}, p95", percentile(values, 0.95), unit),
        Figure(f"{what}, p99", percentile(values, 0.99), unit, reach=p99),
    ]


def machine(connection: psycopg.Connection) -> str:
    """Cores, processor, PostgreSQL, and what else keeps the cores busy."""
    model = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    version = connection.execute("SHOW server_version").fetchone()
    cores = len(os.sched_getaffinity(0))
    name = model[1] if model else "unknown processor"
    return f"{cores} cores, {name}, PostgreSQL {version[0] if version else '?'}, {load()}"


def load() -> str:
    return f"load {os.getloadavg()[0]:.1f}"
