"""After stage 1. For a while the person lets us see where they go."""

from datetime import datetime, timedelta

from django.contrib.gis.geos import Point
from django.db import transaction

from agencies import areas
from cases.flow import events, intake
from cases.flow.intake import Fix
from cases.models import Case, LiveShare, Position, Report
from cases.models.live_share import LASTS_AT_MOST
from cases.privacy import history
from cases.privacy.actor import REPORTER

LASTS = timedelta(minutes=30)  # also what is added each time the person makes it longer
# A point that was measured before the end, without a connection, is taken so long after the end.
COMES_LATE = timedelta(minutes=30)
# A phone cannot fill the table: a point that comes sooner, or beyond the most, replaces the last one.
APART, MOST_POINTS = timedelta(seconds=3), 1_000
MOST_SHARES = 20  # of one report


class SharingOver(Exception):
    """The live share is over, was stopped, or its report is settled: no position was kept."""


class EnoughShares(Exception):
    """The report has had as many live shares as we allow."""


@transaction.atomic
def start_sharing(*, report: Report, now: datetime) -> LiveShare:
    """Start a live share of half an hour, or return the one that runs. Raises EnoughShares or SharingOver."""
    case, report = Case.objects.lock_of(report), Report.objects.lock(report)
    if report.settled_at:
        raise SharingOver
    running = report.shares.live(now=now).first()
    if running:
        return running
    if report.shares.count() >= MOST_SHARES:
        raise EnoughShares
    share = LiveShare.objects.create(report=report, started_at=now, ends_at=now + LASTS)
    history.record_of(report, case, history.EventDraft(events.SHARING_STARTED), by=REPORTER, now=now)
    return share


@transaction.atomic
def share_longer(*, share: LiveShare, now: datetime) -> LiveShare:
    """Add half an hour, until two hours from the start at most. Raises SharingOver."""
    case, report = Case.objects.lock_of(share.report), Report.objects.lock(share.report)
    share = _running(share, now=now)
    longer = min(share.ends_at + LASTS, share.started_at + LASTS_AT_MOST)
    if longer > share.ends_at:
        share.ends_at = longer
        share.save(update_fields=["ends_at"])
        history.record_of(report, case, history.EventDraft(events.SHARING_LONGER), by=REPORTER, now=now)
    return share


@transaction.atomic
def stop_sharing(
    *, share: LiveShare, now: datetime, by: LiveShare.StoppedBy = LiveShare.StoppedBy.REPORTER
) -> LiveShare:
    """Stop the live share. Later points are refused, even those that were measured before."""
    case, report = Case.objects.lock_of(share.report), Report.objects.lock(share.report)
    share = LiveShare.objects.select_for_update(of=["self"]).get(pk=share.pk)
    if share.stopped_at:
        return share  # a second press is not an error
    was_live = now < share.ends_at
    share.stopped_at, share.stopped_by = now, by
    share.save(update_fields=["stopped_at", "stopped_by"])
    if was_live:
        line = history.EventDraft(events.SHARING_STOPPED, facts={"by": by})
        history.record_of(report, case, line, by=REPORTER, now=now)
    return share


def stop_all(*, report: Report, by: LiveShare.StoppedBy, now: datetime) -> None:
    """Stop the report's live shares, also those that are over but would still take points that come late."""
    for share in report.shares.filter(stopped_at__isnull=True, ends_at__gt=now - COMES_LATE):
        stop_sharing(share=share, by=by, now=now)


@transaction.atomic
def add_point(*, share: LiveShare, fix: Fix, now: datetime) -> LiveShare:
    """Store where the phone is, or was while it had no connection. Raises SharingOver.

    The case does not move; its history says when the person is in another province. Only the first place of a
    report that has none is taken like any place, and so decides who is asked.
    """
    # The first one may have been measured while the press was still on its way.
    measured = max(min(fix.captured_at or now, now), share.started_at)
    _require_takes(share, measured, now=now)
    if not _is_placed(share.report):
        intake.add_place(report=share.report, fix=fix, now=now)
        return share
    if share.report.is_place_rough:
        fix = fix.rough()
    point = Point(fix.longitude, fix.latitude, srid=4326)
    _notice_move(share, point, now=now)
    share = LiveShare.objects.with_report().select_for_update(of=["self"]).get(pk=share.pk)
    _require_takes(share, measured, now=now)
    _keep(share, point, accuracy_m=fix.accuracy_m, measured=measured, now=now)
    return share


def _require_takes(share: LiveShare, measured: datetime, *, now: datetime) -> None:
    is_in_time = measured < share.ends_at and now < share.ends_at + COMES_LATE
    if share.stopped_at or share.report.settled_at or not is_in_time:
        raise SharingOver


def _is_placed(report: Report) -> bool:
    return report.positions.filter(point__isnull=False).exclude(source__in=Position.SECOND_HAND).exists()


def _keep(share: LiveShare, point: Point, *, accuracy_m: int | None, measured: datetime, now: datetime) -> None:
    last = share.positions.order_by("captured_at", "pk").last()
    found = {"point": point, "accuracy_m": accuracy_m, "captured_at": measured, "received_at": now}
    is_apart = last is None or measured - last.captured_at >= APART
    if is_apart and share.points < MOST_POINTS:
        Position.objects.create(report=share.report, share=share, source=Position.Source.GPS, **found)
        share.points += 1
        share.save(update_fields=["points"])
    elif last and measured > last.captured_at:
        Position.objects.filter(pk=last.pk).update(**found)


def _notice_move(share: LiveShare, point: Point, *, now: datetime) -> None:
    """Record once for each other province that the person is there. The desk decides whether the case moves."""
    case = share.report.case
    province = areas.locate(point).province if case else None
    if case is None or province is None or province in case.provinces or _is_known(case, province, share):
        return
    case = Case.objects.locked(case.pk)
    if not _is_known(case, province, share):
        line = history.EventDraft(events.MOVED_AWAY, facts={"province": province})
        history.record(case, line, by=REPORTER, now=now)


def _is_known(case: Case, province: str, share: LiveShare) -> bool:
    told = case.events.filter(kind=events.MOVED_AWAY, facts__province=province)
    return told.filter(at__gte=share.started_at).exists()


def _running(share: LiveShare, *, now: datetime) -> LiveShare:
    share = LiveShare.objects.with_report().select_for_update(of=["self"]).get(pk=share.pk)
    if not share.is_live(now):
        raise SharingOver
    return share
