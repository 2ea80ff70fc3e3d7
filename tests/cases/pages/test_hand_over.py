"""Handing over shows what is open right now: at a desk its cases, at an agency what it was asked."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.models import Duty, Role
from cases.flow import dispatching
from cases.privacy.actor import Actor
from tests.conftest import make_alert, make_officer

pytestmark = pytest.mark.django_db


def words_of(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def case(directory):
    return make_alert(now=timezone.now()).case


def on_duty(officer) -> None:
    now = timezone.now()
    span = {"starts_at": now - timedelta(hours=1), "ends_at": now + timedelta(hours=8)}
    Duty.objects.create(agency=officer.agency, officer=officer, planned_by=officer, **span)


def test_a_desk_sees_how_many_wait_and_are_held(client, case, anong, betong_police):
    on_duty(anong)
    client.force_login(anong)
    assert 'state=waiting"><strong class="numbers">1</strong> waiting' in words_of(client.get("/desk/hand-over/"))

    dispatch = case.dispatches.get(agency=betong_police)
    dispatching.acknowledge(dispatch=dispatch, by=Actor.of(anong), name="Pim", arrival_minutes=5, now=timezone.now())

    page = words_of(client.get("/desk/hand-over/"))
    assert 'state=held"><strong class="numbers">1</strong> held' in page
    assert "state=waiting" not in page


def test_a_case_of_another_province_is_not_counted(client, case, pattani_desk):
    client.force_login(make_officer("Hasan", pattani_desk, Role.TRIAGE))

    assert "Nothing is open." in words_of(client.get("/desk/hand-over/"))


def test_a_sealed_case_is_not_counted_at_the_province(client, directory, anong):
    make_alert(now=timezone.now(), officials_involved=True)
    client.force_login(anong)

    assert "Nothing is open." in words_of(client.get("/desk/hand-over/"))


def test_an_agency_sees_what_waits_for_its_answer(client, case, pim):
    on_duty(pim)
    client.force_login(pim)

    page = words_of(client.get("/asked/hand-over/"))

    assert '<strong class="numbers">1</strong> waiting for your answer' in page


def test_an_agency_hands_over_among_its_own(client, case, pim, anong):
    on_duty(pim)
    client.force_login(pim)

    page = words_of(client.post("/asked/hand-over/", {"to": anong.pk}))

    assert "No colleague here has a login" in page
