"""A stack in which the clock of each process can be moved while it runs."""

import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cluster import StackAlone

# Preloaded into a process. It adds what stands in a file to the clock that people set, and leaves the clocks alone by
# which processes wait: Python, PostgreSQL and Redis wait by those, or for a length of time.
SOURCE = r"""
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *seconds;

__attribute__((constructor)) static void map_file(void) {
    const char *path = getenv("CLOCK_AHEAD");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    void *mapped = file < 0 ? MAP_FAILED : mmap(NULL, sizeof *seconds, PROT_READ, MAP_SHARED, file, 0);
    if (mapped != MAP_FAILED) seconds = mapped;
    if (file >= 0) close(file);
}

int clock_gettime(clockid_t which, struct timespec *at) {
    long failed = syscall(SYS_clock_gettime, which, at);
    if (!failed && seconds && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE)) at->tv_sec += *seconds;
    return failed ? -1 : 0;
}

int gettimeofday(struct timeval *at, void *zone) {
    struct timespec precise;
    if (clock_gettime(CLOCK_REALTIME, &precise)) return -1;
    at->tv_sec = precise.tv_sec;
    at->tv_usec = precise.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *at) {
    struct timespec precise;
    clock_gettime(CLOCK_REALTIME, &precise);
    if (at) *at = precise.tv_sec;
    return precise.tv_sec;
}
"""


class StackWithClocks(StackAlone):
    """StackAlone, whose processes ask a clock that the test moves: `ahead("web", seconds=3600)`."""

    @property
    def shared(self) -> Path:
        """The folder that the user `postgres` can reach."""
        return self.cluster.folder

    def compile(self) -> None:
        source, self.library = self.shared / "clocks.c", self.shared / "clocks.so"
        source.write_text(SOURCE)
        command = ["gcc", "-O2", "-Wall", "-Werror", "-shared", "-fPIC", "-o", str(self.library), str(source)]
        subprocess.run(command, check=True)
        self.library.chmod(0o755)

    def begin(self, name: str) -> None:
        self.set_ahead(name, seconds=0, only_if_new=True)
        self.beginning = name
        how = self.cluster.services.how
        kept = how["env"]
        how["env"] = {**kept, **self.clock_of(name)}
        try:
            super().begin(name)
        finally:
            how["env"] = kept

    def clock_of(self, name: str) -> dict[str, str]:
        return {"LD_PRELOAD": str(self.library), "CLOCK_AHEAD": str(self.shared / f"{name}.ahead")}

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, **self.clock_of(self.beginning)}

    def set_ahead(self, *names: str, seconds: int, only_if_new: bool = False) -> None:
        for name in names:
            path = self.shared / f"{name}.ahead"
            if not path.exists():
                path.write_bytes(struct.pack("=q", 0))
                path.chmod(0o644)
            elif only_if_new:
                continue
            with path.open("r+b") as file:  # the same file, which the process has mapped
                file.write(struct.pack("=q", seconds))

    @contextmanager
    def ahead(self, *names: str, seconds: int) -> Iterator[None]:
        self.set_ahead(*names, seconds=seconds)
        try:
            yield
        finally:
            self.set_ahead(*names, seconds=0)

    def is_well(self) -> bool:
        """Beat ends whenever its clock is set. It is begun again, as ./portal run, the units and compose do it."""
        if self.has_beat_ended():
            self.begin("beat")
        return super().is_well()

    def has_beat_ended(self) -> bool:
        return self.processes["beat"].poll() is not None
