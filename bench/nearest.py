"""The nearest agencies that can help, among many, against the bare query of neighbours by the index."""

import time
from argparse import Namespace
from collections.abc import Callable
from random import Random

from django.contrib.gis.geos import Point
from django.db import connection, connections
from django.utils import timezone

from agencies.nearby import nearest
from bench.figures import Figure, load, percentile
from bench.portal import portal

TIMES = 2.0
MANY = """
INSERT INTO agencies_agency (kind, name_th, name_en, capabilities, languages, phone, pin_hash, point,
                             location_secret, is_last_resort, is_custodian, is_active, is_demo)
SELECT (ARRAY['POLICE_STN', 'HOSPITAL', 'LOCAL_GOV', 'NGO'])[1 + i %% 4], 'bench ' || i, 'bench ' || i,
       CASE WHEN i %% 3 < 2 THEN ARRAY['RESPOND'] ELSE ARRAY['LABOUR'] END, '{th}', '', '',
       ST_MakePoint(97.5 + 8 * random(), 5.7 + 14.5 * random())::geography, false, false, false, true, true
  FROM generate_series(1, %s) i
"""
BARE = """
SELECT id, name_th, ST_Distance(point, %s::geography) FROM agencies_agency ORDER BY point <-> %s::geography LIMIT 3
"""


def run(options: Namespace) -> list[Figure]:
    with portal(web_workers=1) as own:
        with own.stack.connect() as owner:
            owner.execute(MANY, [options.agencies])
            owner.execute("VACUUM ANALYZE agencies_agency")
        connection.settings_dict["NAME"] = own.stack.database
        try:
            return _compare(options)
        finally:
            connections.close_all()
            connection.close_pool()  # type: ignore[attr-defined]


def _compare(options: Namespace) -> list[Figure]:
    random = Random(1)
    points = [Point(random.uniform(98, 105), random.uniform(6, 20), srid=4326) for _ in range(500)]
    bare, ours = [], []
    for point in [*points[:50], *points] * options.rounds:  # the first 50 warm both
        bare.append(_milliseconds(lambda: _bare(point)))  # noqa: B023
        ours.append(_milliseconds(lambda: _ours(point)))  # noqa: B023
    print(f"  {len(points)} places in turn, {load()}")
    floor, value = percentile(bare[50:], 0.5), percentile(ours[50:], 0.5)
    return [
        Figure("the bare query, p50", floor, "ms"),
        Figure("agencies.nearby.nearest, p50", value, "ms"),
        Figure("agencies.nearby.nearest against the bare query", value / floor, "", reach=TIMES),
    ]


def _ours(point: Point) -> None:
    nearest(point, within_m=50_000, how_many=3, capability="RESPOND", now=timezone.now())


def _bare(point: Point) -> None:
    with connection.cursor() as cursor:
        cursor.execute(BARE, [point.ewkt, point.ewkt])
        cursor.fetchall()


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000
