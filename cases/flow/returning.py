"""Later. The person comes back with the code: reads, answers, withdraws, takes contact details away."""

from datetime import datetime

from django.db import transaction

from cases.flow import dispatching, intake, sharing
from cases.flow.intake import Reaching
from cases.models import Case, CaseEvent, ContactRule, LiveShare, Report
from cases.privacy import codes, history
from cases.privacy.actor import REPORTER
from cases.privacy.codes import Code
from cases.reads.coming_back import may_undo

# One for each time that somebody asks; more would only be more ways in.
MOST_CODES = 3


class EnoughCodes(Exception):
    """There are as many codes for this report as we give."""


@transaction.atomic
def give_code(*, report: Report, now: datetime) -> Code:
    """A code to come back with, on request, after the alert. Raises EnoughCodes.

    Earlier ones stay good: whoever holds the phone later must not shut the person out by asking for another.
    """
    report = Report.objects.select_for_update(of=["self"]).only("pk").get(pk=report.pk)
    if report.codes.live().count() >= MOST_CODES:
        raise EnoughCodes
    return codes.make(report, now=now)


@transaction.atomic
def withdraw(*, report: Report, now: datetime) -> None:
    """The person asks us to stop. Nobody who was asked is stood down by that: the desk checks first.

    It may be somebody else who holds the code.
    """
    case, report = Case.objects.lock_of(report), Report.objects.lock(report)
    if report.withdrawn_at:
        return  # a second press is not an error
    report.withdrawn_at = now
    report.save(update_fields=["withdrawn_at"])
    _remember(case, report, CaseEvent.Kind.WITHDRAWN, now=now)
    sharing.stop_all(report=report, by=LiveShare.StoppedBy.WITHDRAWAL, now=now)
    dispatching.tell_of_report(report, key=f"withdrawn/{report.pk}", now=now)


@transaction.atomic
def hide_contact(*, report: Report, now: datetime) -> None:
    """Contact details are hidden from everybody at once, and destroyed after seven days."""
    case, report = Case.objects.lock_of(report), Report.objects.lock(report)
    later = report.contact_rules.filter(contact_hidden_at=None).update(contact_hidden_at=now)
    if report.contact_hidden_at and not later:
        return
    report.contact_hidden_at = report.contact_hidden_at or now
    report.save(update_fields=["contact_hidden_at"])
    _remember(case, report, CaseEvent.Kind.CONTACT_HIDDEN, now=now)


@transaction.atomic
def show_contact_again(*, report: Report, now: datetime) -> None:
    """Within the seven days it is undone; afterwards there is nothing to show."""
    case, report = Case.objects.lock_of(report), Report.objects.lock(report)
    if not may_undo(report, now=now):
        return
    report.contact_hidden_at = None
    report.save(update_fields=["contact_hidden_at"])
    report.contact_rules.update(contact_hidden_at=None)
    _remember(case, report, CaseEvent.Kind.CONTACT_SHOWN, now=now)


@transaction.atomic
def say_how_to_reach(
    *, report: Report, safe_contact: Report.SafeContact, reaching: Reaching, contact: str = "", now: datetime
) -> ContactRule:
    """How the person may be contacted from now on; what they said before no longer counts."""
    case, report = Case.objects.lock_of(report), Report.objects.lock(report)
    rule = intake.add_contact_rule(report, safe_contact, reaching, contact=contact, now=now)
    said = {"safe_contact": str(safe_contact), "ways": reaching.ways, "parts": reaching.parts}
    _remember(case, report, CaseEvent.Kind.CONTACT_RULE, now=now, **said)
    return rule


@transaction.atomic
def say_who_may_know(*, report: Report, said: dict[str, bool], language: str, now: datetime) -> list[str]:
    """Other answers than before, for the recipients in `said`. Returns those that changed.

    Whoever was told already reads it on their page, the desk at once. Nobody is stood down by it: the desk checks
    first, and it may be somebody else who holds the code.
    """
    case, report = Case.objects.lock_of(report), Report.objects.lock(report)
    before = {consent.recipient: consent for consent in report.consents.active()}
    changed = {
        recipient: is_given
        for recipient, is_given in said.items()
        if recipient not in before or before[recipient].is_given != is_given
    }
    if not changed:
        return []
    report.consents.active().filter(recipient__in=changed).update(withdrawn_at=now)
    intake.add_consents(report, changed, language=language, now=now)
    _remember(case, report, CaseEvent.Kind.CONSENT, now=now, said=changed)
    dispatching.tell_of_report(report, key=f"consent/{report.pk}/{now:%Y%m%dT%H%M%S%f}", now=now)
    return list(changed)


def _remember(case: Case | None, report: Report, kind: CaseEvent.Kind, *, now: datetime, **said: object) -> None:
    line = history.Line(kind, facts={"report": report.reference, **said})
    history.record_of(report, case, line, by=REPORTER, now=now)
