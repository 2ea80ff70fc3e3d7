"""SMS and LINE cost money and have quotas: beyond what a deployment allows, messages go by the next contact point."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from agencies.models import Agency, ContactPoint, Notification
from agencies.reach import messages

KEPT_FOR_URGENT = 0.2  # of each budget: the first word of an emergency goes out when all else has stopped
PERIODS = (timedelta(hours=1), timedelta(days=1))
AGAIN_AFTER = timedelta(minutes=5)


def is_spent_for(notification: Notification) -> bool:
    """Counted in PostgreSQL, over the last 60 minutes and 24 hours. Messages that leave in one moment do not see
    each other: a few more may go. A transport without a budget is never spent."""
    allowed = settings.BUDGETS.get(notification.transport)
    if allowed is None:
        return False
    share = 1.0 if notification.is_urgent else 1 - KEPT_FOR_URGENT
    sent = Notification.objects.filter(transport=notification.transport)
    return any(
        sent.filter(sent_at__gt=Now() - period).count() >= most * share
        for period, most in zip(PERIODS, allowed, strict=True)
    )


@transaction.atomic
def warn(transport: str) -> None:
    """The national desk's supervisors hear of it once a day, by whatever has no budget."""
    supervisors = ContactPoint.objects.usable().filter(
        agency__in=Agency.objects.last_resort(), audience=ContactPoint.Audience.SUPERVISOR
    )
    for contact in supervisors.exclude(transport__in=settings.BUDGETS).defer("address"):
        key = f"budget/{transport}/{timezone.localdate():%Y%m%d}"
        Notification.objects.owe_once(messages.budget_spent(transport, to=contact, key=key, now=Now()))
