"""The receipt tells the truth about who has read the report, and takes a place and more words."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from cases.flow import casework, dispatching
from cases.models import AccessEvent, Message, Position, Report
from cases.privacy import history
from cases.privacy.actor import Actor
from cases.reads.receipt import receipt_of
from tests.cases.pages.public.conftest import hidden, reference_on, text_of
from tests.later import tokens_see

pytestmark = pytest.mark.django_db


@pytest.fixture
def token(phone, directory):
    return hidden(phone.press("en"), "token")


@pytest.fixture
def an_hour_later(monkeypatch):
    return lambda: tokens_see(monkeypatch, seconds=3602)


def the_report() -> Report:
    return Report.objects.get()


def look(phone, token):
    return text_of(phone.post("/en/now/sent/", {"token": token}))


def asked_of(case):
    return [dispatch.agency.name_en for dispatch in case.dispatches.order_by("pk")]


# ---- has a human read it ---------------------------------------------------------------------------


def test_nobody_is_said_to_have_read_it_before_somebody_has(phone, token, now):
    assert "◔ Nobody has read it yet." in look(phone, token)

    casework.first_read(case=the_report().case, now=now)

    assert "◔ A person has read it. 21:02" in look(phone, token)


def test_it_is_said_when_somebody_has_taken_it_up(phone, directory, now):
    token = hidden(phone.press("en", latitude="5.774", longitude="101.0725"), "token")
    police = the_report().case.dispatches.get(agency__name_en="Betong Police")

    by = Actor.link_holder(police)
    dispatching.acknowledge(dispatch=police, name="Fon", arrival_minutes=10, by=by, now=now)

    assert "● Somebody has taken this up. 21:02" in look(phone, token)


def test_a_written_report_is_read_when_its_first_reader_left_a_trace(phone, directory, anong, now):
    token = hidden(phone.post("/en/form/", {"narrative": "Six men on a boat", "area": "95"}), "token")
    trace = {"what": AccessEvent.What.REPORT, "officer": anong, "report": the_report()}
    AccessEvent.objects.create(**trace, is_refused=True, at=now)
    assert "Nobody has read it yet." in look(phone, token)

    AccessEvent.objects.create(**trace, at=now)

    assert "A person has read it. 21:02" in look(phone, token)


def test_the_desk_is_named_and_secret_shelters_are_only_counted(phone, directory, yala_shelter):
    here = {"latitude": "5.774", "longitude": "101.0725"}
    token = hidden(phone.press("en", may_tell="SOCIAL_WORKERS", **here), "token")
    dispatching.escalate_overdue(now=timezone.now() + timedelta(minutes=6))

    said = look(phone, token)

    assert "Yala Shelter" in asked_of(the_report().case)
    assert "We are telling: Yala Desk and 1 more who can help" in said
    assert "Shelter" not in said


def test_looking_again_shows_the_same_reference_and_does_not_begin_the_hour_anew(phone, token):
    response = phone.post("/en/now/sent/", {"token": token})

    assert reference_on(response) == the_report().reference
    assert hidden(response, "token") == token


# ---- the place ------------------------------------------------------------------------------------


def test_without_script_the_place_is_asked_for_in_smaller_and_smaller_steps(phone, token):
    provinces = phone.post("/en/now/sent/", {"token": token}).content.decode()
    districts = phone.post("/en/now/place/", {"token": token, "area": "95"}).content.decode()
    sub_districts = phone.post("/en/now/place/", {"token": token, "area": "9502"}).content.decode()
    done = phone.post("/en/now/place/", {"token": token, "area": "950201"}).content.decode()

    assert ('value="95"' in provinces, 'value="9502"' in provinces) == (True, False)
    assert ('value="9502"' in districts, 'value="94"' in districts) == (True, False)
    assert ('value="950201"' in sub_districts, 'value="9501"' in sub_districts) == (True, False)
    assert "<select" not in done
    assert "We know the place: near Betong" in done
    assert the_report().case.district_id == "9502"
    assert asked_of(the_report().case)[:2] == ["National Desk", "Yala Desk"]


def test_provinces_stand_in_the_order_of_the_thai_alphabet(phone, token, areas):
    page = phone.post("/th/now/sent/", {"token": token}).content.decode()

    # ป, ย, ส: by code it would be สงขลา first.
    assert page.index("ปัตตานี") < page.index("ยะลา") < page.index("สงขลา")


def test_a_leading_vowel_does_not_lead_the_order(phone, token, areas):
    areas["90"].name_th = "เบตงใหม่"
    areas["90"].save()

    page = phone.post("/th/now/sent/", {"token": token}).content.decode()

    assert page.index("เบตงใหม่") < page.index("ปัตตานี")


def test_a_landmark_is_kept_in_words_and_not_shown_again(phone, token):
    response = phone.post("/en/now/place/", {"token": token, "landmark": "Blue pier\x00 behind the ice factory"})

    position = Position.objects.get()
    assert (position.source, position.text) == ("TEXT", "Blue pier␀ behind the ice factory")
    assert "Blue pier" not in response.content.decode()
    assert "Thank you" in text_of(response)
    assert "Which province?" in text_of(response)


@pytest.mark.parametrize("area", ["99", "1' OR 1=1", "999999999", "ยะลา", "\x00"])
def test_an_area_that_is_none_asks_again(phone, token, area):
    response = phone.post("/en/now/place/", {"token": token, "area": area})

    assert response.status_code == 200
    assert not Position.objects.exists()
    assert "Which province?" in text_of(response)


def test_a_pin_moves_the_case_and_its_source_is_kept(phone, token):
    pin = {"token": token, "source": "PIN", "latitude": "5.774", "longitude": "101.0725"}

    response = phone.post("/en/now/place/", pin)

    assert the_report().positions.get().source == "PIN"
    assert "Betong Police" in asked_of(the_report().case)
    assert "We know the place: near Betong" in text_of(response)


def test_a_pin_across_the_border_says_who_cannot_come(phone, token):
    pin = {"token": token, "source": "PIN", "latitude": "6.125", "longitude": "102.239"}

    assert "Thai officers cannot cross" in text_of(phone.post("/en/now/place/", pin))


@pytest.mark.parametrize(
    "landmark", ["๕.๗๗๔, ๑๐๑.๐๗๒๕", "https://maps.google.com/?q=5.774,101.0725", "the shed 6PQ3Q3FF+J2", "Q3FF+J2"]
)
def test_a_pasted_place_asks_the_nearest_and_its_words_stay(phone, token, landmark):
    response = phone.post("/en/now/place/", {"token": token, "area": "9502", "landmark": landmark})

    position = the_report().positions.get()
    assert (position.source, position.text, position.area_id) == ("READ", landmark, "9502")
    assert position.point.coords == pytest.approx((101.0725, 5.774), abs=0.003)
    assert "Betong Police" in asked_of(the_report().case)
    assert "We know the place: near Betong (±" in text_of(response)


def test_a_short_link_is_kept_for_the_officer(phone, token):
    phone.post("/en/now/place/", {"token": token, "landmark": "https://maps.app.goo.gl/aBcD1234"})

    position = the_report().positions.get()
    assert (position.source, position.point, position.text) == ("TEXT", None, "https://maps.app.goo.gl/aBcD1234")


def test_a_pasted_place_abroad_says_who_cannot_come(phone, token):
    landmark = {"token": token, "landmark": "6.1250, 102.2390"}

    assert "Thai officers cannot cross" in text_of(phone.post("/en/now/place/", landmark))


# ---- what the phone measures ------------------------------------------------------------------------


def measured(phone, token, **fields):
    fix = {"latitude": "5.774", "longitude": "101.0725", "accuracy": "24.6", **fields}
    return phone.post("/en/now/position/", {"token": token, **fix})


def test_a_measured_position_asks_the_nearest_and_the_page_says_so(phone, token):
    response = measured(phone, token)

    changed = json.loads(response.content)
    assert "near Betong (±25 m)" in " ".join(changed["known"].split())
    assert "Yala Desk" in changed["read"]
    assert the_report().positions.get().source == "GPS"
    assert "Betong Police" in asked_of(the_report().case)


def test_a_better_measurement_is_added_and_the_most_exact_is_shown(phone, token):
    measured(phone, token, accuracy="900")
    measured(phone, token, accuracy="12")
    measured(phone, token, accuracy="40")

    assert the_report().positions.count() == 3
    assert receipt_of(the_report()).measured.accuracy_m == 12


@pytest.mark.parametrize("fields", [{"latitude": "NaN"}, {"longitude": "181"}, {"latitude": "", "longitude": ""}])
def test_a_measurement_that_cannot_be_used_is_answered_with_nothing(phone, token, fields):
    response = measured(phone, token, **fields)

    assert (response.status_code, response.content) == (204, b"")
    assert not Position.objects.exists()


def test_an_old_token_places_nothing(phone, token, an_hour_later):
    an_hour_later()

    assert measured(phone, token).status_code == 204
    assert not Position.objects.exists()


# ---- more words -------------------------------------------------------------------------------------


def test_more_words_are_kept_beside_the_report_and_not_shown_again(phone, token):
    response = phone.post("/en/now/words/", {"token": token, "text": "He has my passport 🙏"})

    assert Message.objects.get().text == "He has my passport 🙏"
    assert "passport" not in response.content.decode()
    assert "Thank you" in text_of(response)
    assert history.first_broken_line(the_report().case) is None


def test_words_that_are_too_long_are_cut_and_not_refused(phone, token):
    phone.post("/en/now/words/", {"token": token, "text": "ก" * 120_000})

    assert len(Message.objects.get().text) == 100_000


@pytest.mark.parametrize("text", ["", "   \n", "\t"])
def test_no_words_are_no_message(phone, token, text):
    response = phone.post("/en/now/words/", {"token": token, "text": text})

    assert reference_on(response) == the_report().reference
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("address", "typed", "kept"),
    [
        ("words", {"text": "He has my passport"}, ">\nHe has my passport</textarea>"),
        ("place", {"landmark": "Blue pier", "area": "9502"}, ">\nBlue pier</textarea>"),
        ("place", {"area": "9502"}, '<option value="95" selected>'),
        ("sent", {}, "<textarea"),
    ],
)
def test_after_an_hour_what_was_typed_begins_a_new_report(phone, token, an_hour_later, address, typed, kept):
    an_hour_later()

    response = phone.post(f"/en/now/{address}/", {"token": token, **typed})

    assert response.status_code == 200
    assert "More than an hour has passed" in text_of(response)
    assert kept in response.content.decode()
    assert hidden(response, "key")
    assert not Message.objects.exists()


def test_words_that_are_no_form_begin_a_new_report(phone, db):
    response = phone.send("/en/now/words/", "He has my passport", "text/plain")

    assert "More than an hour has passed" in text_of(response)
    assert "He has my passport" in response.content.decode()


def test_what_was_written_before_is_never_shown_again(phone, directory):
    first = phone.post("/en/form/", {"narrative": "Malee is kept in room 12", "contact": "0812345678", "area": "95"})
    token = hidden(first, "token")

    again = phone.post("/en/now/sent/", {"token": token})

    for page in (first, again):
        assert "Malee" not in page.content.decode()
        assert "0812345678" not in page.content.decode()


def test_the_receipt_asks_the_database_few_questions(phone, token, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        phone.post("/en/now/sent/", {"token": token})


def test_however_many_were_told_the_receipt_asks_the_same_few_questions(phone, directory, django_assert_num_queries):
    token = hidden(phone.press("en", latitude="5.774", longitude="101.0725"), "token")
    case = the_report().case
    assert case.dispatches.count() == 3

    with django_assert_num_queries(6) as all_told:
        phone.post("/en/now/sent/", {"token": token})
    case.dispatches.exclude(pk=case.dispatches.first().pk).update(ended_at=timezone.now())
    with django_assert_num_queries(len(all_told)):
        phone.post("/en/now/sent/", {"token": token})
