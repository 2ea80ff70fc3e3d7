"""What stands in the future because the database's clock was ahead, and how it is brought back.

Our waits are short: what stands further off than the longest of them was written by a clock that was wrong. Each
moment is compared with the database's clock, by which it was written.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.db.models import F, Q, Subquery
from django.db.models.functions import Least, Now

from agencies import clock
from agencies.models import ContactPoint, Notification, TransportState, VerificationCode
from agencies.reach import delivery, gathering

NEWEST = 10_000  # rows of a table: what was written while a clock was ahead is among them when it is right again
State = Notification.State
LONGEST_LEASE = max(delivery.LEASE, Notification.HELD_ON)


@dataclass(frozen=True)
class Ahead:
    """Rows of one kind that stand in the future, and what they are to say instead."""

    code: str
    rows: models.QuerySet[Any]
    instead: dict[str, Any]

    @transaction.atomic
    def bring_back(self) -> int:
        """Write it, and return in how many rows. Those that somebody has locked are left for the next time."""
        free = self.rows.select_for_update(skip_locked=True, of=["self"], no_key=True).only("pk")
        pks = [row.pk for row in free]
        return self.rows.model._base_manager.filter(pk__in=pks).update(**self.instead) if pks else 0


def in_future(moment: str) -> Q:
    return Q(**{f"{moment}__gt": Now() + clock.APART})


def newest(rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Return those of the rows that are among the newest of their table: no index knows their moments."""
    last = rows.model._base_manager.order_by("-pk").values("pk")[:1]
    return rows.filter(pk__gt=Subquery(last) - NEWEST)


def written(code: str, rows: models.QuerySet[Any], moment: str, *, and_later: Iterable[str] = ()) -> Ahead:
    """What was written in the future counts from now on; moments that it leads to keep their distance."""
    instead = {moment: Now(), **{later: F(later) - (F(moment) - Now()) for later in and_later}}
    return Ahead(code, newest(rows.filter(in_future(moment))), instead)


def messages() -> list[Ahead]:
    """Return the messages that leave too late. To bring them back is right even while nobody knows which clock is."""
    queued = Notification.objects.filter(state=State.QUEUED)
    as_owed = queued.filter(in_future("created_at"))
    far_off = queued.filter(
        Q(due_at__gt=Now() + delivery.FARTHEST + clock.APART, times_given=0)
        | Q(due_at__gt=Now() + delivery.FARTHEST_GIVEN + clock.APART)
    )
    first = queued.filter(is_first=True, attempts=0, last_error="")
    first = first.filter(due_at__gt=Now() + gathering.WAIT_IF_FIRST + clock.APART)
    sending = Notification.objects.filter(state=State.SENDING)
    leased = sending.filter(Q(leased_until__gt=Now() + LONGEST_LEASE + clock.APART) | in_future("due_at"))
    # A worker may still have it in its hands.
    lease = {"leased_until": Least("leased_until", Now() + LONGEST_LEASE), "due_at": Least("due_at", Now())}
    return [
        Ahead("message_ahead", as_owed, {"created_at": Now(), "due_at": Now()}),
        Ahead("message_ahead", far_off, {"due_at": Now()}),
        Ahead("message_ahead", first, {"due_at": Now()}),
        Ahead("message_ahead", leased, lease),
    ]


def outcomes() -> list[Ahead]:
    """Return what makes a budget, a gathering or a judgement of a transport count tomorrow what happened today."""
    rows, states = Notification.objects.all(), TransportState.objects.all()
    of_messages = ("sent_at", "given_at", "refused_at", "missing_since")
    of_lines = ("took_at", "failing_since", "failed_at")
    return [
        *(written("outcome_ahead", rows, moment) for moment in of_messages),
        *(Ahead("outcome_ahead", states.filter(in_future(moment)), {moment: Now()}) for moment in of_lines),
    ]


def addresses() -> list[Ahead]:
    """Return what makes an address count as proved later than it was, and codes that live too long."""
    points = ContactPoint.objects.all()
    return [
        Ahead("address_ahead", points.filter(in_future(moment)), {moment: Now()})
        for moment in ("verified_at", "confirmed_at", "failing_since")
    ] + [written("address_ahead", VerificationCode.objects.all(), "made_at", and_later=["expires_at"])]
