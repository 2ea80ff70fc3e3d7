"""From a point to its province, and to a second one near a border."""

from dataclasses import dataclass

from django.contrib.gis.db.models.functions import Distance, GeometryDistance
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D

from agencies.models import Area

# When each sub-district centroid is located by the others, 6.9 % fall into the wrong province; with these values
# the right one is then the second province (findings, section 10).
BORDER_FACTOR, BORDER_METRES = 1.5, 1_000
# No sub-district of Thailand is wider: a point farther away is at sea or in another country.
FARTHEST_METRES = 60_000


@dataclass(frozen=True)
class Located:
    """Where a point lies, by the nearest centroids. All None: in no area that we know."""

    province: str | None = None
    district: str | None = None
    second_province: str | None = None
    is_abroad: bool = False

    @property
    def provinces(self) -> list[str]:
        return [code for code in (self.province, self.second_province) if code]


def locate(point: Point) -> Located:
    """Return where `point` (WGS 84, longitude first) lies: in the province of the nearest centroid.

    A second province is named when its distance is at most 1.5 times the nearest's plus 1 km. A point
    nearest to a town across the border is abroad. A Thai province in reach is then still named, so
    that somebody near the border is never left without help.
    """
    sites = (
        Area.objects.sites()
        .only("code", "level")
        .annotate(metres=Distance("centroid", point))
        .order_by(GeometryDistance("centroid", point))
    )
    nearest = sites.filter(centroid__dwithin=(point, D(m=FARTHEST_METRES))).first()
    if nearest is None:
        return Located(is_abroad=True)
    reach = nearest.metres.m * BORDER_FACTOR + BORDER_METRES
    others = sites.filter(centroid__dwithin=(point, D(m=reach))).exclude(code__startswith=nearest.province_code)
    if nearest.level == Area.Level.ABROAD:
        home = others.exclude(level=Area.Level.ABROAD).first()
        if home is None:
            return Located(is_abroad=True)
        return Located(province=home.province_code, district=home.code[:4], is_abroad=True)
    second = others.exclude(level=Area.Level.ABROAD).first()
    return Located(
        province=nearest.province_code,
        district=nearest.code[:4],
        second_province=second.province_code if second else None,
    )


def known(code: str) -> Area | None:
    """The area with this code (TIS 1099), if it is one of ours. Its boundary is not loaded."""
    return Area.objects.filter(code=code).defer("boundary").first() if code else None


def of_area(code: str) -> Located:
    """Return where a person is who named an area (TIS 1099, 2 to 6 digits) and sent no point."""
    return Located(province=code[:2], district=code[:4] if len(code) >= 4 else None)
