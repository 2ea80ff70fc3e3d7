"""What the person allowed bounds whom we tell, in every ring and by every hand."""

from datetime import datetime

from django.db import transaction

from agencies.models import Agency, Officer
from cases.models import Case, CaseEvent, Report
from cases.privacy import history
from cases.privacy.actor import Actor


class NotAllowed(Exception):
    """The person allowed social workers only, and nobody recorded an override."""


def allows(case: Case, agency: Agency) -> bool:
    """May this agency be told of the case? Of a canary nobody but its test address, and that of nothing else."""
    if case.is_canary or agency.is_canary:
        return case.is_canary and agency.is_canary
    return may_tell_now(case) == Report.MayTell.NEAREST_HELP or agency.kind in Agency.SOCIAL_KINDS


def may_tell_now(case: Case) -> str:
    return Report.MayTell.NEAREST_HELP if case.widened_at else case.may_tell


@transaction.atomic
def widen(*, case: Case, reason: str, by: Officer, now: datetime) -> Case:
    """A life or a child is in danger: tell others too, at once. A second person reviews it within 24 hours.

    Emergency override of consent: PDPA s.24 (2) and s.26 (1), vital interest.
    """
    case = Case.objects.select_for_update(of=["self"]).get(pk=case.pk)
    if case.widened_at:
        return case
    case.widened_at, case.widened_by, case.widened_reason = now, by, reason
    case.save(update_fields=["widened_at", "widened_by", "widened_reason"])
    facts = {"reason": history.commitment(reason)}
    history.record(case, history.Line(CaseEvent.Kind.WIDENED, facts=facts), by=Actor.of(by), now=now)
    return case
