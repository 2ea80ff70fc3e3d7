"""Later. The person asks for a code, withdraws, or hides their contact details."""

from datetime import datetime

from django.db import transaction

from cases.flow import dispatching, events, sharing
from cases.models import Case, LiveShare, Report
from cases.privacy import codes, history
from cases.privacy.actor import REPORTER
from cases.privacy.codes import Code
from cases.reads.coming_back import may_undo

# Each request makes a new code; more of them would only be more ways in.
MOST_CODES = 3


class EnoughCodes(Exception):
    """The report has as many codes as we give."""


def give_code(*, report: Report, now: datetime) -> Code:
    """Make a code to come back with, when the person asks for one. Raises EnoughCodes.

    Earlier codes stay valid: whoever holds the phone later must not shut the person out by asking for another one.
    """
    code, proof_hash = codes.draw()
    with transaction.atomic():
        report = Report.objects.select_for_update(of=["self"]).only("pk").get(pk=report.pk)
        if report.codes.live().count() >= MOST_CODES:
            raise EnoughCodes
        codes.keep(code, proof_hash, report=report, now=now)
    return code


@transaction.atomic
def withdraw(*, report: Report, now: datetime) -> None:
    """Record that the person asks us to stop, end their live shares, and tell the desk.

    No dispatch ends: the desk checks first, because somebody else may hold the code.
    """
    case, report = Case.objects.lock_of(report), Report.objects.lock(report)
    if report.withdrawn_at:
        return  # a second press is not an error
    report.withdrawn_at = now
    report.save(update_fields=["withdrawn_at"])
    _remember(case, report, events.WITHDRAWN, now=now)
    sharing.stop_all(report=report, by=LiveShare.StoppedBy.WITHDRAWAL, now=now)
    dispatching.tell_of_report(report, key=f"withdrawn/{report.pk}", now=now)


@transaction.atomic
def hide_contact(*, report: Report, now: datetime) -> None:
    """Hide the contact details from everybody at once. The retention rules erase them after seven days."""
    case, report = Case.objects.lock_of(report), Report.objects.lock(report)
    later = report.contact_rules.filter(contact_hidden_at=None).update(contact_hidden_at=now)
    if report.contact_hidden_at and not later:
        return
    report.contact_hidden_at = report.contact_hidden_at or now
    report.save(update_fields=["contact_hidden_at"])
    _remember(case, report, events.CONTACT_HIDDEN, now=now)


@transaction.atomic
def show_contact_again(*, report: Report, now: datetime) -> None:
    """Undo hide_contact within its seven days; later it changes nothing."""
    case, report = Case.objects.lock_of(report), Report.objects.lock(report)
    if not may_undo(report, now=now):
        return
    report.contact_hidden_at = None
    report.save(update_fields=["contact_hidden_at"])
    report.contact_rules.update(contact_hidden_at=None)
    _remember(case, report, events.CONTACT_SHOWN, now=now)


def _remember(case: Case | None, report: Report, kind: str, *, now: datetime) -> None:
    line = history.EventDraft(kind, facts={"report": report.reference})
    history.record_of(report, case, line, by=REPORTER, now=now)
