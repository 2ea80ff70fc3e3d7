"""What every HTTP transport stands on."""

import pytest

from agencies.reach.transports import TransportError, http
from tests.providers.agency_system import AgencySystem
from tests.providers.http import Reply
from tests.providers.rude import Rude


@pytest.fixture
def system(started) -> AgencySystem:
    server = started(AgencySystem())
    server.says = Reply(204)
    return server


@pytest.mark.parametrize("manner", ["endless", "breaks_off"])
def test_the_status_counts_though_the_body_does_not_end(started, system, monkeypatch, manner):
    monkeypatch.setattr(http, "BODY_SECONDS", 0.5)
    system.manner, system.says = manner, Reply(200, b'{"id": "7"}')
    url = started(Rude(manner)).root if manner == "breaks_off" else system.url

    answer = http.post(url, content=b"x", headers={})

    assert (answer.status, answer.is_taken, answer.is_whole) == (200, True, False)
    assert answer.text.strip() == ("{" if manner == "breaks_off" else '{"id": "7"}')


def test_a_refusal_counts_too_though_its_body_does_not_end(system, monkeypatch):
    monkeypatch.setattr(http, "BODY_SECONDS", 0.5)
    system.manner, system.says = "endless", Reply(503, b"down")

    assert http.post(system.url, content=b"x", headers={}).status == 503


def test_a_picture_that_breaks_off_is_none(started):
    rude = started(Rude("breaks_off"))

    assert http.get_all([rude.root], only_public=False, deadline=20, most_bytes=999) == [None]


def test_an_address_of_the_host_that_is_dead_is_passed_over_for_its_next(system, monkeypatch):
    port = int(system.root.rpartition(":")[2])
    both = [(10, 1, 6, "", ("::1", port, 0, 0)), (2, 1, 6, "", ("127.0.0.1", port))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *args, **kwargs: both)

    assert http.post(f"http://agency.example:{port}/", content=b"", headers={}).status == 204


def test_a_host_that_is_an_address_is_called_as_it_stands(system):
    assert http.post(system.url, content=b"x", headers={}).is_taken
    assert system.calls[0].headers["Host"] == system.url.split("/")[2]


def test_an_answer_is_never_asked_for_packed(system):
    http.post(system.url, content=b"x", headers={})

    assert system.calls[0].headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize(
    "url", ["https://", "http://a b/", "http://[::1/", "http://x:99999999/", "http://" + "a" * 400]
)
def test_an_address_that_is_none_is_a_failure_like_any_other(url):
    with pytest.raises(TransportError):
        http.post(url, content=b"", headers={})
