"""Delivery broken on purpose: runs a worker or watch in which one rule does not hold. No production code knows it.

python -m tests.faults.broken <rule> <module or script> [arguments]
"""

import runpy
import sys
from collections.abc import Callable
from datetime import timedelta

import django


def without_a_lease() -> None:
    """What is claimed is due again at once, so a second hand takes it while the first one sends it."""
    from agencies.reach import delivery

    delivery.LEASE = timedelta(0)


def recorded_before_it_is_sent() -> None:
    """At most once: whoever dies between the two has lost it."""
    from agencies.reach import delivery

    deliver = delivery._deliver

    def record_and_deliver(notification, *args, **kwargs):
        body = notification.body  # read before it is blanked
        delivery._record(notification, state="SENT", sent_at=delivery.Now(), body="", last_error="")
        notification.body = body
        return deliver(notification, *args, **kwargs)

    delivery._deliver = record_and_deliver


def watch_only_hints() -> None:
    """Watch never takes over: what no worker delivers stays."""
    from cases.management.commands import watch

    watch.LEFT_UNDONE = timedelta(days=1)


BROKEN = (without_a_lease, recorded_before_it_is_sent, watch_only_hints)
RULES: dict[str, Callable[[], None]] = {rule.__name__: rule for rule in BROKEN}


def main() -> None:
    rule, program = sys.argv[1:3]
    sys.argv = sys.argv[2:]
    sys.path.insert(0, "")
    django.setup()
    RULES[rule]()
    if program.endswith(".py"):
        runpy.run_path(program, run_name="__main__")
    else:
        runpy.run_module(program, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
