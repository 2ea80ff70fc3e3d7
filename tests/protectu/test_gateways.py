"""A deployment's environment says what it can send by, and a mistake in it stops the start."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from environ import Env

from protectu.gateways import LineChannel, SmsGateway

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
