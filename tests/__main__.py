"""./portal test: all parts side by side; or, told which tests or how, one pytest."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, NoReturn

PYTEST = [sys.executable, "-m", "pytest"]
# Two workers for what needs a processor; beside them what mostly waits for processes, each part in stacks of its own.
PARTS = {
    "without processes": ["-n", "2", "--dist", "loadfile", "-m", "not journey and not fault"],
    "journeys": ["-m", "journey and not fault"],
    "faults": ["-m", "fault and not killing"],
    "killing": ["-m", "fault and killing"],
}


@dataclass
class Part:
    """One pytest among others. What it writes is shown when it has ended, so that the parts do not mix."""

    name: str
    arguments: list[str]
    written: IO[bytes] = field(init=False)
    seconds: float = 0

    def begin(self) -> None:
        self.written = TemporaryFile()  # noqa: SIM115 - open for as long as the part runs
        self.begun_at = time.monotonic()
        self.process = subprocess.Popen([*PYTEST, *self.arguments], stdout=self.written, stderr=self.written)

    def has_ended(self) -> bool:
        if self.process.poll() is None:
            return False
        self.seconds = time.monotonic() - self.begun_at
        return True

    def show(self) -> None:
        self.written.seek(0)
        sys.stdout.write(f"\n== {self.name}\n{self.written.read().decode(errors='replace')}")
        sys.stdout.flush()


def side_by_side(parts: list[Part]) -> int:
    for part in parts:
        part.begin()
    running, shown_at = list(parts), time.monotonic()
    try:
        while running:
            for part in [part for part in running if part.has_ended()]:
                part.show()
                running.remove(part)
            if time.monotonic() - shown_at > 60:
                shown_at = time.monotonic()
                sys.stdout.write(f"{shown_at - parts[0].begun_at:.0f} s: {', '.join(p.name for p in running)} ...\n")
                sys.stdout.flush()
            time.sleep(0.2)
    except KeyboardInterrupt:
        for part in running:
            part.process.send_signal(signal.SIGINT)  # it ends its processes
        for part in running:
            with suppress(subprocess.TimeoutExpired):
                part.process.wait(20)
            part.show()
        return 128 + signal.SIGINT
    sys.stdout.write("".join(f"{part.name:<24} {part.seconds:6.0f} s\n" for part in parts))
    return max(abs(part.process.returncode) for part in parts)


def pytest(*arguments: str) -> NoReturn:
    """In this process's place, so that Ctrl-C reaches it."""
    os.execv(sys.executable, [*PYTEST, *arguments])


def without_hypothesis(arguments: list[str]) -> list[str]:
    """Leave its plugin out, which takes seconds to be imported, where only files that do not use it are named."""
    paths = [Path(argument.partition("::")[0]) for argument in arguments if not argument.startswith("-")]
    files = [path for path in paths if path.suffix == ".py" and path.exists()]
    is_needed = not files or any(path.is_dir() for path in paths) or any("hypothesis" in f.read_text() for f in files)
    return [] if is_needed else ["-p", "no:hypothesispytest"]


def main(arguments: list[str]) -> int:
    chosen = [argument for argument in arguments if argument != "--quick"]
    if "--quick" in arguments:
        pytest(*PARTS["without processes"], *chosen)
    if chosen:
        pytest(*without_hypothesis(chosen), *chosen)
    return side_by_side([Part(name, chosen) for name, chosen in PARTS.items()])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
