"""Handing over at an agency shows what it was asked and has not answered."""

import pytest
from django.utils import timezone

from tests.cases.pages.conftest import on_duty, words_of
from tests.conftest import make_alert

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(directory):
    return make_alert(now=timezone.now()).case


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
