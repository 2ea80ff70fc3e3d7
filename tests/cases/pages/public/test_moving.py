"""The receipt's script shares where a person goes; it can do that and nothing else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cases.flow import returning
from cases.models import LiveShare, Message, Position, Report
from cases.pages.public.posted import FORM_WITH_FILES
from tests.cases.pages.public.conftest import hidden, text_of
from tests.later import tokens_see

pytestmark = pytest.mark.django_db

HERE = {"latitude": "5.774", "longitude": "101.0725", "accuracy": "12"}
MOVED = {"latitude": "5.784", "longitude": "101.0725", "accuracy": "12"}


@pytest.fixture
def pressed(phone, directory):
    return phone.press("en", **HERE)


@pytest.fixture
def start(phone, pressed):
    """Return a function that starts a live share and returns what the page is told."""
    token = hidden(pressed, "token")
    return lambda: phone.post("/en/now/moving/", {"token": token}).json()


@pytest.fixture
def ask(phone):
    return lambda name, token, **fields: phone.post(f"/en/now/moving/{name}/", {"token": token, **fields})


def track() -> list[float]:
    return [round(position.point.y, 4) for position in Position.objects.filter(share__isnull=False) if position.point]


def test_the_receipt_of_an_alert_offers_it_hidden_until_a_script_can_do_it(pressed):
    page = pressed.content.decode()

    assert '<section id="share" class="place" hidden' in page
    assert "Share where I am for 30 minutes" in page
    assert "The people we are telling can see where you are" in text_of(pressed)
    assert "It takes battery and data." in text_of(pressed)
    assert "<noscript><p>If you move on, tell us here again where you are.</p></noscript>" in page


def test_who_wrote_about_somebody_else_is_not_asked_for_it(phone, directory):
    assert 'id="share"' not in phone.post("/en/form/", {"narrative": "A boat"}).content.decode()


def test_who_allows_only_roughly_reads_that_this_too_is_rough(phone, directory):
    rough = phone.press("en", is_place_rough="yes")

    assert "So this too is kept to about one kilometre." in text_of(rough)


def test_nothing_is_shared_before_the_press(pressed):
    assert not LiveShare.objects.exists()
    assert track() == []


def test_a_press_begins_half_an_hour_with_a_token_of_its_own(start, pressed):
    said = start()

    assert 1795 < said["seconds"] <= 1800
    assert said["longer"] is True
    assert said["token"] != hidden(pressed, "token")
    assert start()["token"].split(":")[0] == said["token"].split(":")[0]  # the same one again
    assert LiveShare.objects.count() == 1


def test_each_point_is_kept_with_when_it_was_measured(start, ask):
    token = start()["token"]
    LiveShare.objects.update(started_at=timezone.now() - timedelta(minutes=5))

    said = ask("point", token, **MOVED, age="60000").json()

    assert said["seconds"] > 0
    [position] = Position.objects.filter(share__isnull=False)
    assert 59 < (position.received_at - position.captured_at).total_seconds() < 61
    assert (position.source, position.accuracy_m) == ("GPS", 12)


def test_half_an_hour_more_is_given_until_two_hours(start, ask):
    token = start()["token"]

    said = [ask("longer", token).json() for _ in range(4)]

    assert [round(each["seconds"] / 60) for each in said] == [60, 90, 120, 120]
    assert [each["longer"] for each in said] == [True, True, False, False]


def test_after_the_stop_a_point_is_answered_and_not_kept(start, ask):
    token = start()["token"]
    ask("stop", token)

    said = ask("point", token, **MOVED)

    assert (said.status_code, said.json()) == (200, {"over": "over"})
    assert track() == []


def test_when_its_time_is_over_the_page_is_told_so(start, ask):
    token, before = start()["token"], timezone.now() - timedelta(hours=3)
    LiveShare.objects.update(started_at=before, ends_at=before + timedelta(hours=2))

    assert ask("point", token, **MOVED).json() == {"over": "over"}
    assert ask("longer", token).json() == {"over": "over"}
    assert track() == []


def test_it_goes_on_when_the_hour_of_the_receipt_is_over(start, ask, phone, pressed, monkeypatch):
    token = start()["token"]
    tokens_see(monkeypatch, seconds=3602)

    assert "seconds" in ask("point", token, **MOVED).json()
    assert track() == [5.784]
    assert phone.post("/en/now/moving/", {"token": hidden(pressed, "token")}).json() == {"over": "expired"}


def test_its_token_opens_nothing_and_adds_nothing_else(start, phone):
    token = start()["token"]

    for address, fields in (("words", {"text": "x"}), ("place", {"area": "95"}), ("position", HERE), ("code", {})):
        phone.post(f"/en/now/{address}/", {"token": token, **fields})
    phone.post("/en/back/look/", {"token": token})

    assert not Message.objects.exists()
    assert Report.objects.get().positions.count() == 1


def test_who_comes_back_with_the_code_can_share_too(phone, pressed, now):
    code = returning.give_code(report=Report.objects.get(), now=timezone.now())

    came = phone.post("/en/back/", {"code": code.digits})
    said = phone.post("/en/now/moving/", {"token": hidden(came, "token")}).json()

    assert 'id="share"' in came.content.decode()
    assert came.headers["Permissions-Policy"] == "geolocation=(self)"
    assert said["token"]


def test_who_asked_us_to_stop_is_not_asked_to_share(phone, pressed):
    code = returning.give_code(report=Report.objects.get(), now=timezone.now())
    came = phone.post("/en/back/", {"code": code.digits})

    stopped = phone.post("/en/back/stop/", {"token": hidden(came, "token")})

    assert 'id="share"' not in stopped.content.decode()


def test_a_receipt_does_not_tell_where_the_person_went(start, ask, phone, pressed):
    ask("point", start()["token"], **{**MOVED, "accuracy": "3"})

    again = phone.post("/en/now/sent/", {"token": hidden(pressed, "token")})

    assert "(±12 m)" in text_of(again)
    assert "5.784" not in again.content.decode()


@pytest.mark.parametrize("token", ["", "x", "a:b:c", "\x00", "9" * 5000])
@pytest.mark.parametrize("address", ["", "point/", "longer/", "stop/"])
def test_a_token_that_is_none_is_answered_calmly(phone, directory, address, token):
    response = phone.post(f"/en/now/moving/{address}", {"token": token, **HERE})

    assert response.status_code == 200
    assert response.json()["over"] in ("over", "expired")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"latitude": "NaN", "longitude": "1"},
        {"latitude": "91", "longitude": "1"},
        {"latitude": "0", "longitude": "0"},
        {"latitude": "x" * 5000, "longitude": "\x00"},
    ],
)
def test_a_point_that_is_nowhere_is_answered_with_nothing(start, ask, fields):
    assert ask("point", start()["token"], **fields).status_code == 204
    assert track() == []


@pytest.mark.parametrize("age", ["", "-1", "NaN", "1e309", "x", "9" * 400, "86400001"])
def test_an_age_that_makes_no_sense_is_now(start, ask, age):
    ask("point", start()["token"], **MOVED, age=age)

    [position] = Position.objects.filter(share__isnull=False)
    assert (position.received_at - position.captured_at).total_seconds() < 1


def test_a_pin_or_an_area_is_not_smuggled_into_a_track(start, ask):
    ask("point", start()["token"], **MOVED, source="PIN", area="95", landmark="x")

    [position] = Position.objects.filter(share__isnull=False)
    assert (position.source, position.area, position.text) == ("GPS", None, "")


@pytest.mark.parametrize("content_type", ["application/json", FORM_WITH_FILES, "text/plain; charset=rot13", ""])
def test_whatever_is_posted_there_is_no_failure_of_ours(start, phone, content_type):
    start()

    for address in ("", "point/", "longer/", "stop/"):
        assert phone.send(f"/en/now/moving/{address}", "\x00%ff{}", content_type).status_code in (200, 204)
