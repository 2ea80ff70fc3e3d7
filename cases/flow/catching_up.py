"""The database's clock was ahead and is right again: what was written meanwhile is brought back, to be due now."""

import logging

from agencies import clock
from agencies.reach.ahead import messages
from cases.reads import ahead

logger = logging.getLogger(__name__)


def bring_back() -> int:
    """Bring back what stands in the future. Return how many rows.

    While the clock is in doubt only messages are: if it is behind, all that waits stands in the future, and a message
    is better sent early.
    """
    kinds = messages() if clock.is_in_doubt() else [*messages(), *ahead.others()]
    brought = 0
    for kind in kinds:
        if count := kind.bring_back():
            logger.warning("a clock was ahead: brought back %d (%s)", count, kind.code)
            brought += count
    return brought
