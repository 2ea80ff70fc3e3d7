"""The network that something came from, as a digest under a key that changes each hour. No address is stored."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from vault import digest

KEY_LASTS = timedelta(hours=1)
# Our own machines and proxies: the sender's address is unknown there, and strangers must not count as one.
_OURS = [
    ip_network(block)
    for block in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7", "fe80::/10")
]


@dataclass(frozen=True)
class Network:
    """The digests under this hour's key and the last hour's. A report of the last hour has one of the two."""

    current: str
    before: str

    @property
    def both(self) -> tuple[str, str]:
        return self.current, self.before


def network_of(address: str, *, now: datetime) -> Network | None:
    """Return the digests of the network of `address`, or None if it is no address or one of ours."""
    prefix = prefix_of(address)
    return Network(*(_digest(prefix, at=at) for at in (now, now - KEY_LASTS))) if prefix else None


def prefix_of(address: str) -> str | None:
    """Return the /24 (IPv4) or /64 (IPv6) of `address`, or None if it is no address or one of ours. Never kept."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    if any(found in ours for ours in _OURS):
        return None
    prefix = 24 if isinstance(found, IPv4Address) else 64
    return str(ip_network((found, prefix), strict=False))


def _digest(network: str, *, at: datetime) -> str:
    return digest(f"{at.astimezone(UTC):%Y%m%dT%H}/{network}", purpose="network")
