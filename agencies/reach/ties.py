"""The register of what rooms tie to a message. The message to an agency's next address inherits it."""

from collections.abc import Callable

from agencies.models import Notification

# Given by an upper room: it ties what hangs on the first message to the second as well.
Inherit = Callable[[Notification, Notification], None]

_inherits: list[Inherit] = []


def enter(inherit: Inherit) -> None:
    _inherits.append(inherit)


def hand_on(failed: Notification, successor: Notification) -> None:
    """Tie to `successor` what hangs on `failed`, so that whatever ends or tells of the one does it for both."""
    for inherit in _inherits:
        inherit(failed, successor)
