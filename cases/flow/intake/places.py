"""The places of a report: those that came with it, and those that came after it."""

from datetime import datetime

from django.contrib.gis.measure import D
from django.db import transaction

from agencies import areas
from agencies.areas import Located
from agencies.models import Area
from cases.flow import dispatching, events
from cases.flow.intake.sent import Fix, roughly
from cases.models import Case, Position, Report
from cases.privacy import history, live
from cases.privacy.actor import REPORTER

MOVED_AWAY_M = 2_000  # farther away, other agencies are the nearest


def locate(fix: Fix | None, *, area: str) -> tuple[Located, Area | None]:
    """Return where the fix is; without one, where the named area is. With it comes the district itself."""
    located = areas.locate(fix.point) if fix else _of_named(area)
    return located, areas.known(located.district or "")


def _of_named(area: str) -> Located:
    return areas.of_area(area) if areas.known(area) else Located()


def add_positions(
    report: Report, *, fix: Fix | None, read: Fix | None, area: str, text: str, now: datetime
) -> Position | None:
    """Store the place that the phone measured and, beside it, the one read out of words.

    Returns the measured one, because it decides; without it the other one, or None.
    """
    position = _add_position(report, fix=fix or read, area=area, text=text, now=now)
    if fix and read:
        _add_position(report, fix=read, area="", text="", now=now)
    return position


def _add_position(report: Report, *, fix: Fix | None, area: str, text: str, now: datetime) -> Position | None:
    known = areas.known(area) if area else None
    if fix:
        source, point = fix.source, fix.point
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
    """Add a place that came after the report; `read` is what its text says.

    The report and its case move there when it is better than the earlier places.
    """
    if report.is_place_rough:
        fix, read = roughly(fix), roughly(read)
    case = Case.objects.lock_of(report)
    position = add_positions(report, fix=fix, read=read, area=area, text=text, now=now)
    if position is None:
        return
    is_better = _is_better(position)
    if is_better:
        located = areas.locate(position.point) if position.point else areas.of_area(position.area_id or "")
        _move(report, located)
        if case:
            _move(case, located)
    if case:
        line = history.EventDraft(events.PLACE_ADDED, facts={"source": position.source})
        history.record(case, line, by=REPORTER, now=now)
        if is_better:
            dispatching.place_known(case=case, now=now)
    elif is_better:
        dispatching.tell_of_report(report, key=f"place/{position.pk}", now=now)
    live.announce(report)


def _is_better(position: Position) -> bool:
    """Should the case move to this place?

    A measured place beats a named one; it beats an earlier measured one only if it is more than 2 km away. A place
    read out of words counts as measured until the phone has measured; a photo's place while there is no other. One
    that was measured before the last and comes after it moves nothing. A named area beats none, and a smaller one
    beats a larger.
    """
    earlier = position.report.positions.places().exclude(pk=position.pk)
    measured = earlier.filter(point__isnull=False)
    if position.point:
        if measured.surer_than(position).exists():
            return False
        by_phone = measured.exclude(source__in=Position.SECOND_HAND)
        measured = by_phone if by_phone.exists() else measured
        if measured.filter(captured_at__gt=position.captured_at).exists():
            return False
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
