"""The track of a case: where the person is now or was last, and the way they came."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agencies import areas
from agencies.models import Area
from cases.models import Case, LiveShare, Position

TRAIL_SHOWN = 200  # points, the newest


@dataclass(frozen=True)
class Track:
    share: LiveShare
    newest: Position | None  # None: nothing has come yet, or it was erased
    trail: list[Position]  # the oldest first, and the newest too
    is_live: bool
    elsewhere: Area | None  # the province in which the newest point lies, when it is none of the case's

    def drawn(self) -> dict[str, Any]:
        """Return the track as JSON: degrees of WGS 84, latitude first, as in Leaflet; accuracy in metres."""
        return {
            "trail": [[round(at.point.y, 5), round(at.point.x, 5)] for at in self.trail if at.point],
            "accuracy": self.newest.accuracy_m if self.newest else None,
            "moment": self.newest.captured_at.isoformat() if self.newest else "",
            "live": self.is_live,
        }


def track_of(case: Case, *, now: datetime) -> Track | None:
    """Return the newest live share of the case and the points of all its shares; None without a share.

    The caller has left the trace.
    """
    shares = LiveShare.objects.with_report().select_related("kept_by").filter(report__case=case)
    share = shares.order_by("-started_at", "-pk").first()
    if share is None:
        return None
    points = Position.objects.filter(share__report__case=case, point__isnull=False).order_by("-captured_at", "-pk")
    trail = list(points.only("share", "source", "point", "accuracy_m", "captured_at")[:TRAIL_SHOWN])[::-1]
    newest = trail[-1] if trail else None
    return Track(share, newest, trail, share.is_live(now), _elsewhere(case, newest))


def is_shared(case: Case, *, now: datetime) -> bool:
    """Whether a live share of the case runs now. It reveals no place, so it needs no trace."""
    return LiveShare.objects.live(now=now).filter(report__case=case).exists()


def _elsewhere(case: Case, newest: Position | None) -> Area | None:
    province = areas.locate(newest.point).province if newest and newest.point else None
    if province is None or province in case.provinces:
        return None
    return Area.objects.filter(code=province).defer("centroid", "boundary").first()
