"""Budgets for SMS and LINE. When one is spent, messages go to the agency's next contact point."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Now
from django.utils import timezone

from agencies import clock
from agencies.models import Agency, ContactPoint, Notification, Precedence
from agencies.reach import messages

# How much of a budget may be spent when a message of this precedence leaves: what is beyond is kept for the ones
# above it.
SHARES = {Precedence.EMERGENCY: 1.0, Precedence.FIRST: 0.8, Precedence.AGAIN: 0.6, Precedence.REST: 0.4}
PERIODS = (timedelta(hours=1), timedelta(days=1))
AGAIN_AFTER = timedelta(minutes=5)


def is_spent_for(notification: Notification) -> bool:
    """Say whether the budget of its transport is spent for the last 60 minutes or 24 hours, by the database's clock.

    Messages that leave at the same moment do not count each other, so a few more may go. Without a budget: False.
    """
    allowed = settings.BUDGETS.get(notification.transport)
    if allowed is None:
        return False
    share = SHARES[Precedence(notification.precedence)]
    return any(
        _spent(notification.transport, period) >= most * share for period, most in zip(PERIODS, allowed, strict=True)
    )


def _spent(transport: str, period: timedelta) -> int:
    """Count what was taken within the period, and what may have been taken though nobody said so."""
    of_it = Notification.objects.filter(transport=transport)
    lately = (Now() - period, Now())
    given = of_it.filter(given_at__range=lately).aggregate(n=Sum("times_given"))["n"]
    return of_it.filter(sent_at__range=lately).count() + (given or 0)


@transaction.atomic
def warn(transport: str) -> None:
    """Tell the national desk's supervisors, once a day, by a transport that has no budget."""
    supervisors = ContactPoint.objects.usable().filter(
        agency__in=Agency.objects.last_resort(), audience=ContactPoint.Audience.SUPERVISOR
    )
    for contact in supervisors.exclude(transport__in=settings.BUDGETS).defer("address"):
        key = f"budget/{transport}/{timezone.localdate(clock.now()):%Y%m%d}"
        Notification.objects.owe_once(messages.budget_spent(transport, to=contact, key=key, now=Now()))
