"""Several addresses refused for good within minutes, and none taken: that is our own trouble, and marks none."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, Exists, Max, Min, OuterRef
from django.db.models.functions import Now

from agencies.models import ContactPoint, DirectoryEvent, Notification
from agencies.models.notification import NotificationQuerySet

SEVERAL = 3  # addresses
WITHIN = timedelta(minutes=10)  # longer than the longest wait between two attempts
AGAIN_AFTER = timedelta(seconds=5)
BY_RECEIPT = "undelivered, says the provider"  # the last_error of what was handed over before it was refused

Kind, State = DirectoryEvent.Kind, Notification.State


@dataclass(frozen=True)
class OurTrouble:
    """A transport on which everybody is refused: the fault is ours, or our provider's."""

    transport: str
    addresses: int  # refused for good since the last message was taken
    reason: str  # of the last refusal
    refused_at: datetime  # the last refusal
    taken_at: datetime | None  # the last message that was taken, None: never one


def our_troubles() -> list[OurTrouble]:
    """Return the transports on which all is refused for good at this moment. It is over with the first one taken."""
    return [_describe(transport) for transport in ContactPoint.Transport.values if are_ours(transport)]


def _describe(transport: str) -> OurTrouble:
    refused = _refused(transport)
    last = refused.order_by("-refused_at").defer("body")[:1].get()
    taken = Notification.objects.filter(transport=transport).aggregate(at=Max("sent_at"))
    assert last.refused_at  # noqa: S101 - for the types: it was asked for
    return OurTrouble(transport, _addresses(refused), last.last_error, last.refused_at, taken["at"])


def _refused(transport: str) -> NotificationQuerySet:
    """Return what was refused for good on the transport within WITHIN, and since the last one that was taken."""
    lately = Notification.objects.filter(transport=transport, refused_at__range=(Now() - WITHIN, Now()))
    taken = Notification.objects.filter(transport=transport, sent_at__range=(OuterRef("refused_at"), Now()))
    return lately.filter(~Exists(taken))


def _addresses(refused: NotificationQuerySet) -> int:
    return int(refused.aggregate(n=Count("contact_point", distinct=True))["n"])


def are_ours(transport: str) -> bool:
    """Say whether so many addresses are refused that it cannot be them."""
    return _addresses(_refused(transport)) >= SEVERAL


def one_at_a_time(transport: str) -> None:
    """Let the workers judge refusals of one transport one after the other, so that the third one knows of two."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"refusals/{transport}"])


def reprieve(transport: str) -> None:
    """Take back what was done to the addresses that were refused before it was clear that it is our own trouble.

    They are no longer marked, no supervisor is told any more, and their messages are owed again. The caller has
    called `one_at_a_time` in its transaction.
    """
    refused = _refused(transport)
    since = refused.aggregate(at=Min("refused_at"))["at"]
    marked = ContactPoint.objects.filter(pk__in=refused.values("contact_point"), failing_since__gte=since)
    points = list(marked.select_related("agency").defer("address"))
    told = DirectoryEvent.objects.filter(kind=Kind.FAILING, contact_point__in=points, at__gte=since)
    for event in told:
        owed = Notification.objects.filter(dedupe_key__startswith=f"failing/{event.pk}>")
        owed.filter(state__in=[State.QUEUED, State.FAILED]).update(state=State.CANCELLED)
    for point in points:
        ContactPoint.objects.filter(pk=point.pk).update(failing_since=None)
        if not point.officer_id:
            DirectoryEvent.record(Kind.NOT_FAILING, agency=point.agency, contact_point=point, by=None, now=Now())
    given_up = refused.filter(state=State.FAILED, is_last_try=False).exclude(last_error=BY_RECEIPT)
    given_up.update(state=State.QUEUED, due_at=Now() + AGAIN_AFTER)
