"""Hints to the workers that something is owed. One may be lost: beat sweeps, and watch delivers by itself."""

import logging

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

# Without these we would wait 45 seconds for a broker that is frozen and not dead.
_IMPATIENT = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5, "retry_on_timeout": False}


def hint(task: str, **kwargs: str) -> bool:
    """Ask a worker to run `task` now. Return False when the broker did not take it within a second."""
    options = {**current_app.conf.broker_transport_options, **_IMPATIENT}
    try:
        with current_app.connection_for_write(transport_options=options) as connection:
            current_app.send_task(task, kwargs=kwargs, connection=connection, retry=False, expires=30)
    except (OperationalError, OSError, TimeoutError) as error:
        logger.warning("no hint for %s: %s", task, type(error).__name__)
        return False
    return True
