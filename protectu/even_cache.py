"""A cache in the process, as Django's, but by ticks: what was cached by a clock a day ahead must not stay so long."""

import time
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache


class EvenCache(LocMemCache):
    def get_backend_timeout(self, timeout: Any = DEFAULT_TIMEOUT) -> float | None:
        """Return the ticks at which what is cached now expires. None: never."""
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        return None if seconds is None else time.monotonic() + seconds

    def _has_expired(self, key: str) -> bool:
        expires: float | None = self._expire_info.get(key, -1)  # type: ignore[attr-defined]
        return expires is not None and expires <= time.monotonic()
