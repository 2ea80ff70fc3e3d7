"""Handing over at a desk shows the cases that are open right now."""

import pytest
from django.utils import timezone

from agencies.models import Role
from cases.flow import dispatching
from cases.privacy.actor import Actor
from tests.cases.pages.conftest import on_duty, words_of
from tests.conftest import make_alert, make_officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(directory):
    return make_alert(now=timezone.now()).case


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
