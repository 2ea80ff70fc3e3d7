"""A case is opened with the plan of its rings, and the first ring goes out."""

from datetime import datetime

from cases.flow import dispatching, events
from cases.models import Bundle, Case, Report
from cases.privacy import consents, history
from cases.privacy.actor import Actor
from cases.rings.plan import plan_for, plan_for_canary


def open_case(
    *,
    report: Report,
    urgency: Case.Urgency,
    by: Actor,
    now: datetime,
    held: bool = False,
    bundle: Bundle | None = None,
    is_canary: bool = False,
) -> Case:
    """Open a case for this report and send the first ring, unless an officer holds it already (`held`).

    With a `bundle`, only the desk is told at first. The caller has a transaction open, in which the report was
    created or locked.
    """
    plan = (
        plan_for_canary()
        if is_canary
        else plan_for(
            province=report.province_id, urgency=urgency, may_tell=report.may_tell, is_sealed=report.is_sealed
        )
    )
    case = Case.objects.create(
        reference=report.reference,
        urgency=urgency,
        may_tell=report.may_tell,
        is_sealed=report.is_sealed,
        is_exercise=report.is_exercise,
        is_canary=is_canary,
        province_id=report.province_id,
        second_province_id=report.second_province_id,
        district=report.district,
        is_abroad=report.is_abroad,
        plan=plan,
        opened_at=now,
        held_at=now if held else None,
        next_ring_at=None if held else now,
        owner=by.officer,
        first_read_at=now if held else None,
    )
    report.case = case
    report.save(update_fields=["case"])
    chain = history.Chain(case)
    facts = {"report": report.reference, "urgency": urgency, "may_tell": report.may_tell}
    chain.add(history.EventDraft(events.OPENED, facts=facts), by=by, now=now)
    said = report.consents.active()
    if report.kind == Report.Kind.LOCATION_ALERT:
        said = said.none()  # an alert asks no questions, so there is nothing to look up
    standing = dispatching.Standing.of_new(case, answers=consents.combined(said), history=chain)
    is_withheld = bundle is not None and dispatching.withhold(standing=standing, bundle=bundle, by=by, now=now)
    if not held and not is_withheld:
        dispatching.start(standing=standing, by=by, now=now)
    return case
