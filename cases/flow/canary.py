"""A canary: a synthetic alert goes the real way every few minutes and is told to CANARY_ADDRESS alone."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now
from django.urls import reverse

from agencies.models import Agency, ContactPoint, Notification
from agencies.reach import phone
from cases.flow import casework
from cases.models import Canary, Case
from cases.privacy import submissions
from cases.privacy.locks import one_at_a_time
from vault import digest

logger = logging.getLogger(__name__)

Failure = Canary.Failure
# The middle of Bangkok. The place is looked up as a person's would be, but nobody there is told.
PLACE = {"longitude": "100.5018", "latitude": "13.7563", "accuracy": "25"}
CASE_KEPT, OUTCOME_KEPT = timedelta(hours=1), timedelta(days=30)


def tend(*, now: datetime) -> None:
    """Look after the canaries under way, send the next one when it is due, and remove old ones."""
    if not settings.CANARY_ADDRESS:
        return
    for canary in Canary.objects.under_way().select_related("case"):
        _look_after(canary, now=now)
    if begun := _begin():
        _send(begun, now=now)
    _clear_away()


@transaction.atomic
def _begin() -> Canary | None:
    one_at_a_time("canary")  # so that two workers do not both send one
    if Canary.objects.within(settings.CANARY_EVERY).exists():
        return None
    _prepare_mailbox()
    return Canary.objects.create()


def _prepare_mailbox() -> None:
    """Make or update the agency that stands for the test address.

    Only a canary's ring chooses it, because it is not active and has no place.
    """
    agency, _ = Agency.objects.get_or_create(
        is_canary=True, defaults={"kind": Agency.Kind.IO, "name_th": "Canary", "is_active": False}
    )
    contact = ContactPoint.objects.filter(agency=agency).defer("address").first() or ContactPoint(agency=agency)
    # Written each time, because the setting may have changed, and so that a failing address is tried again.
    contact.address, contact.failing_since = settings.CANARY_ADDRESS, None
    # The operators set it in the environment, so nobody in the directory could confirm it.
    contact.verified_at = contact.verified_at or Now()
    contact.confirmed_at = contact.confirmed_at or Now()
    contact.save()


def _send(canary: Canary, *, now: datetime) -> None:
    """Press the button. The canary was committed before that, so that it is found if this worker dies."""
    key = submissions.new_canary_key()
    canary.submission_digest = digest(submissions.read_key(key)[0], purpose="submission")
    canary.save(update_fields=["submission_digest"])
    url = settings.PUBLIC_URL + reverse("public-now", kwargs={"language": "th"})
    try:
        canary.accepted_ms = phone.press(url, {**PLACE, "key": key, "may_tell": "NEAREST_HELP"})
    except phone.NoPage as error:
        _fail(canary, Failure.NO_PAGE, detail=str(error), now=now)
    except phone.PressNotTaken as error:
        _fail(canary, Failure.NOT_TAKEN, detail=str(error), now=now)
    else:
        canary.case = _case_of(canary)
        canary.save(update_fields=["accepted_ms", "case"])
        if canary.case is None:
            _fail(canary, Failure.NOT_STORED, now=now)


def _case_of(canary: Canary) -> Case | None:
    ours = Case.objects.filter(is_canary=True).exclude(reports__submission_digest="")
    return ours.filter(reports__submission_digest=canary.submission_digest).first()


def _look_after(canary: Canary, *, now: datetime) -> None:
    sent = (
        Notification.objects.filter(dispatches__case=canary.case_id, sent_at__isnull=False)
        if canary.case_id
        else None
    )
    if sent and (at := sent.order_by("sent_at").values_list("sent_at", flat=True).first()):
        canary.handed_ms = max(0, round((at - canary.pressed_at).total_seconds() * 1000))
        canary.save(update_fields=["handed_ms"])
        _end(canary, now=now)
    elif not Canary.objects.within(settings.CANARY_EVERY).filter(pk=canary.pk).exists():
        _fail(canary, Failure.NOT_SENT if canary.case_id else Failure.NOT_TAKEN, now=now)


def _fail(canary: Canary, failure: Failure, *, detail: str = "", now: datetime) -> None:
    logger.error("canary %s: %s %s", canary.pk, failure, detail)
    canary.failure, canary.case = failure, canary.case or _case_of(canary)
    canary.save(update_fields=["failure", "case"])
    _end(canary, now=now)


def _end(canary: Canary, *, now: datetime) -> None:
    if canary.case:
        casework.end_canary(case=canary.case, now=now)


def _clear_away() -> None:
    over = Case.objects.filter(is_canary=True, closed_at__lte=Now() - CASE_KEPT).only("pk")
    for case in over:
        try:
            _forget(case)
        except Exception:  # one case's failure never stops the next one
            logger.exception("the case of an old canary, %s, could not be removed", case.pk)
    Canary.objects.filter(pressed_at__lte=Now() - OUTCOME_KEPT).delete()


@transaction.atomic
def _forget(case: Case) -> None:
    """Delete the case with its history. Our database role may not delete history, so the owner's function does.

    That function deletes the history of a canary only.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_forget_canary(%s)", [case.pk])
    Notification.objects.filter(dispatches__case=case).delete()
    case.dispatches.all().delete()
    case.reports.all().delete()
    case.delete()
