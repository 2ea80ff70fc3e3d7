"""Officers of an agency see what their agency was asked, and answer it."""

import pytest
from django.utils import timezone

from agencies.models import Role
from cases.flow import casework, dispatching
from cases.models import CaseEvent
from cases.privacy.actor import Actor
from tests.conftest import make_alert, make_officer

pytestmark = pytest.mark.django_db


def page_of(response):
    return response.content.decode()


def test_an_officer_sees_what_the_agency_was_asked_and_nothing_else(client, asked, pim, custodian):
    other = make_alert(now=timezone.now(), officials_involved=True)
    client.force_login(pim)

    page = page_of(client.get("/asked/"))

    assert asked.case.reference in page
    assert other.reference not in page
    assert "waits for your answer" in page


def test_what_waits_for_an_answer_stands_above_what_is_taken(client, taken, pim):
    newer = make_alert(now=timezone.now())
    client.force_login(pim)

    page = page_of(client.get("/asked/"))

    assert page.index(newer.reference) < page.index(taken.case.reference)


def test_what_is_over_stands_apart(client, asked, pim, anong):
    casework.close(case=asked.case, reason="HELPED", text="", by=anong, now=timezone.now())
    client.force_login(pim)

    page = page_of(client.get("/asked/"))

    assert "Nothing is asked of your agency now" in page
    assert page.index("<details") < page.index(asked.case.reference)


def test_an_officer_takes_it_in_their_own_name(client, asked, pim):
    client.force_login(pim)
    address = f"/asked/{asked.case.reference}/"

    assert 'value="Pim"' in page_of(client.get(address))
    client.post(f"{address}take/", {"name": "Pim", "arrival_minutes": "9"})

    asked.refresh_from_db()
    assert asked.acknowledged_by == pim
    assert CaseEvent.objects.get(kind="ACKNOWLEDGED").officer == pim


def test_an_officer_declines_arrives_and_reports(client, taken, pim):
    client.force_login(pim)
    address = f"/asked/{taken.case.reference}/"

    from_the_place = client.post(f"{address}arrived/", {"proof": "login"})
    client.post(f"{address}outcome/", {"outcome": "NOT_FOUND"})
    client.post(f"{address}cannot/", {"reason": "TOO_FAR"})

    assert from_the_place.url == f"{address}place/"
    taken.refresh_from_db()
    assert (taken.outcome, taken.decline_reason) == ("NOT_FOUND", "TOO_FAR")
    assert client.get(address).status_code == 410


def test_asked_again_after_a_decline_the_live_dispatch_is_shown(client, asked, pim, anong):
    by = Actor.link_holder(asked)
    dispatching.decline(dispatch=asked, reason="BUSY", by=by, now=timezone.now())
    dispatching.dispatch_to(
        case=asked.case, agencies=[asked.agency], by=Actor.of(anong), now=timezone.now(), purpose="RESPOND"
    )
    client.force_login(pim)

    assert client.get(f"/asked/{asked.case.reference}/").status_code == 200


def test_the_desk_answers_for_its_own_agency_only(client, asked, anong):
    client.force_login(anong)

    client.post(f"/asked/{asked.case.reference}/take/", {"name": "Anong"})

    asked.refresh_from_db()
    assert asked.acknowledged_at is None
    assert asked.case.dispatches.get(agency=anong.agency).acknowledged_by == anong


def test_the_desk_has_a_list_of_its_own(client, asked, anong):
    client.force_login(anong)

    assert page_of(client.get("/asked/")).count(f"/asked/{asked.case.reference}/") == 1


def test_another_agency_and_an_unknown_reference_find_nothing(client, asked, yala_shelter):
    client.force_login(make_officer("Nurse", yala_shelter, Role.AGENCY))

    assert client.get(f"/asked/{asked.case.reference}/").status_code == 404
    assert client.get("/asked/XXXX-XXXX/").status_code == 404
    assert client.post(f"/asked/{asked.case.reference}/take/", {"name": "Nurse"}).status_code == 404


def test_an_administrator_and_a_stranger_are_kept_out(client, asked, krit):
    assert client.get("/asked/").status_code == 302
    assert client.get(f"/asked/{asked.case.reference}/place/").status_code == 302

    client.force_login(krit)

    assert client.get("/asked/").status_code == 403
    assert client.get(f"/asked/{asked.case.reference}/place/").status_code == 403


def test_the_list_costs_the_same_however_long_it_is(client, asked, pim, django_assert_max_num_queries):
    for _ in range(12):
        make_alert(now=timezone.now())
    client.force_login(pim)

    with django_assert_max_num_queries(5):
        page = page_of(client.get("/asked/"))

    assert page.count("waits for your answer") == 13


def test_the_list_shows_no_exact_place_and_no_story(client, taken, pim):
    client.force_login(pim)

    page = page_of(client.get("/asked/")) + page_of(client.get(f"/asked/{taken.case.reference}/"))

    for hidden in ("5.774", "green gate", "They beat us", "081 000 0000"):
        assert hidden not in page
