"""Whoever sweeps stands back while nobody knows what time it is."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from agencies import clock

logger = logging.getLogger(__name__)
_standing_back: set[str] = set()  # said once, and not each second


def stands_back(sweep: Callable[..., None]) -> Callable[..., None]:
    """Do nothing while the clock is in doubt: what is due by it may not be due. The audit says so, and health."""

    @wraps(sweep)
    def swept(*args: Any, **kwargs: Any) -> None:
        if not clock.is_in_doubt():
            _standing_back.discard(sweep.__name__)
            sweep(*args, **kwargs)
        elif sweep.__name__ not in _standing_back:
            _standing_back.add(sweep.__name__)
            logger.warning("%s stands back: a clock is wrong, or was set", sweep.__name__)

    return swept
