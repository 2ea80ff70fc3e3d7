"""Whoever holds the link in a message answers for the agency, without an account."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.utils import timezone

from cases.flow import casework
from cases.models import AcknowledgementLink, Dispatch
from tests.cases.pages.responder.conftest import address_of
from tests.conftest import make_agency

pytestmark = pytest.mark.django_db

EXACT = ("5.774", "101.07", "green gate", "They beat us", "081 000 0000")


def page_of(response):
    return response.content.decode()


def test_the_link_shows_what_is_asked_and_not_the_place(client, link, asked):
    page = page_of(client.get(link, headers={"Accept-Language": "en"}))

    for shown in (asked.case.reference, "danger now", "Betong, Yala", "Please answer by", "Betong Police"):
        assert shown in page
    for hidden in EXACT:
        assert hidden not in page


def test_the_link_speaks_thai_unless_the_browser_asks_for_another_language(client, link):
    assert '<html lang="th">' in page_of(client.get(link))


def test_opening_the_link_acknowledges_nothing(client, link, asked):
    for _ in range(3):
        client.get(link)
    client.head(link)

    asked.refresh_from_db()
    assert asked.acknowledged_at is None
    assert not asked.case.events.filter(kind="ACKNOWLEDGED").exists()


def test_opening_the_link_asks_for_no_login_and_leaves_no_session(client, link):
    response = client.get(link)

    assert response.status_code == 200
    assert "sessionid" not in response.cookies


def test_the_link_is_never_stored_and_told_to_nobody_else(client, link):
    response = client.get(link)

    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "same-origin"


def test_one_press_takes_it_and_the_case_is_held(client, link, asked):
    response = client.post(f"{link}take/", {"name": "Sergeant Wichai", "arrival_minutes": "12"})

    assert response.url == link
    asked.refresh_from_db()
    assert (asked.acknowledged_by_name, asked.arrival_minutes) == ("Sergeant Wichai", 12)
    assert asked.case.state == "held"
    assert "Sergeant Wichai" in page_of(client.get(link))


def test_minutes_to_arrival_may_be_left_empty(client, link, asked):
    client.post(f"{link}take/", {"name": "Sergeant Wichai", "arrival_minutes": ""})

    asked.refresh_from_db()
    assert asked.acknowledged_at
    assert asked.arrival_minutes is None


def test_a_second_press_is_not_an_error_and_changes_nothing(client, link, asked):
    client.post(f"{link}take/", {"name": "Sergeant Wichai"})
    again = client.post(f"{link}take/", {"name": "Somebody Else"}, follow=True)

    assert again.status_code == 200
    assert "Sergeant Wichai" in page_of(again)
    assert asked.case.events.filter(kind="ACKNOWLEDGED").count() == 1


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"name": "", "arrival_minutes": "12"}, 'value="12"'),
        ({"name": "  ", "arrival_minutes": "7"}, 'value="7"'),
        ({"name": "Wichai", "arrival_minutes": "soon"}, 'value="Wichai"'),
        ({"name": "Wichai", "arrival_minutes": "-4"}, 'value="Wichai"'),
        ({"name": "Wichai", "arrival_minutes": "99999999999999999999"}, 'value="Wichai"'),
        ({"name": "W" * 5000, "arrival_minutes": "3"}, "WWWW"),
        ({"name": "Wi\x00chai", "arrival_minutes": "3"}, 'value="3"'),
    ],
)
def test_a_mistake_is_named_and_what_was_typed_is_kept(client, link, asked, typed, kept):
    page = page_of(client.post(f"{link}take/", typed))

    assert kept in page
    assert 'class="error"' in page
    asked.refresh_from_db()
    assert asked.acknowledged_at is None


def test_no_error_writes_the_token_into_the_log(client, link, taken, caplog):
    client.post(f"{link}take/", {})
    client.post(f"{link}cannot/", {})
    client.post(f"{link}place/", {"pin": "0000"})
    client.get(f"{link}take/")

    assert not caplog.records


def test_who_cannot_gives_a_reason_and_the_next_agency_is_asked(client, link, asked, areas):
    yarom_police = make_agency("POLICE_STN", "Yarom Police", "RESPOND", at=Point(101.13, 5.83, srid=4326))

    client.post(f"{link}cannot/", {"reason": "BUSY"})

    asked.refresh_from_db()
    assert asked.decline_reason == "BUSY"
    assert asked.case.dispatches.filter(agency=yarom_police).exists()


@pytest.mark.parametrize("reason", ["", "BORED"])
def test_who_cannot_must_choose_among_the_reasons(client, link, asked, reason):
    page = page_of(client.post(f"{link}cannot/", {"reason": reason}))

    assert 'class="error"' in page
    assert '<details class="card" open' in page
    asked.refresh_from_db()
    assert asked.declined_at is None


def test_a_declined_link_says_so_calmly_and_whom_to_call(client, link, asked):
    page = client.post(f"{link}cannot/", {"reason": "BUSY"}, follow=True, headers={"Accept-Language": "en"})

    assert page.status_code == 410
    assert "You said that you cannot" in page_of(page)


def test_the_link_is_dead_when_the_case_is_closed(client, link, asked, anong):
    casework.close(case=asked.case, reason="HELPED", text="", by=anong, now=timezone.now())

    for response in (client.get(link), client.post(f"{link}take/", {"name": "Wichai"})):
        assert response.status_code == 410
    assert not Dispatch.objects.get(pk=asked.pk).acknowledged_at


def test_an_unknown_token_is_answered_calmly(client, db):
    response = client.get("/a/nobody-ever-wrote-this/", headers={"Accept-Language": "en"})

    assert response.status_code == 404
    assert "We do not know this link" in page_of(response)


def test_each_answer_needs_the_token_of_the_page(link, asked):
    strict = Client(enforce_csrf_checks=True)

    for action in ("take", "cannot", "place", "arrived", "outcome"):
        assert strict.post(f"{link}{action}/", {"name": "Wichai"}).status_code == 403

    asked.refresh_from_db()
    assert asked.acknowledged_at is None


@pytest.mark.parametrize("action", ["take", "cannot", "place", "arrived", "outcome"])
def test_who_opens_the_address_of_a_button_is_led_back_to_the_page(client, link, asked, action):
    assert client.get(f"{link}{action}/").url == link

    asked.refresh_from_db()
    assert asked.state == "asked"


def test_an_older_message_still_opens_the_same_dispatch(client, asked):
    first, second = address_of(asked), address_of(asked)

    client.post(f"{first}take/", {"name": "Sergeant Wichai"})

    assert "Sergeant Wichai" in page_of(client.get(second))
    assert AcknowledgementLink.objects.filter(dispatch=asked).count() >= 2


def test_an_answer_after_the_time_still_counts(client, link, asked):
    Dispatch.objects.filter(pk=asked.pk).update(acknowledgement_due_at=timezone.now() - timedelta(minutes=1))

    page = page_of(client.get(link, headers={"Accept-Language": "en"}))
    client.post(f"{link}take/", {"name": "Sergeant Wichai"})

    assert "The time to answer is over" in page
    asked.refresh_from_db()
    assert asked.acknowledged_at


def test_arrival_and_outcome_are_told_by_the_link(client, link, taken):
    client.post(f"{link}arrived/")
    client.post(f"{link}outcome/", {"outcome": "FOUND"})

    taken.refresh_from_db()
    assert taken.arrived_at
    assert taken.outcome == "FOUND"
    assert [e.kind for e in taken.case.events.order_by("sequence")][-2:] == ["ARRIVED", "OUTCOME"]
    assert taken.case.events.last().actor == "LINK_HOLDER"


def test_an_outcome_must_be_one_of_ours(client, link, taken):
    page = page_of(client.post(f"{link}outcome/", {"outcome": "GONE"}))

    assert 'class="error"' in page
    taken.refresh_from_db()
    assert taken.outcome == ""


def test_the_page_says_when_it_is_an_exercise(client, link, asked):
    asked.case.is_exercise = True
    asked.case.save()

    assert "Exercise" in page_of(client.get(link, headers={"Accept-Language": "en"}))


def test_the_province_is_not_named_to_call_for_a_sealed_case(client, directory, yala_desk, custodian, asked):
    yala_desk.phone, custodian.phone = "073000000", "020000000"
    yala_desk.save()
    custodian.save()
    sealed = asked.case
    sealed.is_sealed = True
    sealed.save()

    page = page_of(client.get(address_of(asked)))

    assert "020000000" in page
    assert "073000000" not in page


def test_the_queries_of_the_page_do_not_grow(client, link, taken, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        client.get(link)


def test_declining_after_taking_puts_the_case_back_in_motion(client, link, taken):
    client.post(f"{link}cannot/", {"reason": "UNSAFE"})

    taken.refresh_from_db()
    assert taken.state == "declined"
    assert taken.case.held_at is None


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize(
    "sign",
    [")", ".", ">", "]", ",", ";", ":", "!", "?", "'", '"', "*", "…", "”", "’", "）", "。", "、", "」", "】", "ฯ",
     "ๆ", "ครับ", "\u200b", ").", "&gt;", "%29", "%3E", "%252E", " "],
)  # fmt: skip
def test_what_a_chat_took_for_a_part_of_the_link_is_left_out(client, link, sign, slash):
    crooked = f"{link.removesuffix('/')}{slash}{quote(sign, safe='%?')}"

    answer = client.get(crooked, follow=True)

    assert answer.status_code == 200
    assert answer.request["PATH_INFO"] == link


@pytest.mark.parametrize("sign", [")", "/)", "ครับ"])
def test_a_token_that_is_none_is_none_without_its_signs_either(client, link, sign):
    answer = client.get(f"/a/{'x' * 43}{quote(sign)}/", follow=True)

    assert answer.status_code == 404
    assert "no-store" in answer["Cache-Control"]


def test_a_token_that_lacks_its_end_opens_nothing(client, link):
    token = link.split("/")[2]

    for cut in (token[:-1], f"{token[:-1]})", f"{token[:20]}.{token[21:]}"):
        assert client.get(f"/a/{cut}/", follow=True).status_code == 404


def test_an_answer_is_taken_at_the_straight_link_alone(client, link, asked):
    assert client.post(f"{link}take)/", {"name": "Wichai", "minutes": "5"}).status_code == 404
    assert client.post(f"{link.removesuffix('/')})/", {}).status_code == 404

    asked.refresh_from_db()
    assert asked.acknowledged_at is None
