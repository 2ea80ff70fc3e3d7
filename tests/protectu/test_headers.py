"""What each answer tells the browser."""

import re

import pytest

pytestmark = pytest.mark.django_db

PUBLIC = ["/th/", "/en/", "/th/now/", "/th/form/"]


def policy(answer) -> dict[str, str]:
    parts = answer["Content-Security-Policy"].split("; ")
    return {part.partition(" ")[0]: part.partition(" ")[2] for part in parts}


@pytest.mark.parametrize("address", [*PUBLIC, "/login/"])
def test_no_script_runs_without_the_nonce_of_this_answer(client, address):
    answer = client.get(address)

    allowed = policy(answer)["script-src"]
    nonces = set(re.findall(r"<(?:script|style)[^>]*nonce=\"([^\"]+)\"", answer.content.decode()))
    assert "unsafe-inline" not in allowed
    assert "unsafe-eval" not in allowed
    assert nonces <= set(re.findall(r"'nonce-([^']+)'", allowed))
    assert "style=" not in answer.content.decode()


@pytest.mark.parametrize("address", PUBLIC)
def test_a_nonce_is_used_once(client, address):
    first, second = client.get(address), client.get(address)

    assert policy(first)["script-src"] != policy(second)["script-src"]


@pytest.mark.parametrize("address", [*PUBLIC, "/login/"])
def test_nothing_comes_from_elsewhere_and_nobody_frames_us(client, address):
    rules = policy(client.get(address))

    assert rules["default-src"] == "'none'"
    assert rules["connect-src"] == "'self'"
    assert rules["frame-ancestors"] == "'none'"
    assert rules["form-action"] == "'self'"


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_page_leaves_nothing_on_the_phone(client, address):
    answer = client.get(address)

    assert not answer.cookies
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "no-referrer"


def test_a_staff_page_is_never_cached(client, anong):
    client.force_login(anong)

    assert "no-store" in client.get("/desk/")["Cache-Control"]
