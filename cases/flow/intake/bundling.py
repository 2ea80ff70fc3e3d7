"""A report that is one of many from one network is marked, and bundled for the desk."""

from datetime import datetime

from django.contrib.gis.geos import Point

from cases.models import Bundle, Report
from cases.privacy.networks import Network
from cases.reads import floods


def judge(report: Report, *, network: Network | None, point: Point | None, is_danger: bool, now: datetime) -> None:
    """Mark the report FLOOD when its network is over the limit, and bundle it.

    Below a crowd's number, an emergency or a report from a distinct place is not bundled. The report is not saved
    yet.
    """
    verdict = floods.judge(network, point=point, is_danger=is_danger, now=now)
    report.network = network.current if network else ""
    if verdict.is_low_trust:
        report.marks = [*report.marks, Report.Mark.FLOOD]
    if network and verdict.is_bundled:
        report.bundle = _bundle_for(report, network=network, of_many=verdict.count, now=now)


def _bundle_for(report: Report, *, network: Network, of_many: int, now: datetime) -> Bundle:
    """Not locked: two requests may each open a bundle, and the desk then gets two messages, which is acceptable."""
    found = Bundle.objects.taking_in(network.both, province=report.province_id, is_sealed=report.is_sealed, now=now)
    return found.order_by("pk").first() or Bundle.objects.create(
        network=network.current,
        province_id=report.province_id,
        is_sealed=report.is_sealed,
        of_many=of_many,
        opened_at=now,
    )
