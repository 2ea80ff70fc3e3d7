"""Stage 2. An officer decides what a written report is: a case of its own, part of one, or none."""

from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from agencies.models import Officer
from cases.flow import casework, events, opening
from cases.models import Case, Report
from cases.privacy import history, live
from cases.privacy.actor import Actor
from cases.reads import bundles


class DismissReason(models.TextChoices):
    NOT_OURS = "NOT_OURS", _("not about exploitation")
    SPAM = "SPAM", _("empty or meaningless")
    DUPLICATE = "DUPLICATE", _("the same as another report")
    EXERCISE = "EXERCISE", _("exercise")


class AlreadyTriaged(Exception):
    """A colleague has already taken this report."""


def _locked(report: Report) -> Report:
    report = Report.objects.select_for_update(of=["self"]).get(pk=report.pk)
    if report.case_id or report.settled_at:
        raise AlreadyTriaged
    return report


@transaction.atomic
def open_case(*, report: Report, urgency: Case.Urgency, by: Officer, now: datetime) -> Case:
    """Open a case. In an emergency its first ring goes out; else the officer holds it. Raises AlreadyTriaged."""
    report = _locked(report)
    is_emergency = urgency == Case.Urgency.EMERGENCY
    return opening.open_case(report=report, urgency=urgency, by=Actor.of(by), now=now, held=not is_emergency)


@transaction.atomic
def attach(*, report: Report, case: Case, by: Officer, now: datetime) -> Case:
    """Add the report to an open case. Raises AlreadyTriaged or casework.AlreadyClosed."""
    case = Case.objects.locked(case.pk)
    if case.closed_at:
        raise casework.AlreadyClosed
    report = _locked(report)
    report.case = case
    report.save(update_fields=["case"])
    line = history.EventDraft(events.REPORT_JOINED, facts={"report": report.reference})
    history.record(case, line, by=Actor.of(by), now=now)
    return case


@transaction.atomic
def dismiss(*, report: Report, reason: DismissReason, by: Officer, now: datetime) -> Report:
    """Settle the report without a case. Raises AlreadyTriaged.

    The row says who decided, because a report has no history of its own.
    """
    report = _locked(report)
    report.settled_at, report.dismissed_reason, report.dismissed_by = now, reason, by
    report.save(update_fields=["settled_at", "dismissed_reason", "dismissed_by"])
    live.announce(report)
    return report


class PutAwayReason(models.TextChoices):
    """Why the ticked reports of a bundle need nobody."""

    FALSE_ALARM = "FALSE_ALARM", _("false alarm")
    DUPLICATE = "DUPLICATE", _("the same as another report")


class Unread(Exception):
    """Nobody has read all its words, or its case has other reports: an officer must open it by itself."""


@transaction.atomic
def put_away(*, report: Report, reason: PutAwayReason, by: Officer, now: datetime) -> None:
    """Close or dismiss a report that an officer ticked in a bundle.

    Raises Unread, AlreadyTriaged or casework.AlreadyClosed.
    """
    # Words that come now wait for this lock; then the case is closed, and the desk is told of them.
    case = Case.objects.lock_of(report)
    this = Report.objects.filter(pk=report.pk)
    if (
        bundles.unread(this).exists()
        or Report.objects.filter(case=report.case_id or 0).exclude(pk=report.pk).exists()
    ):
        raise Unread
    if case:
        casework.close(case=case, reason=Case.ClosureReason(reason), text="", by=by, now=now)
    else:
        dismissal = DismissReason.DUPLICATE if reason == PutAwayReason.DUPLICATE else DismissReason.SPAM
        dismiss(report=report, reason=dismissal, by=by, now=now)
