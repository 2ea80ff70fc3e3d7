"""Several addresses refused for good within minutes, and none taken: that is our own trouble, and marks none."""

from datetime import timedelta

from django.db import connection
from django.db.models import Count, Exists, Min, OuterRef
from django.db.models.functions import Now

from agencies.models import ContactPoint, DirectoryEvent, Notification
from agencies.models.notification import NotificationQuerySet

SEVERAL = 3  # addresses
WITHIN = timedelta(minutes=10)  # longer than the longest wait between two attempts
AGAIN_AFTER = timedelta(seconds=5)
BY_RECEIPT = "undelivered, says the provider"  # the last_error of what was handed over before it was refused

Kind, State = DirectoryEvent.Kind, Notification.State


def _refused(transport: str) -> NotificationQuerySet:
    """Return what was refused for good on the transport within WITHIN, and since the last one that was taken."""
    lately = Notification.objects.filter(transport=transport, refused_at__range=(Now() - WITHIN, Now()))
    taken = Notification.objects.filter(transport=transport, sent_at__range=(OuterRef("refused_at"), Now()))
    return lately.filter(~Exists(taken))


def are_ours(transport: str) -> bool:
    """Say whether so many addresses are refused that it cannot be them. It is over with the first one taken."""
    addresses = _refused(transport).aggregate(n=Count("contact_point", distinct=True))["n"]
    return bool(addresses >= SEVERAL)


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
    # Not those that were given up because their attempts were used up: their addresses were never marked.
    given_up = refused.filter(state=State.FAILED, is_last_try=False, contact_point__in=points)
    given_up = given_up.exclude(last_error=BY_RECEIPT)
    given_up.update(state=State.QUEUED, due_at=Now() + AGAIN_AFTER)
