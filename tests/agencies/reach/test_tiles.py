"""Streets for the maps, through us: one host, images only, and nothing of who looks or where exactly."""

import threading
from dataclasses import replace

import pytest
from django.test import Client

from agencies.reach import tiles
from agencies.reach.transports import tile_host
from protectu.gateways import TileHost
from tests.providers.http import Reply
from tests.providers.tiles import PNG_TYPE, TileServer, png

pytestmark = pytest.mark.django_db

# The tile of Betong at zoom 16, and the block of sixteen that it lies in.
Z, X, Y = 16, 51167, 31715
TILE = f"/tiles/{Z}/{X}/{Y}.png"
BLOCK = {(Z, x, y) for x in range(51164, 51168) for y in range(31712, 31716)}


@pytest.fixture
def host(settings, tmp_path, monkeypatch):
    """It has all the time that a busy machine needs."""
    monkeypatch.setattr(tile_host, "DEADLINE_SECONDS", 60)
    monkeypatch.setattr(tiles, "WAITS_SECONDS", 60)
    server = TileServer()
    settings.TILES = TileHost(
        url=server.url, attribution="© The People of the Map", max_zoom=16, cache=tmp_path / "tiles", is_test=True
    )
    yield server
    server.stop()


def test_without_a_host_there_are_no_streets_and_nothing_is_asked(client, settings):
    assert settings.TILES is None

    assert client.get(TILE).status_code == 404


def test_a_tile_comes_from_the_host_through_us(client, host):
    response = client.get(TILE)

    assert (response.status_code, response.headers["Content-Type"]) == (200, "image/png")
    assert response.content == png()


def test_a_whole_block_is_asked_for_so_that_the_host_does_not_learn_which_tile_was_looked_at(client, host):
    client.get(TILE)

    assert host.asked == BLOCK
    assert len(host.calls) == 16


def test_it_is_asked_once_for_all_who_look_and_for_every_tile_of_the_block(client, host):
    for z, x, y in sorted(BLOCK) * 2:
        assert Client().get(f"/tiles/{z}/{x}/{y}.png").status_code == 200

    assert len(host.calls) == 16


def test_a_map_that_asks_for_all_its_tiles_at_once_asks_the_host_once(host):
    found = []
    ask = [threading.Thread(target=lambda at=at: found.append(tiles.tile(*at))) for at in BLOCK]
    for thread in ask:
        thread.start()
    for thread in ask:
        thread.join()

    assert len(host.calls) == 16
    assert all(found)
    assert len(found) == 16


def test_nothing_of_the_visitor_reaches_the_host(client, host):
    client.cookies["sessionid"] = "of-an-officer"
    said = {"Referer": "http://testserver/th/now/", "X-Forwarded-For": "203.0.113.7", "User-Agent": "Nokia 3310"}

    client.get(TILE, headers=said)

    for call in host.calls:
        assert set(call.headers.keys()) <= {"Host", "Accept", "Accept-Encoding", "Connection", "User-Agent"}
        assert call.headers["User-Agent"] == "PROTECT-U"
        assert call.body == b""


@pytest.mark.parametrize(
    "at",
    [
        "17/102334/63426",  # deeper than the setting lets
        "16/0/0",
        "16/65535/65535",
        f"16/{X}/99999999",
        "16/51167/27000",  # China
        f"{10**30}/1/1",
        f"5/{10**30}/{10**30}",
    ],
)
def test_what_is_no_tile_of_ours_is_not_asked_for(client, host, at):
    assert client.get(f"/tiles/{at}.png").status_code == 404
    assert host.calls == []


def test_the_world_in_one_tile_is_one_too(client, host):
    assert client.get("/tiles/0/0/0.png").status_code == 200
    assert host.asked == {(0, 0, 0)}


@pytest.mark.parametrize(
    "says",
    [
        Reply(302, b"", (("Location", "http://127.0.0.1:1/"),)),
        Reply(200, b"<html>hello</html>", (("Content-Type", "text/html"),)),
        Reply(200, b"<svg xmlns='http://www.w3.org/2000/svg'/>", (("Content-Type", "image/svg+xml"),)),
        Reply(200, b"<html>hello</html>", PNG_TYPE),
        Reply(200, png(), (("Content-Type", "text/html"),)),
        Reply(200, png(), (("Content-Type", "image/jpeg"),)),
        Reply(200, png() + b"\x00" * 200_000, PNG_TYPE),
        Reply(200, b"", PNG_TYPE),
        Reply(500, png(), PNG_TYPE),
        Reply(404),
    ],
    ids=[
        "redirect",
        "html",
        "svg",
        "html-as-png",
        "png-as-html",
        "png-as-jpeg",
        "large",
        "empty",
        "broken",
        "absent",
    ],
)
def test_whatever_is_no_image_is_not_passed_on(client, host, says):
    host.says = says

    response = client.get(TILE)

    assert (response.status_code, response.content) == (404, b"")
    assert len(host.calls) == 16  # a redirect was not followed


@pytest.mark.parametrize("manner", ["hang", "trickle"])
def test_a_slow_host_holds_nobody_long_and_is_left_alone_for_a_while(client, host, manner, monkeypatch):
    monkeypatch.setattr(tile_host, "DEADLINE_SECONDS", 0.3)
    host.manner = manner

    first = client.get(TILE)
    gave_up_first, asked = host.gave_up_first, len(host.calls)
    second = client.get(TILE)

    assert (first.status_code, second.status_code) == (404, 404)
    assert not gave_up_first
    assert len(host.calls) == asked


def test_a_host_that_is_dead_is_no_failure_of_ours(client, host):
    host.stop()

    assert client.get(TILE).status_code == 404


def test_a_host_inside_our_walls_is_not_asked(client, host, settings):
    settings.TILES = replace(settings.TILES, is_test=False)

    assert client.get(TILE).status_code == 404
    assert host.calls == []


def test_whoever_asks_for_everything_is_stopped(client, host, monkeypatch):
    monkeypatch.setattr(tiles, "ASKED_A_MINUTE", 1)

    answers = [client.get(f"/tiles/16/{x}/{Y}.png").status_code for x in (X, X + 40, X)]

    assert answers == [200, 404, 200]
    assert len(host.calls) == 16


def test_a_disk_that_takes_nothing_costs_nobody_the_map(client, host, settings, tmp_path):
    (tmp_path / "file").touch()
    settings.TILES = replace(settings.TILES, cache=tmp_path / "file")

    assert client.get(TILE).status_code == 200


def test_a_phone_keeps_no_tile_and_an_officer_s_browser_does(client, host, anong):
    assert client.get(TILE).headers["Cache-Control"] == "no-store"
    assert not client.get(TILE).cookies

    client.force_login(anong)

    assert client.get(TILE).headers["Cache-Control"] == "private, max-age=43200"


def test_a_map_is_told_of_the_streets_and_whom_to_thank(client, host, anong, case):
    client.force_login(anong)

    page = client.get(f"/desk/cases/{case.reference}/").content.decode()
    receipt = client.post("/th/now/", {"may_tell": "NEAREST_HELP"}).content.decode()

    assert 'data-streets="/tiles/{z}/{x}/{y}.png" data-streets-zoom="16"' in page
    assert "© The People of the Map" in page
    assert 'data-streets="/tiles/{z}/{x}/{y}.png"' in receipt
    assert "© The People of the Map" in receipt


def test_without_a_host_no_map_speaks_of_streets(client, anong, case):
    client.force_login(anong)

    assert "data-streets" not in client.get(f"/desk/cases/{case.reference}/").content.decode()
    assert "data-streets" not in client.post("/th/now/", {"may_tell": "NEAREST_HELP"}).content.decode()
