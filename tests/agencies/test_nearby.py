"""The nearest agencies that can help, and how the database finds them."""

import pytest
from django.contrib.gis.geos import Point
from django.db import connection

from agencies.models import Agency, Capability
from agencies.nearby import nearest
from tests.conftest import BETONG, make_agency

pytestmark = pytest.mark.django_db

KM_15 = 15_000


def names(found) -> list[str]:
    return [near.agency.name_en for near in found]


def test_the_nearest_comes_first_with_its_distance(directory):
    found = nearest(BETONG, within_m=KM_15, how_many=3, capability=Capability.RESPOND)

    assert names(found) == ["Betong Police", "Betong Hospital"]
    assert 300 < found[0].metres < 400
    assert found[1].kilometres == 1.5


def test_what_is_beyond_the_radius_is_not_found(directory):
    assert names(nearest(BETONG, within_m=1_000, how_many=3, capability=Capability.RESPOND)) == ["Betong Police"]
    assert nearest(BETONG, within_m=100, how_many=3) == []


def test_no_more_than_wanted(directory):
    assert len(nearest(BETONG, within_m=KM_15, how_many=1)) == 1


def test_only_those_who_can_do_it(directory):
    assert names(nearest(BETONG, within_m=KM_15, how_many=9, capability=Capability.MEDICAL)) == ["Betong Hospital"]


def test_only_the_kinds_that_were_asked_for(directory):
    assert names(nearest(BETONG, within_m=KM_15, how_many=9, kinds=Agency.SOCIAL_KINDS)) == ["Yala Shelter"]


def test_those_who_were_asked_before_are_left_out(directory, betong_police):
    found = nearest(BETONG, within_m=KM_15, how_many=9, except_for=[betong_police.pk])

    assert "Betong Police" not in names(found)


@pytest.mark.parametrize("kind", [Agency.Kind.IMMIGRATION, Agency.Kind.EMBASSY])
def test_immigration_and_embassies_are_never_found_by_themselves(areas, kind):
    make_agency(kind, "Too Near", Capability.RESPOND, at=BETONG, province=areas["95"])

    assert nearest(BETONG, within_m=KM_15, how_many=9) == []
    assert nearest(BETONG, within_m=KM_15, how_many=9, kinds=[kind], capability=Capability.RESPOND) == []


def test_a_closed_agency_is_not_found(betong_police):
    betong_police.is_active = False
    betong_police.save()

    assert nearest(BETONG, within_m=KM_15, how_many=9) == []


def test_an_agency_without_a_place_is_not_found(areas):
    make_agency("NGO", "Somewhere", Capability.RESPOND)

    assert nearest(BETONG, within_m=KM_15, how_many=9) == []


def test_a_secret_place_has_no_distance(yala_shelter):
    [shelter] = nearest(BETONG, within_m=KM_15, how_many=9)

    assert (shelter.agency, shelter.metres, shelter.kilometres) == (yala_shelter, None, None)


@pytest.fixture
def twenty_thousand(db) -> None:
    """Agencies all over Thailand: each fourth one can go to the place."""
    with connection.cursor() as cursor:
        cursor.execute("""
            INSERT INTO agencies_agency (kind, name_th, name_en, point, location_secret, capabilities, languages,
                phone, pin_hash, is_last_resort, is_custodian, is_active, is_demo)
            SELECT 'NGO', 'x', 'x', ST_MakePoint(98 + 7 * random(), 6 + 14 * random())::geography, false,
                CASE WHEN n % 4 = 0 THEN '{RESPOND}' ELSE '{LABOUR}' END::varchar[], '{}',
                '', '', false, false, true, true
            FROM generate_series(1, 20000) AS n
        """)
        cursor.execute("ANALYZE agencies_agency")


@pytest.mark.parametrize("within_m", [KM_15, 50_000])
@pytest.mark.parametrize("capability", [None, Capability.RESPOND])
def test_among_twenty_thousand_the_index_is_walked(twenty_thousand, within_m, capability):
    plans = []

    def explain(execute, sql, params, many, context):
        with connection.connection.cursor() as cursor:
            plans.append("\n".join(row[0] for row in cursor.execute(f"EXPLAIN {sql}", params)))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        nearest(Point(100.5, 13.7, srid=4326), within_m=within_m, how_many=3, capability=capability)

    [plan] = plans
    assert "Seq Scan" not in plan
    assert "agencies_agency_point" in plan
