"""The nearest agencies that can help, and how the database finds them."""

from datetime import datetime, timedelta

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.db.models import F

from agencies.models import Agency, Capability, Duty, Officer, Week
from agencies.nearby import nearest
from tests.conftest import BETONG, NOW, make_agency

pytestmark = pytest.mark.django_db

KM_15 = 15_000


def names(found) -> list[str]:
    return [near.agency.name_en for near in found]


def test_the_nearest_comes_first_with_its_distance(directory):
    found = nearest(BETONG, within_m=KM_15, now=NOW, how_many=3, capability=Capability.RESPOND)

    assert names(found) == ["Betong Police", "Betong Hospital"]
    assert 300 < found[0].metres < 400
    assert found[1].kilometres == 1.5


def test_what_is_beyond_the_radius_is_not_found(directory):
    assert names(nearest(BETONG, within_m=1_000, now=NOW, how_many=3, capability=Capability.RESPOND)) == [
        "Betong Police"
    ]
    assert nearest(BETONG, within_m=100, now=NOW, how_many=3) == []


def test_no_more_than_wanted(directory):
    assert len(nearest(BETONG, within_m=KM_15, now=NOW, how_many=1)) == 1


def test_only_those_who_can_do_it(directory):
    assert names(nearest(BETONG, within_m=KM_15, now=NOW, how_many=9, capability=Capability.MEDICAL)) == [
        "Betong Hospital"
    ]


def test_only_the_kinds_that_were_asked_for(directory):
    assert names(nearest(BETONG, within_m=KM_15, now=NOW, how_many=9, kinds=Agency.SOCIAL_KINDS)) == ["Yala Shelter"]


def test_those_who_were_asked_before_are_left_out(directory, betong_police):
    found = nearest(BETONG, within_m=KM_15, now=NOW, how_many=9, except_for=[betong_police.pk])

    assert "Betong Police" not in names(found)


@pytest.mark.parametrize("kind", [Agency.Kind.IMMIGRATION, Agency.Kind.EMBASSY])
def test_immigration_and_embassies_are_never_found_by_themselves(areas, kind):
    make_agency(kind, "Too Near", Capability.RESPOND, at=BETONG, province=areas["95"])

    assert nearest(BETONG, within_m=KM_15, now=NOW, how_many=9) == []
    assert nearest(BETONG, within_m=KM_15, now=NOW, how_many=9, kinds=[kind], capability=Capability.RESPOND) == []


def test_a_closed_agency_is_not_found(betong_police):
    betong_police.is_active = False
    betong_police.save()

    assert nearest(BETONG, within_m=KM_15, now=NOW, how_many=9) == []


def test_an_agency_without_a_place_is_not_found(areas):
    make_agency("NGO", "Somewhere", Capability.RESPOND)

    assert nearest(BETONG, within_m=KM_15, now=NOW, how_many=9) == []


def test_a_secret_place_has_no_distance(yala_shelter):
    [shelter] = nearest(BETONG, within_m=KM_15, now=NOW, how_many=9)

    assert (shelter.agency, shelter.metres, shelter.kilometres) == (yala_shelter, None, None)


def close(*agencies: Agency) -> None:
    """They are open on weekday mornings only; NOW is a Monday evening."""
    mornings = Week.of_days([[(8 * 60, 12 * 60)]] * 5 + [[], []])
    Agency.objects.filter(pk__in=[agency.pk for agency in agencies]).update(hours=mornings)


def found_for(how_many: int, **asked) -> list[str]:
    return names(nearest(BETONG, within_m=KM_15, now=NOW, how_many=how_many, **asked))


def test_one_that_is_open_comes_before_a_nearer_one_that_is_closed(directory, betong_police):
    close(betong_police)

    [hospital] = nearest(BETONG, within_m=KM_15, now=NOW, how_many=1, capability=Capability.RESPOND)

    assert hospital.agency.name_en == "Betong Hospital"
    assert hospital.presence == ""


def test_hours_never_make_the_answer_shorter(directory, betong_police, betong_hospital):
    close(betong_police, betong_hospital)

    found = nearest(BETONG, within_m=KM_15, now=NOW, how_many=2, capability=Capability.RESPOND)

    assert names(found) == ["Betong Police", "Betong Hospital"]
    assert [near.presence for near in found] == ["CLOSED", "CLOSED"]


def test_an_open_one_beyond_the_closed_ones_is_still_found(directory, betong_police, betong_hospital):
    close(betong_police, betong_hospital)

    assert found_for(2) == ["Yala Shelter", "Betong Police"]
    assert found_for(3) == ["Yala Shelter", "Betong Police", "Betong Hospital"]


def test_at_any_hour_the_nearest_stays_the_first(directory, betong_police):
    close(betong_police)

    assert found_for(2, at_any_hour=True) == ["Betong Police", "Betong Hospital"]


@pytest.mark.parametrize(
    ("at", "presence"),
    [("2026-11-23T01:00Z", "OPEN"), ("2026-11-23T05:00Z", "CLOSED"), ("2026-11-28T01:00Z", "CLOSED")],
    ids=["Monday 8:00", "Monday 12:00", "Saturday 8:00"],
)
def test_the_hours_are_those_of_bangkok(betong_police, at, presence):
    close(betong_police)

    [police] = nearest(BETONG, within_m=KM_15, now=datetime.fromisoformat(at), how_many=1)

    assert police.presence == presence


def test_a_closed_day_counts_even_where_the_hours_are_unknown(betong_police):
    Agency.objects.update(closed_on=[NOW.date()])

    [police] = nearest(BETONG, within_m=KM_15, now=NOW, how_many=1)

    assert police.presence == "CLOSED"
    assert police.presence_words


def on_duty(officer, start: int, end: int) -> Duty:
    """Hours from NOW."""
    span = {"starts_at": NOW + timedelta(hours=start), "ends_at": NOW + timedelta(hours=end)}
    return Duty.objects.create(agency=officer.agency, officer=officer, planned_by=officer, **span)


def test_who_plans_duty_and_has_nobody_on_it_comes_after_the_others(directory, pim):
    on_duty(pim, -8, 0)  # the end is no longer part of it

    assert found_for(2) == ["Betong Hospital", "Yala Shelter"]
    assert nearest(BETONG, within_m=1_000, now=NOW, how_many=1)[0].presence == "NOBODY"


def test_somebody_on_duty_is_there_whatever_the_hours_say(directory, pim, betong_police):
    close(betong_police)
    on_duty(pim, 0, 8)

    [police] = nearest(BETONG, within_m=KM_15, now=NOW, how_many=1)

    assert (police.agency, police.presence) == (betong_police, "ON_DUTY")


def test_of_one_who_planned_duty_long_ago_nobody_is_missed(directory, pim):
    on_duty(pim, -15 * 24 - 8, -15 * 24)

    assert found_for(1) == ["Betong Police"]


@pytest.mark.parametrize("change", [{"is_active": False}, {"agency": None}])
def test_whose_login_was_closed_or_who_left_is_not_on_duty(directory, pim, betong_hospital, change):
    on_duty(pim, -1, 8)
    Officer.objects.update(**{**change, **({"agency": betong_hospital} if "agency" in change else {})})

    assert nearest(BETONG, within_m=1_000, now=NOW, how_many=1)[0].presence == ""


@pytest.mark.parametrize(("hours", "questions"), [(0, 1), (1, 2)])
def test_a_second_question_is_asked_only_where_somebody_is_closed(
    directory, betong_police, hours, questions, django_assert_num_queries
):
    if hours:
        close(betong_police)

    with django_assert_num_queries(questions):
        found_for(1)


@pytest.fixture
def twenty_thousand(db) -> None:
    """Agencies all over Thailand: each fourth one can go to the place."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.5)")
        cursor.execute("""
            INSERT INTO agencies_agency (kind, name_th, name_en, point, location_secret, capabilities, languages,
                phone, pin_hash, is_last_resort, is_custodian, is_active, is_demo)
            SELECT 'NGO', 'x', 'x', ST_MakePoint(98 + 7 * random(), 6 + 14 * random())::geography, false,
                CASE WHEN n % 4 = 0 THEN '{RESPOND}' ELSE '{LABOUR}' END::varchar[], '{}',
                '', '', false, false, true, true
            FROM generate_series(1, 20000) AS n
        """)
        cursor.execute("ANALYZE agencies_agency")


def plans_of(look) -> list[str]:
    """How the database answers each question that `look` asks."""
    plans = []

    def explain(execute, sql, params, many, context):
        with connection.connection.cursor() as cursor:
            plans.append("\n".join(row[0] for row in cursor.execute(f"EXPLAIN {sql}", params)))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        look()
    return plans


IN_BANGKOK = Point(100.5, 13.7, srid=4326)


@pytest.mark.parametrize("within_m", [KM_15, 50_000])
@pytest.mark.parametrize("capability", [None, Capability.RESPOND])
def test_among_twenty_thousand_the_index_is_walked(twenty_thousand, within_m, capability):
    [plan] = plans_of(lambda: nearest(IN_BANGKOK, within_m=within_m, now=NOW, how_many=3, capability=capability))

    # Duty and officers are few here, and scanned or not as the statistics happen to be; the next test has many.
    assert "Seq Scan on agencies_agency" not in plan
    assert "agencies_agency_point" in plan


@pytest.mark.parametrize("within_m", [KM_15, 50_000])
def test_the_index_is_walked_past_those_that_are_closed_or_have_nobody_on_duty(twenty_thousand, within_m):
    Agency.objects.alias(part=F("pk") % 8).exclude(part=0).update(hours=Week())
    some = list(Agency.objects.order_by("pk")[:4000:8])
    officers = [Officer(username=f"o{agency.pk}", agency=agency, role="AGENCY") for agency in some]
    Officer.objects.bulk_create(officers)
    span = {"starts_at": NOW - timedelta(hours=8), "ends_at": NOW}
    Duty.objects.bulk_create(Duty(agency=o.agency, officer=o, planned_by=o, **span) for o in officers)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE agencies_agency, agencies_duty, agencies_officer")

    first, second = plans_of(lambda: nearest(IN_BANGKOK, within_m=within_m, now=NOW, how_many=3))

    for plan in (first, second):
        assert "Seq Scan" not in plan
        assert "agencies_agency_point" in plan
