"""Open cases, outlines and agencies as GeoJSON, which PostGIS builds, and the list beside the map."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import Case as Choose
from django.db.models import Exists, OuterRef, Q, SmallIntegerField, Value, When
from django.utils.translation import get_language

from agencies.access import scope_of
from agencies.models import Officer
from cases.models import Case, Position
from insight.figures import watched_cases

DRAWN = 300  # the most pressing; the page says how many more there are
# Degrees: about 1 km, and 11 km for a wall that visitors pass. Whoever goes there sees the exact place elsewhere.
ROUNDED, ROUNDED_ON_A_WALL = "0.01", "0.1"
OUTLINE = 0.01  # degrees; they are drawn no finer

_COLLECTION = """
SELECT json_build_object('type', 'FeatureCollection', 'features', coalesce(json_agg(to_json(features)), '[]'))::text
FROM features
"""

_CASES = """
WITH seen AS ({seen}),
drawn AS (
    SELECT seen.*, place.*,
        CASE WHEN held_at IS NOT NULL THEN 'held' WHEN red_since IS NOT NULL THEN 'red' ELSE 'waiting' END AS state
    FROM seen CROSS JOIN LATERAL (
        SELECT ST_SnapToGrid(coalesce(position.point, area.centroid)::geometry, {grain}) AS point,
            position.point IS NULL AS is_area
        FROM cases_position position
            JOIN cases_report report ON report.id = position.report_id
            LEFT JOIN agencies_area area ON area.code = position.area_id
        WHERE report.case_id = seen.id AND coalesce(position.point, area.centroid) IS NOT NULL
        ORDER BY position.point IS NULL, position.source = 'PHOTO', position.source = 'READ', position.id DESC
        LIMIT 1
    ) place
    ORDER BY (held_at IS NOT NULL), (red_since IS NULL), (urgency <> 'EMERGENCY'), opened_at, id
    LIMIT {drawn}
),
features AS (
    SELECT 'Feature' AS type,
        json_build_object('type', 'Point', 'coordinates',
            json_build_array(round(ST_X(point)::numeric, 2), round(ST_Y(point)::numeric, 2))) AS geometry,
        to_json(said) AS properties
    FROM drawn CROSS JOIN LATERAL (
        SELECT {reference} AS reference, state, urgency, is_area AS area
    ) said
)
"""

_PROVINCES = """
WITH ours AS (
    SELECT code, name_th, coalesce(nullif(name_en, ''), name_th) AS name_en, boundary,
        %(all)s OR code = ANY(%(codes)s) AS is_ours
    FROM agencies_area WHERE level = 'PROVINCE' AND boundary IS NOT NULL
),
features AS (
    SELECT 'Feature' AS type,
        ST_AsGeoJSON(ST_SimplifyPreserveTopology(boundary, %(tolerance)s), 2)::json AS geometry,
        json_build_object('name', CASE WHEN %(thai)s THEN name_th ELSE name_en END, 'ours', is_ours) AS properties
    FROM ours
    WHERE is_ours OR boundary && (SELECT ST_Expand(ST_Extent(boundary)::geometry, 0.2) FROM ours WHERE is_ours)
)
"""

# A secret location never appears. Names only where there are few enough to read.
_AGENCIES = """
WITH shown AS (
    SELECT kind, CASE WHEN %(thai)s THEN name_th ELSE coalesce(nullif(name_en, ''), name_th) END AS name,
        json_build_array(
            round(ST_X(point::geometry)::numeric, %(decimals)s), round(ST_Y(point::geometry)::numeric, %(decimals)s)
        ) AS place
    FROM agencies_agency
    WHERE is_active AND NOT location_secret AND point IS NOT NULL
        AND (%(all)s OR province_id = ANY(%(codes)s))
),
features AS (
    SELECT 'Feature' AS type,
        json_build_object('type', 'MultiPoint', 'coordinates', json_agg(place ORDER BY name)) AS geometry,
        json_build_object('kind', kind,
            'names', CASE WHEN %(all)s THEN '[]' ELSE json_agg(name ORDER BY name) END) AS properties
    FROM shown GROUP BY kind
)
"""


@dataclass(frozen=True)
class Watched:
    """Red cases first, then emergencies, then the others, held ones last; among these the oldest first."""

    placed: list[Case]
    unplaced: list[Case]

    @property
    def shown(self) -> int:
        return len(self.placed) + len(self.unplaced)


def open_cases(officer: Officer, *, exercises: bool) -> Watched:
    """Return the cases for the list beside the map."""
    known = Q(point__isnull=False) | Q(area__centroid__isnull=False)
    rank = Choose(
        When(held_at__isnull=False, then=Value(3)),
        When(red_since__isnull=False, then=Value(0)),
        When(urgency=Case.Urgency.EMERGENCY, then=Value(1)),
        default=Value(2),
        output_field=SmallIntegerField(),
    )
    cases = watched_cases(officer, exercises=exercises).open().alias(rank=rank).order_by("rank", "opened_at", "pk")
    cases = cases.annotate(has_place=Exists(Position.objects.filter(known, report__case=OuterRef("pk"))))
    shown = list(cases.select_related("district", "province").defer("widened_reason", "plan")[:DRAWN])
    return Watched(
        placed=[case for case in shown if case.has_place],
        unplaced=[case for case in shown if not case.has_place],
    )


def drawn_cases(officer: Officer, *, exercises: bool, is_wall: bool = False) -> str:
    """Return points rounded to about 1 km, with reference, state and urgency. For a wall: coarser, no reference."""
    wanted = ("id", "reference", "urgency", "opened_at", "held_at", "red_since")
    watched = watched_cases(officer, exercises=exercises).open().values(*wanted)
    seen, values = watched.query.sql_with_params()
    grain, reference = (ROUNDED_ON_A_WALL, "''") if is_wall else (ROUNDED, "reference")
    return _text(_CASES.format(seen=seen, grain=grain, reference=reference, drawn=DRAWN), values)


def outlines(officer: Officer) -> str:
    """Return the officer's provinces and their neighbours. A page asks once."""
    return _text(_PROVINCES, _scope(officer))


def agencies(officer: Officer) -> str:
    """Return the agencies of the officer's provinces, by kind. A page asks once, when it begins to show them."""
    return _text(_AGENCIES, _scope(officer))


def _scope(officer: Officer) -> dict[str, object]:
    provinces = scope_of(officer).provinces
    return {
        "all": provinces is None,
        "codes": list(provinces or ()),
        "tolerance": OUTLINE,
        "decimals": 2 if provinces is None else 3,
        "thai": get_language() == "th",
    }


def _text(query: str, values: object) -> str:
    with connection.cursor() as cursor:
        cursor.execute(query + _COLLECTION, values)  # type: ignore[arg-type]
        return str(cursor.fetchone()[0])
