"""A network is a digest whose key changes each hour; our own machines are none."""

from datetime import timedelta

import pytest

from cases.privacy.networks import network_of
from tests.conftest import NOW

CLIENT = "203.0.113.7"


@pytest.mark.parametrize(
    "address", ["", "unknown", "127.0.0.1", "10.1.2.3", "172.18.0.4", "192.168.1.1", "::1", "fd00::1", "fe80::1%eth0"]
)
def test_our_own_machines_and_what_is_no_address_are_not_counted(address):
    assert network_of(address, now=NOW) is None


def test_a_network_is_a_24_or_a_64():
    def same(one, other):
        return network_of(one, now=NOW) == network_of(other, now=NOW)

    assert same("203.0.113.1", "203.0.113.254")
    assert not same("203.0.113.1", "203.0.114.1")
    assert same("2001:db8:0:1::1", "2001:db8:0:1:ffff::9")
    assert not same("2001:db8:0:1::1", "2001:db8:0:2::1")
    assert same("::ffff:203.0.113.9", "203.0.113.1")


def test_the_key_changes_each_hour_and_the_one_before_is_known():
    this, following = network_of(CLIENT, now=NOW), network_of(CLIENT, now=NOW + timedelta(hours=1))

    assert this.current != following.current
    assert this.current == following.before
