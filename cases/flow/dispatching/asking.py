"""An agency is asked: its dispatch, its link and the message owed are written in the caller's transaction."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial

from django.db.models import QuerySet

from agencies.models import Agency, ContactPoint, Notification
from cases.flow.dispatching import events, messages, pushes, ties
from cases.flow.dispatching.messages import Draft
from cases.flow.dispatching.standing import Standing
from cases.models import AcknowledgementLink, Bundle, Case, Dispatch, Report
from cases.privacy import history
from cases.privacy.actor import SYSTEM, Actor
from cases.privacy.history import Chain
from cases.rings.addressees import first_contacts, who_reads
from cases.rings.bounds import Bounds
from cases.rings.choosing import Target


class NotAllowed(Exception):
    """The person did not allow this agency, and no officer recorded an override."""


def ask(
    standing: Standing,
    targets: Iterable[Target],
    *,
    due_in: timedelta,
    by: Actor,
    now: datetime,
    purpose: Dispatch.Purpose = Dispatch.Purpose.RESPOND,
    bundle: Bundle | None = None,
) -> list[Dispatch]:
    """Send the case to those targets that do not have it yet. Return the new dispatches.

    Raises NotAllowed when one is beyond what the person allowed. Each agency gets a message of its own or, with a
    `bundle`, the one message of that bundle.
    """
    case = standing.case
    asked = case.dispatches.live().filter(purpose=purpose)
    known = set(asked.values_list("agency", flat=True)) if standing.asked else set()
    fresh = list({t.agency.pk: t for t in targets if t.agency.pk not in known}.values())
    bounds = Bounds(case, standing.answers)
    if not all(bounds.allow(target.agency) for target in fresh):
        raise NotAllowed
    if not fresh:
        return []
    contacts = first_contacts([target.agency.pk for target in fresh])
    dispatches = Dispatch.objects.bulk_create(
        Dispatch(
            case=case,
            agency=target.agency,
            purpose=purpose,
            ring=case.ring,
            why=target.why,
            metres=target.metres,
            presence=target.presence,
            asked_at=now,
            acknowledgement_due_at=now + due_in,
        )
        for target in fresh
    )
    draft = messages.referred if purpose == Dispatch.Purpose.REFER else messages.asked
    tell = partial(_owe_of_bundle, bundle=bundle) if bundle else partial(_owe_messages, draft=draft)
    unreachable = tell(dispatches, contacts, now=now)
    lines = [_line(events.ASKED, dispatch, unreachable) for dispatch in dispatches]
    standing.history.add(*lines, by=by, now=now)
    return dispatches


def ask_again(chain: Chain, dispatches: QuerySet[Dispatch], *, by: Actor, now: datetime) -> None:
    """Send the agencies of these dispatches another message, each with a new link, unless they got one just now."""
    again = _of(chain.case, dispatches.exclude(links__created_at=now))
    if not again:
        return
    contacts = first_contacts([dispatch.agency_id for dispatch in again])
    unreachable = _owe_messages(again, contacts, now=now, draft=messages.asked_again)
    lines = [_line(events.ASKED_AGAIN, dispatch, unreachable) for dispatch in again]
    chain.add(*lines, by=by, now=now)


def remind(dispatch: Dispatch, *, by: Actor, now: datetime) -> None:
    """Remind an agency that took the case and has reported nothing since, with a new link."""
    contacts = first_contacts([dispatch.agency_id])
    unreachable = _owe_messages([dispatch], contacts, now=now, draft=messages.reminder)
    history.record(dispatch.case, _line(events.REMINDED, dispatch, unreachable), by=by, now=now)


def _line(kind: str, dispatch: Dispatch, unreachable: set[int]) -> history.EventDraft:
    facts = {"why": dispatch.why, "ring": dispatch.ring, "metres": dispatch.metres}
    if dispatch.presence:
        facts["presence"] = dispatch.presence
    if dispatch.pk in unreachable:
        facts["no_contact_point"] = True  # somebody has to call
    return history.EventDraft(kind, dispatch, facts)


def _owe_messages(
    dispatches: list[Dispatch],
    contacts: dict[int, ContactPoint],
    *,
    now: datetime,
    draft: Callable[[Case], Draft],
) -> set[int]:
    """Owe one message a dispatch of a case, to the agency's first usable contact point.

    Returns the pks of the dispatches whose agency has none.
    """
    words = draft(dispatches[0].case)
    links, owed = [], {}
    for dispatch in dispatches:
        if contact := contacts.get(dispatch.agency_id):
            link, token = AcknowledgementLink.mint(dispatch, now=now)
            links.append(link)
            key = f"dispatch/{dispatch.pk}/{now:%Y%m%dT%H%M%S%f}"
            owed[dispatch.pk] = words.addressed(to=contact, link=messages.link_with(token), key=key, now=now)
    AcknowledgementLink.objects.bulk_create(links)
    _owe(owed)
    pushes.tell(dispatches, name=words.name, now=now, precedence=words.precedence)
    return {dispatch.pk for dispatch in dispatches} - owed.keys()


def _owe_of_bundle(
    dispatches: list[Dispatch], contacts: dict[int, ContactPoint], *, bundle: Bundle, now: datetime
) -> set[int]:
    """Owe each agency the bundle's one message. Return the pks of dispatches whose agency cannot be written to."""
    told = {agency: tell_of_many(bundle, to=contact, now=now) for agency, contact in contacts.items()}
    owed = {d.pk: told[d.agency_id] for d in dispatches if d.agency_id in told}
    ties.tie(owed)
    return {dispatch.pk for dispatch in dispatches} - owed.keys()


def tell_of_many(bundle: Bundle, *, to: ContactPoint, now: datetime) -> Notification:
    """Return the bundle's message to this contact point. It is owed once, whichever alert comes first."""
    return Notification.objects.owe_once(messages.many(bundle, to=to, key=f"{ties.BUNDLE}{bundle.pk}", now=now))


def _owe(owed: dict[int, Notification]) -> None:
    if not owed:
        return
    Notification.objects.owe(owed.values())
    ties.tie(owed)


def tell_taken(case: Case, *, taken_by: Dispatch, now: datetime) -> None:
    """Tell the other agencies that were asked to respond that somebody has taken the case, each of them only once.

    An agency that has not heard of the case yet hears nothing of it: what is owed to it ends. The caller holds the
    case's lock.
    """
    others = case.dispatches.live().filter(purpose=Dispatch.Purpose.RESPOND).exclude(pk=taken_by.pk)
    ties.owe_no_more(others)
    dispatches = {dispatch.agency_id: dispatch for dispatch in _of(case, ties.believing_it_is_open(others))}
    owed = {}
    for agency, contact in first_contacts(list(dispatches)).items():
        dispatch = dispatches[agency]
        key = f"{ties.TAKEN}{dispatch.pk}/{now:%Y%m%dT%H%M%S%f}"
        owed[dispatch.pk] = messages.taken(dispatch, to=contact, key=key, now=now)
    _owe(owed)
    pushes.tell(_of(case, others), name="taken", now=now)


def _of(case: Case, dispatches: QuerySet[Dispatch]) -> list[Dispatch]:
    found = list(dispatches.select_related("agency"))
    for dispatch in found:
        dispatch.case = case
    return found


def ask_who_stood_down(case: Case, *, because_of: Dispatch, now: datetime) -> None:
    """Ask again the agencies that were told that the case is taken, or were not told of it because it was.

    `because_of` is left out: whoever let go of the case has told that agency. The caller holds the case's lock.
    """
    waiting = case.dispatches.unanswered().filter(purpose=Dispatch.Purpose.RESPOND).exclude(pk=because_of.pk)
    ties.owe_no_more(waiting)
    ask_again(Chain.of(case), ties.believing_it_is_taken(waiting), by=SYSTEM, now=now)


def tell_supervisors(case: Case, *, now: datetime) -> None:
    """Tell the supervisors of the desks that were asked that nobody has answered."""
    desks = case.dispatches.live().filter(agency__kind__in=Agency.SOCIAL_KINDS).values_list("agency", flat=True)
    contacts = first_contacts(list(desks), ContactPoint.Audience.SUPERVISOR)
    key = f"{ties.SUPERVISOR}{case.pk}/{case.ring}"
    owed = [messages.supervisor_called(case, to=contact, key=key, now=now) for contact in contacts.values()]
    if owed:
        Notification.objects.owe(owed)


def tell_of_report(report: Report, *, key: str, now: datetime) -> None:
    """Tell the desk of the report's province that a report waits to be read; of a sealed one, the custodians."""
    contacts = who_reads(report)
    owed = [messages.report_received(report, to=contact, key=key, now=now) for contact in contacts]
    if owed:
        Notification.objects.owe(owed)
