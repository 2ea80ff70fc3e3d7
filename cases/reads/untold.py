"""Cases of which nobody was told: every message about them failed, or has waited too long."""

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now

from agencies.lines import LATE
from agencies.models import Notification
from cases.models import Case, Dispatch


def untold() -> QuerySet[Case]:
    """Return the open cases that nobody holds, owns or took, and of which no agency has got a message within LATE.

    By the database's clock. Canaries are left out: they have a finding of their own.
    """
    told = Notification.objects.told().filter(dispatches__case=OuterRef("pk"))
    taken = Dispatch.objects.filter(case=OuterRef("pk"), acknowledged_at__isnull=False)
    waiting = Case.objects.open().filter(held_at__isnull=True, owner__isnull=True, is_canary=False)
    return waiting.filter(~Exists(told), ~Exists(taken), opened_at__lte=Now() - LATE)
