"""What of the cases stands in the future because the database's clock was ahead, and how it is brought back.

The history keeps what it says, and so does a report: only what somebody waits for is brought back, and moments by
which we decide what came last.
"""

from collections import Counter
from datetime import timedelta

from django.db.models import DurationField, ExpressionWrapper, F, Func, IntegerField, Q, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest, Least, Now

from agencies import clock
from agencies.reach.ahead import Ahead, addresses, in_future, messages, outcomes, written
from cases.models import (
    Attachment,
    Bundle,
    Canary,
    Case,
    Consent,
    ContactOverride,
    ContactRule,
    Conversation,
    Dispatch,
    LiveShare,
    Message,
    Position,
)

SHORTEST_RING = 3  # minutes that a ring waits at least: after an acknowledgement, or for a look at a flood
MINUTE = timedelta(minutes=1)
# Waits of the flow, which stands above.
FILE_LEASE, FILE_SETBACK, CHAT_WAITS = timedelta(minutes=5), timedelta(hours=6), timedelta(hours=1)
REMINDED_AFTER, GRACE = 15, 15  # minutes


def findings() -> dict[str, int]:
    """Return by code how many rows stand in the future."""
    found: Counter[str] = Counter()
    for ahead in [*messages(), *others()]:
        found[ahead.code] += ahead.rows.count()
    return dict(found)


def others() -> list[Ahead]:
    """Return all but the messages. Leave them while the clock is in doubt: if it is behind, all is in the future."""
    return [*_rings(), *_files(), *_allowed(), *_said(), *_chats(), *_places(), *addresses(), *outcomes()]


def _rings() -> list[Ahead]:
    wait = _minutes(Greatest(_minutes_of_ring(), SHORTEST_RING))
    waiting = Case.objects.open().filter(held_at__isnull=True, is_canary=False)
    expected = _minutes(Greatest(Coalesce("arrival_minutes", Value(REMINDED_AFTER)), REMINDED_AFTER) + GRACE)
    taken = Dispatch.objects.live().filter(reminder_due_at__gt=Now() + expected + clock.APART)
    late = waiting.filter(next_ring_at__gt=Now() + wait + clock.APART)
    return [
        Ahead("ring_ahead", late, {"next_ring_at": Now() + wait}),
        # By it somebody sees that nobody was told.
        written("ring_ahead", Case.objects.open(), "opened_at"),
        Ahead("reminder_ahead", taken, {"reminder_due_at": Now() + expected}),
        written("answer_ahead", Dispatch.objects.live(), "asked_at", and_later=["acknowledgement_due_at"]),
        written("canary_ahead", Canary.objects.all(), "pressed_at"),
        written("bundle_ahead", Bundle.objects.all(), "opened_at"),
    ]


def _minutes_of_ring() -> Func:
    """The minutes of the case's ring, in its frozen plan; before the first ring, those of the first."""
    template = "(%(expressions)s -> 'rings' -> greatest(ring - 1, 0) ->> 'minutes')::int"
    return Func(F("plan"), template=template, output_field=IntegerField())


def _minutes(number: Combinable) -> ExpressionWrapper:
    return ExpressionWrapper(number * Value(MINUTE, output_field=DurationField()), output_field=DurationField())


def _files() -> list[Ahead]:
    waiting = Attachment.objects.filter(state=Attachment.State.WAITING)
    late = Q(due_at__gt=Now() + FILE_LEASE + clock.APART, setbacks=0) | in_future("claimed_at")
    late |= Q(due_at__gt=Now() + FILE_SETBACK + clock.APART)
    return [
        written("file_ahead", waiting, "received_at", and_later=["due_at"]),
        Ahead("file_ahead", waiting.filter(late), {"due_at": Now(), "claimed_at": None}),
    ]


def _chats() -> list[Ahead]:
    """After `_said`: a chat was told up to a moment that must not lie before the words of which it was told."""
    chats = Conversation.objects.all()
    late = chats.filter(try_at__gt=Now() + CHAT_WAITS + clock.APART)
    opened = chats.filter(in_future("opened_at") | in_future("heard_at"))
    return [
        Ahead("chat_ahead", late, {"try_at": Now()}),
        Ahead("chat_ahead", opened, {"opened_at": Least("opened_at", Now()), "heard_at": Now()}),
        Ahead("chat_ahead", chats.filter(in_future("told_until")), {"told_until": Now()}),
        Ahead("chat_ahead", chats.filter(in_future("read_until")), {"read_until": Now()}),
    ]


def _allowed() -> list[Ahead]:
    """Before `_said`: of a permission and a rule that both come back to now, the rule is the later one and counts."""
    return [
        Ahead("words_ahead", Conversation.objects.filter(in_future("may_write_at")), {"may_write_at": Now()}),
        written("words_ahead", ContactOverride.objects.all(), "at"),
    ]


def _said() -> list[Ahead]:
    return [
        written("words_ahead", Message.objects.all(), "at"),
        written("words_ahead", ContactRule.objects.all(), "said_at"),
        written("words_ahead", Consent.objects.all(), "given_at"),
    ]


def _places() -> list[Ahead]:
    return [
        written("place_ahead", LiveShare.objects.all(), "started_at", and_later=["ends_at"]),
        written("place_ahead", Position.objects.all(), "captured_at"),
    ]
