"""The call ladder of a case: whom to telephone, in which order, and the calls that were made."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from agencies.models import Agency, ContactPoint, Duty, Hotline
from cases.models import CallNow, Case, Dispatch, Note, Report
from cases.privacy.consents import Recipient, answers_of

# Social workers answer these, so officers may call them whatever the person allowed.
SOCIAL_NUMBERS = ("1300", "+66991301300")
# A Thai who is abroad: the consular line, and 1300 from outside. Numbers of agencies/data/hotlines.toml.
ABROAD_NUMBERS = ("025728442", "+66991301300")


@dataclass(frozen=True)
class Rung:
    """An agency or hotline to call. `key` names it in the form; exactly one of dispatch, agency and number is set."""

    key: str
    name: str
    why: str
    numbers: list[str] = field(default_factory=list)
    dispatch: Dispatch | None = None
    agency: Agency | None = None
    number: str = ""
    calls: list[Note] = field(default_factory=list)
    is_beyond: bool = False  # beyond what the person allowed: only with an override


@dataclass(frozen=True)
class Ladder:
    rungs: list[Rung]
    log: list[Note]  # all calls, the newest first
    call_now: CallNow | None

    @property
    def next(self) -> Rung | None:
        """The first rung that nobody has called since the call became due; when all were called, the first again."""
        since = self.call_now.created_at if self.call_now else None
        allowed = [rung for rung in self.rungs if not rung.is_beyond and rung.numbers]
        fresh = (rung for rung in allowed if not any(since is None or call.at >= since for call in rung.calls))
        return next(fresh, allowed[0] if allowed else None)

    def rung(self, key: str) -> Rung | None:
        return next((rung for rung in self.rungs if rung.key == key), None)


def ladder_of(case: Case, *, now: datetime) -> Ladder:
    """Return whom to call: agencies that have not answered, supervisors of the desks, national desk, hotlines.

    For a sealed case only agencies that were asked and custodians: nobody else may hear of it.
    """
    log = list(case.notes.exclude(call_result="").select_related("by", "called__agency", "called_agency"))
    asked = list(case.dispatches.unanswered().select_related("agency"))
    reachable = _Reachable([*(one.agency_id for one in asked), *_desks(case)], now=now)
    rungs = [
        *_asked(case, asked, reachable),
        *_supervisors(case, reachable),
        *_national(case, asked),
        *_hotlines(case),
    ]
    call_now = case.calls_to_make.open().filter(kind=CallNow.Kind.CALL_NOW).first()
    return Ladder([_with_calls(rung, log) for rung in rungs], log[::-1], call_now)


def _desks(case: Case) -> list[int]:
    desks = Agency.objects.custodians() if case.is_sealed else Agency.objects.desk_of(*case.provinces)
    return list(desks.values_list("pk", flat=True))


class _Reachable:
    """The numbers of officers on duty, and the mobiles of social agencies that take our messages."""

    def __init__(self, agencies: Collection[int], *, now: datetime) -> None:
        self.social = {agency.pk: agency for agency in Agency.objects.filter(pk__in=agencies) if _is_social(agency)}
        self.duty: dict[int, list[str]] = {}
        for duty in Duty.objects.on_at(now=now).filter(agency__in=agencies):
            self.duty.setdefault(duty.agency_id, []).append(duty.phone)
        self.mobiles: dict[tuple[int, str], list[str]] = {}
        sms = ContactPoint.objects.usable().filter(agency__in=self.social, transport=ContactPoint.Transport.SMS)
        for contact in sms:
            self.mobiles.setdefault((contact.agency_id, contact.audience), []).append(contact.address)

    def of(self, agency: Agency) -> list[str]:
        """Return the numbers to call: of officers on duty, the office, the mobiles for duty."""
        mobiles = self.mobiles.get((agency.pk, ContactPoint.Audience.DUTY), [])
        return _distinct([*self.duty.get(agency.pk, []), agency.phone, *mobiles])


def _is_social(agency: Agency) -> bool:
    return agency.kind in Agency.SOCIAL_KINDS


def _distinct(numbers: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(number for number in numbers if number))


def _asked(case: Case, asked: list[Dispatch], reachable: _Reachable) -> list[Rung]:
    """Order first the agencies whose answer would hold the case, the nearest first; then the others as asked."""
    needed = set(case.plan["requires"])
    far = 10**9  # not measured, or secret: after those that are known to be near

    def order(dispatch: Dispatch) -> tuple[bool, int, int]:
        if needed.isdisjoint(dispatch.agency.capabilities):
            return True, 0, dispatch.pk
        return False, far if dispatch.metres is None else dispatch.metres, dispatch.pk

    return [
        Rung(
            key=f"asked-{dispatch.pk}",
            name=dispatch.agency.name,
            why=str(dispatch.get_why_display()),
            numbers=reachable.of(dispatch.agency),
            dispatch=dispatch,
        )
        for dispatch in sorted(asked, key=order)
    ]


def _supervisors(case: Case, reachable: _Reachable) -> list[Rung]:
    return [
        Rung(
            key=f"agency-{pk}",
            name=reachable.social[pk].name,
            why=_("the supervisor of the desk"),
            numbers=_distinct(reachable.mobiles.get((pk, ContactPoint.Audience.SUPERVISOR), [])),
            agency=reachable.social[pk],
        )
        for pk in _in_order(_desks(case), reachable)
        if (pk, ContactPoint.Audience.SUPERVISOR) in reachable.mobiles
    ]


def _in_order(desks: list[int], reachable: _Reachable) -> list[int]:
    return [pk for pk in desks if pk in reachable.social]


def _national(case: Case, asked: list[Dispatch]) -> list[Rung]:
    if case.is_sealed:
        return []
    known = {dispatch.agency_id for dispatch in asked}
    return [
        Rung(f"agency-{agency.pk}", agency.name, _("the national desk"), _distinct([agency.phone]), agency=agency)
        for agency in Agency.objects.last_resort().exclude(pk__in=known)
    ]


def _hotlines(case: Case) -> list[Rung]:
    if case.is_sealed:
        return []
    wanted = Hotline.objects.filter(is_shown_first=True)
    if case.is_abroad:
        wanted |= Hotline.objects.filter(number__in=ABROAD_NUMBERS)
    is_allowed = case.may_tell == Report.MayTell.NEAREST_HELP and Recipient.POLICE not in answers_of(case).refused
    is_open = is_allowed or case.widened_at is not None
    rungs = [
        Rung(
            key=f"number-{hotline.number}",
            name=hotline.name,
            why=_("hotline"),
            numbers=[hotline.number],
            number=hotline.number,
            is_beyond=not is_open and hotline.number not in SOCIAL_NUMBERS,
        )
        for hotline in wanted.order_by("order")
    ]
    from_abroad = ABROAD_NUMBERS if case.is_abroad else ()
    return sorted(rungs, key=lambda rung: (rung.is_beyond, rung.number not in from_abroad, rung.number != "191"))


def _with_calls(rung: Rung, log: list[Note]) -> Rung:
    calls = [note for note in log if _is_about(note, rung)]
    return Rung(**{**rung.__dict__, "calls": calls})


def _is_about(note: Note, rung: Rung) -> bool:
    if rung.dispatch:
        return note.called_id == rung.dispatch.pk
    if rung.agency:
        return note.called_agency_id == rung.agency.pk
    return note.called_number == rung.number
