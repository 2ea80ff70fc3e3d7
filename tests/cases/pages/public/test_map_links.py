"""The link of a map is read, and never fetched."""

import socket

import pytest

from tests.cases.pages.public.conftest import BETONG, read_place


@pytest.mark.parametrize(
    "text",
    [
        "https://www.google.com/maps/@5.774,101.0725,17z",
        "https://www.google.co.th/maps/@5.774,101.0725,845m/data=!3m1!1e3",
        "https://maps.google.com/?q=5.774,101.0725",
        "maps.google.com/maps?q=loc:5.774,101.0725",
        "https://maps.google.com/maps?ll=5.774,101.0725&z=16",
        "https://www.google.com/maps/search/?api=1&query=5.774%2C101.0725",
        "https://www.google.com/maps/search/5.774,+101.0725?entry=tts",
        "https://www.google.com/maps/place/5%C2%B046'26.4%22N+101%C2%B004'21.0%22E/@5.7,101.1,12z",
        "https://www.google.com/maps/place/Pier/@5.70,101.00,15z/data=!3m1!4b1!4m6!3m5!1s0x0:0x0!8m2!3d5.774!4d101.0725",
        "https://maps.apple.com/?ll=5.774,101.0725&q=Pier",
        "https://maps.apple.com/place?coordinate=5.774,101.0725&name=Pier",
        "https://www.openstreetmap.org/#map=17/5.77400/101.07250",
        "https://www.openstreetmap.org/?mlat=5.77400&mlon=101.07250#map=12/5.7000/101.1000",
        "geo:5.774,101.0725",
        "geo:5.774,101.0725;u=35",
        "geo:0,0?q=5.774,101.0725(Pier)",
        "I am here: https://maps.google.com/?q=5.774,101.0725 please hurry",
        "GEO:5.774,101.0725?z=17",
    ],
)
def test_a_link_of_a_map_is_read(text):
    assert read_place(text) == BETONG


def test_no_link_is_ever_fetched(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("asked the network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)

    assert read_place("https://maps.google.com/?q=5.774,101.0725") == BETONG
    assert read_place("https://maps.app.goo.gl/aBcD1234") is None
