"""The way in for officers, and out."""

import pytest

from agencies.models import Officer, Role

pytestmark = pytest.mark.django_db

PASSWORD = "a-long-night-in-betong"


@pytest.fixture
def mali(national_desk) -> Officer:
    """An administrator with a password."""
    fields = {"display_name": "Mali", "language": "en"}
    return Officer.objects.create_user(
        username="mali", password=PASSWORD, agency=national_desk, role=Role.ADMIN, **fields
    )


def log_in(client, *, username: str = "mali", password: str = PASSWORD, **fields):
    return client.post("/login/", {"username": username, "password": password, **fields}, HTTP_ACCEPT_LANGUAGE="en")


def is_in(client) -> bool:
    return client.get("/directory/").status_code == 200


def test_the_right_password_lets_in_and_leads_to_the_work(client, mali):
    answer = log_in(client)

    assert answer["Location"] == "/start/"
    assert is_in(client)


def test_a_wrong_password_is_said_in_words_and_the_name_stays(client, mali):
    answer = log_in(client, password="guessed")

    assert answer.status_code == 200
    assert "do not belong together" in answer.text
    assert 'value="mali"' in answer.text
    assert "guessed" not in answer.text
    assert not is_in(client)


def test_a_name_that_nobody_has_gets_the_same_words(client, mali):
    assert "do not belong together" in log_in(client, username="nobody").text


@pytest.mark.parametrize("username", ["", "a\x00b", "x" * 5_000, "\U0001f6a8", "' OR 1=1 --"])
def test_no_name_breaks_the_page(client, mali, username):
    answer = log_in(client, username=username)

    assert answer.status_code == 200
    assert 'class="error"' in answer.text


def test_a_closed_login_does_not_open(client, mali):
    mali.is_active = False
    mali.save()

    log_in(client)

    assert not is_in(client)


def test_the_page_that_was_wanted_opens_after_the_login(client, mali):
    wanted = client.get("/directory/?province=95")["Location"]
    page = client.get(wanted, HTTP_ACCEPT_LANGUAGE="en")
    assert "Log in and it opens" in page.text

    answer = log_in(client, next="/directory/?province=95")

    assert answer["Location"] == "/directory/?province=95"


def test_nobody_is_sent_to_a_strangers_page_after_the_login(client, mali):
    assert log_in(client, next="https://elsewhere.example/")["Location"] == "/start/"


def test_the_browser_may_fill_in_what_it_knows(client, db):
    page = client.get("/login/").text

    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page
    assert "autofocus" in page


def test_thai_is_the_language_before_the_login(client, db):
    assert 'lang="th"' in client.get("/login/").text


def test_whoever_is_logged_in_goes_on_to_the_work(client, mali):
    client.force_login(mali)

    assert client.get("/login/")["Location"] == "/start/"


def test_only_the_button_logs_out(client, mali):
    client.force_login(mali)

    assert client.get("/logout/").status_code == 405
    assert is_in(client)

    assert client.post("/logout/")["Location"] == "/login/"
    assert not is_in(client)
