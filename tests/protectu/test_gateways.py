"""A deployment's environment says what it can send by, and a mistake in it stops the start."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from environ import Env

from protectu.gateways import LineChannel, SmsGateway, TileHost, WebPush, full_name

SMS = {
    "SMS_URL": "https://api-v2.thaibulksms.com/sms",
    "SMS_PROFILE": "thaibulksms",
    "SMS_KEY": "k",
    "SMS_SECRET": "s",
}


@pytest.fixture
def environment(monkeypatch):
    def say(**variables: str) -> Env:
        monkeypatch.setattr(Env, "ENVIRON", variables)
        return Env()

    return say


def test_nothing_said_is_nothing_configured(environment):
    env = environment()

    assert SmsGateway.from_env(env, is_demo=False) is None
    assert LineChannel.from_env(env, is_demo=False) is None


def test_a_gateway_is_read_and_its_keys_are_never_shown(environment):
    env = environment(**{**SMS, "SMS_KEY": "key-of-ours", "SMS_SECRET": "secret-of-ours", "SMS_SENDER": "PROTECTU"})

    gateway = SmsGateway.from_env(env, is_demo=False)

    assert (gateway.profile, gateway.key, gateway.sender, gateway.force) == (
        "thaibulksms",
        "key-of-ours",
        "PROTECTU",
        "corporate",
    )
    assert "of-ours" not in repr(gateway)


def test_lines_own_address_is_the_default(environment):
    channel = LineChannel.from_env(environment(LINE_TOKEN="token-of-ours"), is_demo=False)

    assert channel.url == "https://api.line.me"
    assert "of-ours" not in repr(channel)


@pytest.mark.parametrize(
    "mistake",
    [{"SMS_PROFILE": "thaibulk"}, {"SMS_URL": "http://gateway.example/"}, {"SMS_URL": "gateway.example"}],
    ids=str,
)
def test_a_mistake_stops_the_start(environment, mistake):
    with pytest.raises(ImproperlyConfigured):
        SmsGateway.from_env(environment(**{**SMS, **mistake}), is_demo=False)


def test_a_gateway_without_a_key_stops_the_start(environment):
    with pytest.raises(ImproperlyConfigured):
        SmsGateway.from_env(environment(SMS_URL=SMS["SMS_URL"]), is_demo=False)


def test_the_token_goes_over_tls_only(environment):
    with pytest.raises(ImproperlyConfigured):
        LineChannel.from_env(environment(LINE_TOKEN="t", LINE_URL="http://127.0.0.1:1"), is_demo=False)

    assert LineChannel.from_env(environment(LINE_TOKEN="t", LINE_URL="http://127.0.0.1:1/"), is_demo=True)


def test_what_a_receipt_says_is_read_by_the_words_of_the_settings(environment):
    env = environment(
        **SMS,
        SMS_RECEIPT_KEY="a-key-of-at-least-24-characters",
        SMS_RECEIPT_FIELDS="message_id,status",
        SMS_RECEIPT_DELIVERED="Success, OK",
        SMS_RECEIPT_FAILED="Rejected",
    )

    gateway = SmsGateway.from_env(env, is_demo=False)

    assert gateway.receipt_fields == ("message_id", "status")
    assert [gateway.outcome_of(word) for word in ("success", " OK ", "REJECTED", "Unknown number", "queued", "")] == [
        "DELIVERED",
        "DELIVERED",
        "MISSED",
        "FAILED",
        "",
        "",
    ]
    assert "a-key-of" not in repr(gateway)


@pytest.mark.parametrize("mistake", [{"SMS_RECEIPT_KEY": "short"}, {"SMS_RECEIPT_FIELDS": "message_id"}], ids=str)
def test_a_receipt_that_could_not_be_trusted_or_read_stops_the_start(environment, mistake):
    with pytest.raises(ImproperlyConfigured):
        SmsGateway.from_env(environment(**SMS, **mistake), is_demo=False)


def test_lines_secret_is_never_shown(environment):
    channel = LineChannel.from_env(environment(LINE_TOKEN="t", LINE_SECRET="secret-of-ours"), is_demo=False)

    assert channel.secret == "secret-of-ours"
    assert "of-ours" not in repr(channel)


VAPID = {
    "VAPID_PRIVATE_KEY": "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94",
    "VAPID_SUBJECT": "mailto:a@portal.example",
}


def test_the_public_key_follows_from_the_private_one(environment):
    push = WebPush.from_env(environment(**VAPID), is_demo=False)

    # The pair of RFC 8291, appendix A.
    assert push.public_key == (
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    )
    assert "*.push.apple.com" in push.hosts
    assert push.test_hosts == ()


@pytest.mark.parametrize(
    "mistake",
    [
        {"VAPID_PRIVATE_KEY": "short"},
        {"VAPID_PRIVATE_KEY": "A" * 43},
        {"VAPID_PRIVATE_KEY": "not base64 at all, sorry!"},
        {"VAPID_SUBJECT": "desk@portal.example"},
    ],
    ids=str,
)
def test_a_mistake_in_our_name_towards_push_services_stops_the_start(environment, mistake):
    with pytest.raises(ImproperlyConfigured):
        WebPush.from_env(environment(**{**VAPID, **mistake}), is_demo=False)


def test_hosts_inside_our_walls_are_for_the_demo_only(environment):
    said = {**VAPID, "WEB_PUSH_TEST_HOSTS": "127.0.0.1", "WEB_PUSH_HOSTS": "push.example"}

    assert WebPush.from_env(environment(**said), is_demo=False).test_hosts == ()
    assert WebPush.from_env(environment(**said), is_demo=True).test_hosts == ("127.0.0.1",)
    assert WebPush.from_env(environment(**said), is_demo=True).hosts == ("push.example",)
    assert WebPush.from_env(environment(), is_demo=True) is None


# ---- streets --------------------------------------------------------------------------------------------------

STREETS = {"TILE_URL": "https://tiles.example/{z}/{x}/{y}.png", "TILE_ATTRIBUTION": "© Them"}
VAR = Path("/var/lib/protectu")


def test_streets_have_a_host_only_where_one_is_named(environment):
    assert TileHost.from_env(environment(), is_demo=False, var_dir=VAR) is None

    host = TileHost.from_env(environment(**STREETS), is_demo=False, var_dir=VAR)

    assert (host.max_zoom, host.attribution, host.cache) == (16, "© Them", VAR / "tiles")
    assert not host.is_test


@pytest.mark.parametrize(
    "said",
    [
        {"TILE_URL": "https://tiles.example/{z}/{x}.png"},
        {"TILE_URL": "http://tiles.example/{z}/{x}/{y}.png"},
        {"TILE_MAX_ZOOM": "20"},
    ],
)
def test_a_host_of_streets_that_makes_no_sense_stops_the_start(environment, said):
    with pytest.raises(ImproperlyConfigured):
        TileHost.from_env(environment(**{**STREETS, **said}), is_demo=False, var_dir=VAR)


def test_a_host_of_streets_inside_our_walls_is_for_a_demo_only(environment):
    inside = {**STREETS, "TILE_URL": "http://127.0.0.1:9/{z}/{x}/{y}.png"}

    assert TileHost.from_env(environment(**inside), is_demo=True, var_dir=VAR).is_test
    with pytest.raises(ImproperlyConfigured):
        TileHost.from_env(environment(**inside), is_demo=False, var_dir=VAR)


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("portal.example", "portal.example"),
        ("localhost", "localhost"),
        ("127.0.0.1", "[127.0.0.1]"),
        ("2001:fb0::1", "[IPv6:2001:fb0::1]"),
        ("ระบบ.ไทย", "xn--r3caz6c.xn--o3cw4h"),
    ],
)
def test_a_mail_server_is_told_a_name_that_it_can_read(host, name):
    assert full_name(host) == name


@pytest.mark.parametrize("host", [None, "", "two words", "-", "a..b", "x\r\nMAIL FROM:<a@b>", "under_score.example"])
def test_what_is_no_host_name_stops_the_start(host):
    with pytest.raises(ImproperlyConfigured):
        full_name(host)
