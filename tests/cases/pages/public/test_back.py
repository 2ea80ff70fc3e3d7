"""A reporter comes back with the code, and sees how far it is and what we wrote, never what they wrote."""

import re

import pytest
from django.core.cache import cache
from django.utils import timezone
from django.utils.html import escape

from cases.flow import casework, returning
from cases.models import Case, Message, Report
from cases.privacy import receipts
from tests.cases.pages.public.conftest import hidden, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh():
    cache.clear()


@pytest.fixture
def written(phone, directory):
    """Return a report with everything in it that must never be shown back."""
    phone.post(
        "/en/form/",
        {
            "narrative": "They took our passports.",
            "contact": "081 after ten",
            "area": "95",
            "in_danger_now": "yes",
            "place": "behind the green gate",
        },
    )
    return Report.objects.get()


@pytest.fixture
def code(written):
    return returning.give_code(report=written, now=timezone.now())


@pytest.fixture
def came(phone, code):
    return phone.post("/en/back/", {"code": code.digits})


def token_of(response):
    return {"token": hidden(response, "token")}


def code_on(response):
    return "".join(re.findall(r"<span>(\d{4})</span>", response.content.decode()))


def test_from_the_receipt_to_the_code_and_back_on_another_phone(phone, directory):
    receipt = phone.press("en")
    shown = phone.post("/en/now/code/", token_of(receipt))

    came = phone.post("/th/back/", {"code": code_on(shown)})

    assert len(code_on(shown)) == 20
    assert Report.objects.get().reference in text_of(came)
    assert "ยังไม่มีคนอ่าน" in text_of(came)


def test_the_code_is_not_made_until_it_is_asked_for(phone, directory):
    phone.press("en")

    assert not Report.objects.get().codes.exists()


def test_a_fourth_code_is_not_given_and_the_page_says_so(phone, written):
    token = {"token": receipts.token_for(written)}
    for _ in range(3):
        phone.post("/en/now/code/", token)

    assert "The earlier ones still work" in text_of(phone.post("/en/now/code/", token))


def test_what_the_person_wrote_is_never_shown_back(phone, came, written):
    answers = [came, phone.post("/en/back/words/", {**token_of(came), "text": "He locks the door at night."})]

    for response in answers:
        for secret in ("passports", "081", "green gate", "locks the door"):
            assert secret not in response.content.decode()


def test_the_answer_of_an_officer_is_read(phone, code, written, anong):
    casework.write_to_reporter(report=written, text="We look for you at the pier.", by=anong, now=timezone.now())

    page = text_of(phone.post("/en/back/", {"code": code.digits}))

    assert "We look for you at the pier." in page
    assert "Anong" not in page


def test_a_case_that_an_officer_opened_is_at_the_second_step(phone, code, written):
    Case.objects.filter(pk=written.case_id).update(first_read_at=timezone.now())

    page = phone.post("/en/back/", {"code": code.digits}).content.decode()

    assert re.search(r'<li class="now" aria-current="step">Somebody reads it and finds out who can help', page)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "You typed 0 numbers. The code has 20."),
        ("1234", "You typed 4 numbers. The code has 20."),
        ("1" * 20, "One of the numbers is not right"),
        ("0" * 20, "This code opens nothing"),
    ],
)
def test_a_slip_is_said_plainly(phone, db, typed, said):
    assert said in text_of(phone.post("/en/back/", {"code": typed}))


def test_more_words_and_a_place_are_added(phone, came, written):
    phone.post("/en/back/words/", {**token_of(came), "text": "He locks the door at night."})
    answer = phone.post("/en/back/place/", {**token_of(came), "landmark": "the red bridge"})

    assert Message.objects.get().text == "He locks the door at night."
    assert written.positions.filter(source="TEXT").exists()
    assert "Thank you. We have what you added." in text_of(answer)


def test_a_pasted_place_is_read_on_the_way_back_too(phone, came, written):
    answer = phone.post("/en/back/place/", {**token_of(came), "landmark": "5°46'26.4\"N 101°04'21.0\"E"})

    assert written.positions.filter(source="READ", point__isnull=False).exists()
    assert "101°" not in answer.content.decode()


def test_please_stop_stands_nobody_down(phone, came, written):
    answer = phone.post("/en/back/stop/", token_of(came))

    written.refresh_from_db()
    assert written.withdrawn_at is not None
    assert written.case.dispatches.live().exists()
    assert "You have asked us to stop." in text_of(answer)
    assert "Please stop" not in text_of(answer)


def test_contact_details_are_taken_away_and_kept_after_all(phone, came, written):
    gone = phone.post("/en/back/contact/", {**token_of(came), "do": "hide"})
    written.refresh_from_db()
    assert written.contact_hidden_at is not None
    assert "Keep them after all" in text_of(gone)

    phone.post("/en/back/contact/", {**token_of(gone), "do": "show"})

    written.refresh_from_db()
    assert written.contact_hidden_at is None


@pytest.mark.parametrize(
    ("page", "typed"),
    [
        ("words", {"text": "He locks the door at night."}),
        ("place", {"landmark": "behind the ice factory"}),
        ("reach", {"contact": "my sister's phone", "answers_name": "Noy", "code_word": "mango"}),
    ],
)
def test_after_half_an_hour_the_code_is_asked_for_and_what_was_typed_is_kept(phone, written, page, typed):
    answer = phone.post(f"/en/back/{page}/", {"token": "too old", **typed})

    assert "Half an hour has passed" in text_of(answer)
    for words in typed.values():
        assert escape(words) in answer.content.decode()
    assert not Message.objects.exists()


def test_the_token_of_a_receipt_opens_no_page_of_those_who_came_back(phone, written):
    answer = phone.post("/en/back/look/", {"token": receipts.token_for(written)})

    assert "Half an hour has passed" in text_of(answer)


def test_the_code_stands_in_no_address(phone, came):
    assert came.status_code == 200
    assert came.headers["Cache-Control"] == "no-store"
    assert "Location" not in came.headers
