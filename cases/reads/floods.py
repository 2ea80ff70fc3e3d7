"""Does a report belong to a flood? Reports are counted by network within an hour, when one arrives."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D

from agencies import clock
from cases.models import Position, Report
from cases.privacy.networks import Network

WITHIN = timedelta(hours=1)
SAME_PLACE_M = 2_000


@dataclass(frozen=True)
class FloodVerdict:
    """Whether a report is of low trust or is bundled. No report is refused (docs/adr/0008-floods.md)."""

    is_low_trust: bool = False
    is_bundled: bool = False
    count: int = 0  # reports within the hour with this one; not counted beyond settings.FLOOD_CROWD


def judge(network: Network | None, *, point: Point | None, is_danger: bool, now: datetime) -> FloodVerdict:
    """Judge low trust when the network is over the limit, and bundle unless there is danger or a new place.

    Over FLOOD_CROWD even danger and a new place are bundled. Alerts that arrive at the same moment do not count each
    other: the limit is soft, so that no lock makes them wait.
    """
    if network is None:
        return FloodVerdict()
    lately = Report.objects.from_network(network.both, within=WITHIN, now=now)
    count = 1 + lately.order_by()[: settings.FLOOD_CROWD].count()
    if count <= settings.FLOOD_LIMIT:
        return FloodVerdict(count=count)
    speaks_for_itself = is_danger or (point is not None and _is_new(point, network, now=now))
    return FloodVerdict(
        is_low_trust=True, is_bundled=count > settings.FLOOD_CROWD or not speaks_for_itself, count=count
    )


def _is_new(point: Point, network: Network, *, now: datetime) -> bool:
    there = Position.objects.filter(
        report__network__in=network.both,
        report__received_at__range=(now - WITHIN, now + clock.APART),
        point__dwithin=(point, D(m=SAME_PLACE_M)),
    )
    return not there.exclude(report__network="").exists()
