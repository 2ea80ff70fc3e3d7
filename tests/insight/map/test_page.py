"""The map's page: the list works without JavaScript, and the wall shows no place to who passes by."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from cases.models import Case
from tests.conftest import make_alert

pytestmark = pytest.mark.django_db


def page_of(response):
    return response.content.decode()


def test_the_list_stands_on_the_page_without_javascript(client, case, somchai):
    client.force_login(somchai)

    page = page_of(client.get("/map/"))

    for shown in (case.reference, "danger now", "Betong", "waiting", "rounded to about 1 km", "not a legal boundary"):
        assert shown in page
    assert f'data-find="{case.reference}"' in page


def test_a_live_screen_gets_the_list_alone(client, case, somchai):
    client.force_login(somchai)

    page = page_of(client.get("/map/", headers={"HX-Request": "true"}))

    assert case.reference in page
    assert "<html" not in page


def test_an_empty_map_says_so(client, directory, somchai):
    client.force_login(somchai)

    page = page_of(client.get("/map/"))

    assert "No case is open in your areas." in page
    assert "24 hours: no case yet" in page


@pytest.mark.parametrize(("seconds", "said"), [(160, "2:40 minutes"), (5, "0:05 minutes"), (7300, "2 hours")])
def test_the_wait_is_said_as_people_say_it(client, directory, somchai, seconds, said):
    opened = timezone.now() - timedelta(hours=3)
    case = make_alert(now=opened).case
    answered = opened + timedelta(seconds=seconds)
    case.dispatches.update(acknowledged_at=answered, acknowledged_by_name="Wichai")
    client.force_login(somchai)

    assert f"24 hours: <strong>{said}</strong> (1)" in page_of(client.get("/map/"))


def test_the_place_is_never_exact_on_page_or_in_data(client, case, somchai):
    client.force_login(somchai)

    for address in ("/map/", "/map/data/", "/map/outlines/", "/map/agencies/", "/map/?wall=1", "/map/data/?wall=1"):
        answer = page_of(client.get(address))
        assert "101.0725" not in answer
        assert "5.774" not in answer


def test_the_wall_has_counts_and_a_clock_and_no_list(client, case, somchai):
    client.force_login(somchai)

    page = page_of(client.get("/map/?wall=1"))

    for shown in ('id="clock"', "The oldest that nobody has:", "rounded to about 10 km"):
        assert shown in page
    for hidden in (case.reference, "Betong"):
        assert hidden not in page
    assert case.reference not in page_of(client.get("/map/data/?wall=1"))


def test_the_wall_says_when_nobody_waits(client, case, somchai, now):
    Case.objects.update(held_at=now, next_ring_at=None)
    client.force_login(somchai)

    assert "Nobody waits." in page_of(client.get("/map/?wall=1"))


def test_the_data_is_geojson_and_never_stored(client, case, somchai):
    client.force_login(somchai)

    answer = client.get("/map/data/")

    assert answer["Content-Type"] == "application/geo+json"
    assert "no-store" in answer["Cache-Control"]
    assert json.loads(answer.content)["features"][0]["properties"]["reference"] == case.reference


def test_exercises_are_left_out_unless_asked_for_outside_the_demo(client, directory, somchai, settings):
    settings.IS_DEMO = False
    settings.SECURE_SSL_REDIRECT = False
    drill = make_alert(is_exercise=True)
    client.force_login(somchai)

    assert drill.reference not in page_of(client.get("/map/")) + page_of(client.get("/map/data/"))
    assert drill.reference in page_of(client.get("/map/?exercises=1"))
    assert drill.reference in page_of(client.get("/map/data/?exercises=1"))


@pytest.mark.parametrize("address", ["/map/", "/map/data/", "/map/outlines/", "/map/agencies/"])
def test_agencies_administrators_and_strangers_see_no_map(client, case, pim, krit, address):
    assert client.get(address).status_code == 302

    for officer in (pim, krit):
        client.force_login(officer)
        assert client.get(address).status_code == 403


@pytest.mark.parametrize(
    ("address", "queries"), [("/map/", 10), ("/map/data/", 6), ("/map/outlines/", 6), ("/map/agencies/", 6)]
)
def test_the_queries_do_not_grow_with_the_cases(
    client, directory, somchai, django_assert_max_num_queries, address, queries
):
    for _ in range(8):
        make_alert()
    client.force_login(somchai)

    with django_assert_max_num_queries(queries):
        assert client.get(address).status_code == 200
