"""Host names: looked up once, within the deadline of the caller."""

import asyncio
import ipaddress
import socket
import threading
from collections.abc import Iterable
from concurrent.futures import Future

from agencies.reach.transports.errors import TransportError

# Addresses that contain an IPv4 address, which may be inside our walls: how many bits stand after it. DNS64 makes the
# first of them for names that have none of IPv6 (RFC 6052); the others: translated (RFC 2765), mapped, and 6to4.
_AROUND_IPV4 = {
    ipaddress.IPv6Network("64:ff9b::/96"): 0,
    ipaddress.IPv6Network("::ffff:0:0:0/96"): 0,
    ipaddress.IPv6Network("::ffff:0:0/96"): 0,
    ipaddress.IPv6Network("2002::/16"): 80,
}
# Others whose inside we cannot read, or that nobody uses: one network's own translation, Teredo, compatible.
_UNREADABLE = [ipaddress.IPv6Network(network) for network in ("64:ff9b:1::/48", "2001::/32", "::/96")]


async def look_up(host: str, port: int) -> list[str]:
    """Return the addresses of the host. Raises OSError.

    The thread is ours, because asyncio waits for its own at the end, however slow the name server is.
    """
    found: Future[list[str]] = Future()
    found.set_running_or_notify_cancel()
    threading.Thread(target=_resolve, args=(host, port, found), daemon=True).start()
    return await asyncio.wrap_future(found)


def _resolve(host: str, port: int, found: "Future[list[str]]") -> None:
    try:
        infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        found.set_result(list(dict.fromkeys(str(info[4][0]) for info in infos)))
    except (OSError, ValueError) as error:
        found.set_exception(OSError(type(error).__name__))


def require_public(addresses: Iterable[str], *, of: str) -> None:
    """Raise TransportError unless all are public: a name with one address inside our walls is a trick.

    A name may lead inside for a moment only (a name server that is set up anew, the login page of a network), so that
    is no judgement of the address of an agency. What is written as an address inside our walls is.
    """
    if not all(is_public(address) for address in addresses):
        raise TransportError("not a public address", is_permanent=is_always_inside(of))


def is_always_inside(host: str) -> bool:
    """Say whether the host is an address in any spelling, which no name server changes, or our own machine."""
    host = host.lower().rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        socket.getaddrinfo(host, None, flags=socket.AI_NUMERICHOST)
    except (OSError, ValueError):
        return False
    return True


def is_public(address: str) -> bool:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:  # "fe80::1%eth0"
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        for network, after in _AROUND_IPV4.items():
            if ip in network:
                return is_public(str(ipaddress.IPv4Address(int(ip) >> after & 0xFFFFFFFF)))
        if any(ip in network for network in _UNREADABLE):
            return False
    return ip.is_global and not ip.is_multicast
