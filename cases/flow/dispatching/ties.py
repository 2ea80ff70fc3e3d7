"""Which messages speak for a dispatch, and what is owed no more once somebody has answered."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from agencies.models import Notification
from agencies.reach import ties
from cases.flow.dispatching import pushes
from cases.models import Case, Dispatch

Tie = Dispatch.notifications.through
TAKEN = "taken/"  # begins the dedupe key of a message that another agency has taken the case
SUPERVISOR = "supervisor/"  # of one that nobody has answered; the pk of the case follows
BUNDLE = "bundle/"  # of one that speaks for all alerts and reports of a bundle


def tie(owed: dict[int, Notification]) -> None:
    """Tie each message to the dispatch with this pk."""
    Tie.objects.bulk_create(
        Tie(dispatch_id=dispatch, notification_id=message.pk) for dispatch, message in owed.items()
    )


def _inherit(failed: Notification, successor: Notification) -> None:
    """Tie the successor to each dispatch for which `failed` spoke, alone or gathered from others."""
    spoke = Tie.objects.filter(
        Q(notification=failed) | Q(notification__passed_to=failed) | Q(notification__passed_to__passed_to=failed)
    )
    dispatches = spoke.values_list("dispatch", flat=True).distinct()
    Tie.objects.bulk_create(
        [Tie(dispatch_id=dispatch, notification_id=successor.pk) for dispatch in dispatches], ignore_conflicts=True
    )


ties.enter(_inherit)


def owe_no_more(dispatches: QuerySet[Dispatch]) -> None:
    """Cancel what is owed about these dispatches and has not left, so that nobody reads an older state last.

    A message that speaks for another live dispatch too stays owed: its link says what has become of this one.
    """
    pks = list(dispatches.values_list("pk", flat=True))
    for_others = Dispatch.objects.live().exclude(pk__in=pks).filter(notifications=OuterRef("pk"))
    owed = Notification.objects.filter(dispatches__in=pks).exclude(dedupe_key__startswith=BUNDLE)
    Notification.objects.filter(pk__in=owed.filter(~Exists(for_others)).values("pk")).owe_no_more()
    pushes.owe_no_more(pks)


def call_nobody(case: Case) -> None:
    """Cancel what supervisors are still owed about a case that nobody held."""
    Notification.objects.filter(dedupe_key__startswith=f"{SUPERVISOR}{case.pk}/").owe_no_more()


def believing_it_is_open(dispatches: QuerySet[Dispatch]) -> QuerySet[Dispatch]:
    """Return those whose agency heard of the case, and not that another one has taken it since."""
    return _with_last_heard(dispatches).exclude(last="").exclude(last__startswith=TAKEN)


def believing_it_is_taken(dispatches: QuerySet[Dispatch]) -> QuerySet[Dispatch]:
    """Return those whose agency heard last that the case is taken, or has heard nothing at all."""
    return _with_last_heard(dispatches).filter(Q(last="") | Q(last__startswith=TAKEN))


def _with_last_heard(dispatches: QuerySet[Dispatch]) -> Any:
    heard = Notification.objects.filter(dispatches=OuterRef("pk")).may_have_arrived()
    last = heard.order_by("-pk").values("dedupe_key")[:1]
    return dispatches.annotate(last=Coalesce(Subquery(last), Value("")))
