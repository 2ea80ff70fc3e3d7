"""When the database is down or we fail, the person hears it at once, and nothing typed is lost."""

import logging

import pytest
from django.db import IntegrityError, InterfaceError, OperationalError

from agencies.models import Hotline
from cases.models import Report
from cases.privacy import submissions
from tests.cases.pages.public.conftest import hidden, reference_on, text_of

STORY = 'Malee & "room 12" </textarea>\nsecond line'


def test_a_press_while_the_database_is_down_is_said_not_to_be_sent(phone, broken_database):
    key = submissions.new_key()

    response = phone.press("en", key=key, latitude="5.774", longitude="101.0725")

    assert response.status_code == 503
    assert "This was NOT sent" in text_of(response)
    assert {name: hidden(response, name) for name in ("key", "may_tell", "latitude", "longitude")} == {
        "key": key,
        "may_tell": "NEAREST_HELP",
        "latitude": "5.774",
        "longitude": "101.0725",
    }
    assert 'action="/en/now/"' in response.content.decode()
    assert "<button>Send again</button>" in response.content.decode()


@pytest.mark.parametrize("act", [lambda phone: phone.press("th"), lambda phone: phone.get("/th/now/")])
def test_a_database_that_is_down_is_waited_for_once(phone, broken_database, act):
    """One that is frozen costs five seconds each time."""
    act(phone)

    assert len(broken_database) == 1


def test_it_is_said_in_the_language_of_the_person_with_the_numbers_of_the_file(phone, broken_database):
    response = phone.press("th")

    assert 'lang="th"' in response.content.decode()
    for hotline in Hotline.from_file():
        if hotline.is_shown_first:
            assert f'href="tel:{hotline.number}"' in response.content.decode()
    assert response.headers["Cache-Control"] == "no-store"
    assert not response.cookies


def test_the_written_form_keeps_every_word(phone, broken_database):
    typed = {"narrative": STORY, "exploitation": ["FISHING", "BEGGING"], "contact": "LINE pim", "key": "k"}

    response = phone.post("/en/form/", typed)

    page = response.content.decode()
    assert response.status_code == 503
    assert hidden(response, "narrative") == STORY
    assert page.count('name="exploitation"') == 2
    assert hidden(response, "contact") == "LINE pim"
    assert 'action="/en/form/"' in page


def test_words_added_later_are_kept_and_the_first_message_is_said_to_be_safe(phone, broken_database):
    response = phone.post("/en/now/words/", {"token": "t", "text": STORY})

    # The token is checked before the database is asked; this one has expired.
    assert response.status_code == 200
    assert "More than an hour has passed" in text_of(response)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "typed"), [("words", {"text": STORY}), ("place", {"landmark": STORY}), ("sent", {})]
)
def test_what_is_added_while_the_database_is_down_is_kept(phone, directory, request, address, typed):
    token = hidden(phone.press("en"), "token")
    request.getfixturevalue("broken_database")

    response = phone.post(f"/en/now/{address}/", {"token": token, **typed})

    assert response.status_code == 503
    assert "What you sent before is safe." in text_of(response)
    assert hidden(response, "token") == token
    for name, value in typed.items():
        assert hidden(response, name) == value


@pytest.mark.django_db
def test_sending_again_when_the_database_is_back_is_one_report(phone, directory, monkeypatch):
    key = submissions.new_key()
    with monkeypatch.context() as broken:
        broken.setattr("cases.flow.intake.receiving._new", fail(OperationalError("gone")))
        response = phone.press("en", key=key)
    fields = {name: hidden(response, name) for name in ("key", "may_tell")}

    first, second = phone.post("/en/now/", fields), phone.post("/en/now/", fields)

    assert reference_on(first) == reference_on(second) == Report.objects.get().reference


def fail(error):
    def broken(*args, **kwargs):
        raise error

    return broken


@pytest.mark.django_db
@pytest.mark.parametrize("error", [InterfaceError("gone"), IntegrityError("row"), KeyError("ours"), MemoryError()])
def test_whatever_fails_the_person_hears_that_it_was_not_sent(phone, directory, monkeypatch, error):
    monkeypatch.setattr("cases.flow.intake.receiving._new", fail(error))

    response = phone.post("/en/form/", {"narrative": STORY})

    assert response.status_code == 503
    assert hidden(response, "narrative") == STORY
    assert not Report.objects.exists()


@pytest.mark.django_db
def test_the_log_says_where_it_failed_and_not_what_was_written(phone, directory, monkeypatch, caplog):
    monkeypatch.setattr("cases.flow.intake.receiving._new", fail(IntegrityError("Failing row contains (Malee)")))

    with caplog.at_level(logging.ERROR):
        phone.post("/en/form/", {"narrative": STORY})

    assert "IntegrityError" in caplog.text
    assert "intake/receiving.py" in caplog.text
    assert "Malee" not in caplog.text


@pytest.mark.django_db
def test_once_it_is_stored_it_is_never_said_not_to_be_sent(phone, directory, monkeypatch):
    monkeypatch.setattr("cases.pages.public.showing.receipt_of", fail(OperationalError("gone")))

    response = phone.press("en")

    assert response.status_code == 200
    assert reference_on(response) == Report.objects.get().reference
