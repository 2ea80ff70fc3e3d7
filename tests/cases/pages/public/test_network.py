"""The web finds the network of an alert; forty people in one shelter share one address."""

import logging
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from cases.flow import dispatching
from cases.models import Case, Report
from cases.pages.public.network import network_in
from cases.privacy.networks import network_of
from tests.cases.pages.public.conftest import hidden, reference_on, text_of
from tests.conftest import BETONG, NOW

pytestmark = pytest.mark.django_db

CLIENT, LIE = "203.0.113.7", "198.51.100.1"


def network(rf, *, peer=CLIENT, said=None):
    headers = {"x-forwarded-for": said} if said is not None else {}
    return network_in(rf.post("/th/now/", REMOTE_ADDR=peer, headers=headers), now=NOW)


def test_without_a_proxy_the_peer_counts_and_what_the_client_says_does_not(rf):
    assert network(rf, said=LIE) == network_of(CLIENT, now=NOW)


@pytest.mark.parametrize("said", [CLIENT, f"{LIE}, {CLIENT}", f"nonsense,,{LIE} , {CLIENT}", f"{CLIENT}:50123"])
def test_behind_one_proxy_its_own_word_counts(rf, settings, said):
    settings.TRUSTED_PROXIES = 1

    assert network(rf, peer="10.0.0.2", said=said) == network_of(CLIENT, now=NOW)


def test_behind_two_proxies_the_outer_ones_word_counts(rf, settings):
    settings.TRUSTED_PROXIES = 2

    assert network(rf, peer="10.0.0.2", said=f"{LIE}, {CLIENT}, 10.0.0.1") == network_of(CLIENT, now=NOW)


def test_who_comes_past_the_proxy_is_known_by_the_peer(rf, settings):
    settings.TRUSTED_PROXIES = 1

    assert network(rf) == network_of(CLIENT, now=NOW)


def test_ipv6_in_brackets_is_read(rf, settings):
    settings.TRUSTED_PROXIES = 1

    assert network(rf, said="[2001:db8::5]:443") == network_of("2001:db8::5", now=NOW)


def test_a_shelters_forty_people_are_all_served(directory, phone, caplog):
    """The forty are in one house; every fourth asks for the nearest help, and every tenth says no place."""
    answers, place = [], {"longitude": f"{BETONG.x}", "latitude": f"{BETONG.y}", "accuracy": "20"}
    with caplog.at_level(logging.DEBUG):
        for number in range(40):
            fields = {"may_tell": "NEAREST_HELP" if number % 4 == 0 else "SOCIAL_WORKERS"}
            fields |= {} if number % 10 == 9 else place
            answers.append(phone.client.post("/th/now/", fields, REMOTE_ADDR=CLIENT))

    pressed_at = timezone.now()
    dispatching.escalate_overdue(now=pressed_at + timedelta(minutes=3))

    references = {reference_on(answer) for answer in answers}
    assert len(references) == 40
    assert {answer.status_code for answer in answers} == {200}
    assert Report.objects.filter(bundle__isnull=False).count() >= 10
    for case in Case.objects.filter(reference__in=references):
        told = case.dispatches.filter(notifications__isnull=False, asked_at__lte=pressed_at + timedelta(minutes=3))
        assert told.exists()
        if case.urgency == "EMERGENCY":
            assert told.filter(agency__name_en="Betong Police", asked_at__lte=pressed_at).exists()
    assert CLIENT not in caplog.text
    assert CLIENT not in str([*Report.objects.values(), *Case.objects.values()])


def test_the_page_after_sending_says_the_same_in_a_flood(directory, phone, settings):
    settings.FLOOD_LIMIT = 0

    answer = phone.client.post("/en/now/", {"may_tell": "SOCIAL_WORKERS"}, REMOTE_ADDR=CLIENT)

    assert Report.objects.get().bundle is not None
    assert "National Desk" in text_of(answer)
    assert "trust" not in text_of(answer)


@pytest.fixture
def flooded(settings):
    """Set the limits to zero, so that whatever comes now is beyond them."""
    settings.FLOOD_LIMIT = settings.FLOOD_CROWD = 0


@pytest.mark.parametrize(
    "body", ["", "%ff%fe=%00", "may_tell=\u0e51&latitude=x", "{", "narrative=" + "\u0e01" * 200_000]
)
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "application/json", "multipart/form-data"])
def test_whatever_bytes_arrive_in_a_flood_are_an_alert(phone, directory, flooded, body, kind):
    answer = phone.client.generic("POST", "/th/now/", body, kind, REMOTE_ADDR=CLIENT)

    report = Report.objects.get()
    assert (answer.status_code, reference_on(answer)) == (200, report.reference)
    assert report.bundle is not None


def test_a_flood_is_taken_and_red_when_the_directory_is_empty(phone, areas, flooded):
    answers = [phone.client.post("/th/now/", {"may_tell": "NEAREST_HELP"}, REMOTE_ADDR=CLIENT) for _ in range(3)]

    assert len({reference_on(answer) for answer in answers}) == 3
    assert Case.objects.filter(red_since__isnull=False, next_ring_at__isnull=False).count() == 3


def test_a_database_that_is_lost_while_it_counts_is_said_and_what_was_typed_is_kept(
    phone, directory, hotlines, flooded, monkeypatch
):
    def lost(*args, **kwargs):
        raise OperationalError("the connection was lost")

    monkeypatch.setattr("cases.flow.intake.bundling.floods.judge", lost)

    answer = phone.client.post("/en/now/", {"may_tell": "NEAREST_HELP", "narrative": "Six of us"}, REMOTE_ADDR=CLIENT)

    assert answer.status_code == 503
    assert "This was NOT sent" in text_of(answer)
    assert hidden(answer, "narrative") == "Six of us"
    assert "1300" in text_of(answer)
    assert not Report.objects.exists()
