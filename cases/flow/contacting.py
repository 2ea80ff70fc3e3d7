"""Stage 3, too. An officer reaches the reporter, as the reporter allowed, and writes it down."""

from datetime import datetime

from django.db import transaction

from agencies.models import Officer
from cases.flow import events
from cases.models import Case, ContactOverride, ContactRule, Report
from cases.privacy import history, safe_contact
from cases.privacy.actor import Actor
from cases.privacy.safe_contact import Verdict


class NotSafe(Exception):
    """The contact rule forbids it now; `verdict` says why, and when it would be safe."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__()
        self.verdict = verdict


class NoCase(Exception):
    """The report waits for triage, so there is no history to write this into."""


@transaction.atomic
def contacted(
    *,
    report: Report,
    way: ContactRule.Way,
    reached: ContactRule.Reached,
    is_code_word_said: bool,
    by: Officer,
    now: datetime,
) -> None:
    """Record that the officer contacted the reporter, as codes without words. Raises NotSafe and NoCase."""
    case = Case.objects.lock_of(report)
    if case is None:
        raise NoCase
    verdict = safe_contact.may_reach(report, way=way, now=now)
    if not verdict.is_allowed:
        raise NotSafe(verdict)
    facts = {
        "report": report.reference,
        "way": str(way),
        "reached": str(reached),
        "code_word": is_code_word_said,
        "override": verdict.is_override,
    }
    history.record(case, history.EventDraft(events.CONTACTED, facts=facts), by=Actor.of(by), now=now)


@transaction.atomic
def open_contact(*, report: Report, reason: str, by: Officer, now: datetime) -> ContactOverride:
    """Open the contact details for a day, because a life or a child is in danger.

    A second person reviews it. Emergency override of consent: PDPA s.24 (2) and s.26 (1), vital interest. A report
    without a case has no history, so the row itself says who decided.
    """
    case = Case.objects.lock_of(report)
    override = ContactOverride.objects.create(report=report, by=by, reason=reason, at=now)
    if case:
        facts = {"report": report.reference, "reason": history.commitment(reason)}
        history.record(case, history.EventDraft(events.CONTACT_OPENED, facts=facts), by=Actor.of(by), now=now)
    return override


@transaction.atomic
def review_opening(*, override: ContactOverride, by: Officer, now: datetime) -> None:
    """Record that a second person has read the reason. A second click changes nothing."""
    case = Case.objects.lock_of(override.report)
    override = ContactOverride.objects.select_for_update(of=["self"]).get(pk=override.pk)
    if override.reviewed_by_id:
        return
    override.reviewed_by = by
    override.save(update_fields=["reviewed_by"])
    if case:
        facts = {"report": override.report.reference}
        history.record(case, history.EventDraft(events.CONTACT_REVIEWED, facts=facts), by=Actor.of(by), now=now)
