"""Stage 1. What somebody sent is committed with everything that must follow. Intake never says no."""

import hashlib
import json
import secrets
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta

from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.db import IntegrityError, transaction

from agencies import areas
from agencies.areas import Located
from agencies.models import Area
from cases.flow import dispatching, events, opening, wishes
from cases.flow.wishes import Reaching
from cases.models import Bundle, Case, Message, Position, Report
from cases.privacy import history, live
from cases.privacy.actor import REPORTER
from cases.privacy.locks import one_at_a_time
from cases.privacy.networks import Network
from cases.reads import floods
from cases.reads.receipt import area_of
from vault import digest

SAME_ANSWER_FOR = timedelta(minutes=10)
MOVED_AWAY_M = 2_000  # other agencies are then nearer
# The crossings of a net of 0.01 degrees, some 1.1 km: at most half the diagonal of a mesh away.
ROUGH_DECIMALS, ROUGH_M = 2, 800
# No I, L, O, U and no 0, 1: it is read out on the telephone.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True)
class Fix:
    """A measured, pinned or pasted place. Degrees of WGS 84, metres, and when the phone measured it."""

    longitude: float
    latitude: float
    accuracy_m: int | None = None
    captured_at: datetime | None = None
    source: Position.Source = Position.Source.GPS

    def rough(self) -> "Fix":
        """At the nearest crossing of the net, so that the exact place is nowhere kept."""
        return replace(
            self,
            longitude=round(self.longitude, ROUGH_DECIMALS),
            latitude=round(self.latitude, ROUGH_DECIMALS),
            accuracy_m=(self.accuracy_m or 0) + ROUGH_M,
        )


@dataclass(frozen=True)
class Sent:
    """What the person sent, already shaped: capped, with what could not be used named in `marks`."""

    kind: Report.Kind
    language: str
    channel: Report.Channel = Report.Channel.WEB
    submission: str = ""  # the key that was signed into the page, or the chat's own
    may_tell: Report.MayTell = Report.MayTell.SOCIAL_WORKERS
    reporter_type: Report.ReporterType = Report.ReporterType.UNKNOWN
    in_danger_now: bool = False
    officials_involved: bool = False
    children_present: bool | None = None
    is_under_18: bool | None = None
    people_count: int | None = None
    exploitation: list[str] = field(default_factory=list)
    safe_contact: Report.SafeContact = Report.SafeContact.DO_NOT_CONTACT
    consents: dict[str, bool] = field(default_factory=dict)  # by Consent.Recipient; not in it: not said
    reaching: Reaching = field(default_factory=Reaching)
    interpreter: str = ""  # a Report.Interpreter
    narrative: str = ""
    wants: str = ""
    contact: str = ""
    place: str = ""
    area: str = ""  # TIS 1099
    fix: Fix | None = None
    place_read: Fix | None = None  # where `place` says it is
    is_place_rough: bool = False
    marks: list[str] = field(default_factory=list)
    is_exercise: bool = False
    is_canary: bool = False  # ours, and signed so: nobody but the test address is told

    @property
    def surest(self) -> Fix | None:
        """What the phone measured decides; without it, what the words say."""
        return self.fix or self.place_read

    def payload_digest(self) -> str:
        content = {name: value for name, value in asdict(self).items() if name != "submission"}
        text = json.dumps(content, sort_keys=True, default=str)
        return digest(hashlib.sha256(text.encode("utf-8", "replace")).hexdigest(), purpose="payload")


def receive(*, sent: Sent, now: datetime, network: Network | None = None) -> Report:
    """Take it. Report, position, case, dispatches, notifications and history are committed together.

    The same page sent again with the same content within ten minutes is the same report; anything else
    under its key is a new report, linked to the earlier one. One of many from one `network` is taken like
    any other, but may be bundled for the desk.
    """
    try:
        return _receive(sent=sent, now=now, network=network)
    except IntegrityError:  # the reference is taken: once in 600,000,000,000
        return _receive(sent=sent, now=now, network=network)


@transaction.atomic
def _receive(*, sent: Sent, now: datetime, network: Network | None) -> Report:
    if sent.is_place_rough:
        sent = replace(sent, fix=_rough(sent.fix), place_read=_rough(sent.place_read))
    submission = digest(sent.submission, purpose="submission") if sent.submission else ""
    earlier = _sent_before(submission)
    payload = sent.payload_digest()
    for before in earlier:
        if before.payload_digest == payload and now - before.received_at <= SAME_ANSWER_FOR:
            return before
    located = _locate(sent)
    report = _new(sent, located, submission=submission, payload=payload, earlier=earlier, now=now)
    _judge(report, network=None if sent.is_exercise else network, fix=sent.surest, now=now)
    report.save(force_insert=True)
    _add_positions(report, fix=sent.fix, read=sent.place_read, area=sent.area, text=sent.place, now=now)
    if sent.reaching.says_something:
        wishes.add_contact_rule(report, sent.safe_contact, sent.reaching, now=now)
    if sent.consents:
        wishes.add_consents(report, sent.consents, language=sent.language, now=now)
    if report.kind == Report.Kind.LOCATION_ALERT or report.in_danger_now:
        opening.open_case(
            report=report,
            urgency=_urgency(report),
            by=REPORTER,
            now=now,
            bundle=report.bundle,
            is_canary=sent.is_canary,
        )
    elif report.bundle:
        dispatching.tell_of_bundle(report, now=now)
        live.announce(report)
    else:
        dispatching.tell_of_report(report, key=f"report/{report.pk}", now=now)
        live.announce(report)
    return report


def _rough(fix: Fix | None) -> Fix | None:
    return fix.rough() if fix else None


def _sent_before(submission: str) -> list[Report]:
    """Earlier reports from the same page. Two requests of it at once wait for each other here."""
    if not submission:
        return []
    one_at_a_time(submission)
    earlier = Report.objects.filter(submission_digest=submission).order_by("received_at")
    return list(earlier.only("payload_digest", "received_at"))


def _locate(sent: Sent) -> Located:
    if fix := sent.surest:
        return areas.locate(Point(fix.longitude, fix.latitude, srid=4326))
    known = sent.area and Area.objects.filter(code=sent.area).exists()
    return areas.of_area(sent.area) if known else Located()


def _judge(report: Report, *, network: Network | None, fix: Fix | None, now: datetime) -> None:
    """One of many from one network is marked and, unless it speaks for itself, put into a bundle."""
    point = Point(fix.longitude, fix.latitude, srid=4326) if fix else None
    is_danger = _urgency(report) == Case.Urgency.EMERGENCY
    verdict = floods.judge(network, point=point, is_danger=is_danger, now=now)
    report.network = network.current if network else ""
    if verdict.is_low_trust:
        report.marks = [*report.marks, Report.Mark.FLOOD]
    if network and verdict.is_bundled:
        report.bundle = _bundle_for(report, network=network, of_many=verdict.count, now=now)


def _bundle_for(report: Report, *, network: Network, of_many: int, now: datetime) -> Bundle:
    """Two that are opened in the same moment do no harm: the desk is told twice."""
    found = Bundle.objects.taking_in(network.both, province=report.province_id, is_sealed=report.is_sealed, now=now)
    return found.order_by("pk").first() or Bundle.objects.create(
        network=network.current,
        province_id=report.province_id,
        is_sealed=report.is_sealed,
        of_many=of_many,
        opened_at=now,
    )


def _new(
    sent: Sent, located: Located, *, submission: str, payload: str, earlier: list[Report], now: datetime
) -> Report:
    words = asdict(sent)
    for name in ("submission", "area", "fix", "place_read", "is_canary", "reaching", "consents"):
        del words[name]
    return Report(
        **words,
        reference=_new_reference(),
        province_id=located.province,
        second_province_id=located.second_province,
        district=area_of(located.district or ""),
        is_abroad=located.is_abroad,
        linked_to=earlier[0] if earlier else None,
        submission_digest=submission,
        payload_digest=payload,
        received_at=now,
    )


def _new_reference() -> str:
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def _urgency(report: Report) -> Case.Urgency:
    """The person said so: the button for danger, or the box on the form."""
    if report.in_danger_now or report.may_tell == Report.MayTell.NEAREST_HELP:
        return Case.Urgency.EMERGENCY
    return Case.Urgency.URGENT


def _add_positions(
    report: Report, *, fix: Fix | None, read: Fix | None, area: str, text: str, now: datetime
) -> Position | None:
    """What was read out of the words stands beside what the phone measured, which is returned: it decides."""
    position = _add_position(report, fix=fix or read, area=area, text=text, now=now)
    if fix and read:
        _add_position(report, fix=read, area="", text="", now=now)
    return position


def _add_position(report: Report, *, fix: Fix | None, area: str, text: str, now: datetime) -> Position | None:
    known = Area.objects.filter(code=area).first() if area else None
    if fix:
        source, point = fix.source, Point(fix.longitude, fix.latitude, srid=4326)
    elif known or text:
        source, point = (Position.Source.AREA if known else Position.Source.TEXT), None
    else:
        return None
    return Position.objects.create(
        report=report,
        source=source,
        point=point,
        accuracy_m=fix.accuracy_m if fix else None,
        area=known,
        text=text,
        captured_at=min(fix.captured_at or now, now) if fix else now,
        received_at=now,
    )


@transaction.atomic
def add_place(
    *, report: Report, fix: Fix | None, read: Fix | None = None, area: str = "", text: str = "", now: datetime
) -> None:
    """A place that came after the report, `read` out of the text if it says one.

    The case moves to it when it had none, or one less exact.
    """
    if report.is_place_rough:
        fix, read = _rough(fix), _rough(read)
    case = Case.objects.lock_of(report)
    position = _add_positions(report, fix=fix, read=read, area=area, text=text, now=now)
    if position is None:
        return
    is_better = _is_better(position)
    if is_better:
        located = areas.locate(position.point) if position.point else areas.of_area(position.area_id or "")
        _move(report, located)
        if case:
            _move(case, located)
    if case:
        line = history.Line(events.PLACE_ADDED, facts={"source": position.source})
        history.record(case, line, by=REPORTER, now=now)
        if is_better:
            dispatching.place_known(case=case, now=now)
    elif is_better:
        dispatching.tell_of_report(report, key=f"place/{position.pk}", now=now)
    live.announce(report)


def _is_better(position: Position) -> bool:
    """A measured place beats a named one, and an earlier one only when the person has moved away from it.

    One read out of words counts as measured until the phone has measured, and a photo's while there is no other.
    A named area beats none, and a smaller one a larger.
    """
    earlier = position.report.positions.places().exclude(pk=position.pk)
    measured = earlier.filter(point__isnull=False)
    if position.point:
        if measured.surer_than(position).exists():
            return False
        by_phone = measured.exclude(source__in=Position.SECOND_HAND)
        measured = by_phone if by_phone.exists() else measured
        return not measured.filter(point__dwithin=(position.point, D(m=MOVED_AWAY_M))).exists()
    if position.area_id is None or measured.exists():
        return False
    named = earlier.filter(area__isnull=False).values_list("area", flat=True)
    return len(position.area_id) > max((len(code) for code in named), default=0)


def _move(what: Report | Case, located: Located) -> None:
    what.province_id = located.province
    what.second_province_id = located.second_province
    what.district_id = located.district
    what.is_abroad = located.is_abroad
    what.save(update_fields=["province", "second_province", "district", "is_abroad"])


@transaction.atomic
def add_words(*, report: Report, text: str, submission: str = "", now: datetime) -> Message:
    """More words from the reporter, as a message beside the report, which stays as it was sent.

    The same words under the same key of a page are one message: a phone on a bad line sends them again.
    """
    sent = digest(f"{submission}/{text}", purpose="message") if submission else ""
    if sent:
        one_at_a_time(sent)
        if before := report.messages.filter(submission_digest=sent).first():
            return before
    message = Message.objects.create(report=report, text=text, submission_digest=sent, at=now)
    case = Case.objects.lock_of(report)
    if case:
        line = history.Line(events.MESSAGE_ADDED, facts={"text": history.commitment(text)})
        history.record(case, line, by=REPORTER, now=now)
    if report.settled_at or (case and case.closed_at):
        # Nobody looks at what is closed, so somebody is told.
        dispatching.tell_of_report(report, key=f"message/{message.pk}", now=now)
    live.announce(report)
    return message
