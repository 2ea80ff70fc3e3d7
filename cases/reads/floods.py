"""Is this one of a flood? Counted by network, within the hour, when something arrives."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D

from cases.models import Position, Report
from cases.privacy.networks import Network

WITHIN = timedelta(hours=1)
SAME_PLACE_M = 2_000


@dataclass(frozen=True)
class Verdict:
    """How far what arrives is trusted. Nothing is refused for it (docs/adr/0008-floods.md)."""

    is_low_trust: bool = False
    is_bundled: bool = False
    count: int = 0  # that came within the hour, this one too; beyond the crowd it is not counted further


def judge(network: Network | None, *, point: Point | None, is_danger: bool, now: datetime) -> Verdict:
    """Beyond the limit it is of low trust; bundled unless it tells of danger or of a place that is new.

    Beyond a crowd's number, what it says for itself counts no more. Alerts that arrive in the same moment
    do not see each other: the limit is soft, and no lock makes them wait.
    """
    if network is None:
        return Verdict()
    lately = Report.objects.from_network(network.both, since=now - WITHIN)
    count = 1 + lately.order_by()[: settings.FLOOD_CROWD].count()
    if count <= settings.FLOOD_LIMIT:
        return Verdict(count=count)
    speaks_for_itself = is_danger or (point is not None and _is_new(point, network, now=now))
    return Verdict(is_low_trust=True, is_bundled=count > settings.FLOOD_CROWD or not speaks_for_itself, count=count)


def _is_new(point: Point, network: Network, *, now: datetime) -> bool:
    """Nothing that came from the network within the hour is near."""
    there = Position.objects.filter(
        report__network__in=network.both,
        report__received_at__gt=now - WITHIN,
        point__dwithin=(point, D(m=SAME_PLACE_M)),
    )
    return not there.exclude(report__network="").exists()
