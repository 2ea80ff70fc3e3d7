"""Host names: looked up once, within the deadline of the caller."""

import asyncio
import ipaddress
import socket
import threading
from collections.abc import Iterable
from concurrent.futures import Future

from agencies.reach.transports.errors import TransportError

# Addresses that contain another one, which may be inside our walls.
_WRAPPERS = [
    ipaddress.ip_network(network) for network in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
]


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


def require_public(addresses: Iterable[str]) -> None:
    """Raise TransportError unless all are public: a name with one address inside our walls is a trick."""
    if not all(is_public(address) for address in addresses):
        raise TransportError("not a public address", is_permanent=True)


def is_public(address: str) -> bool:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:  # "fe80::1%eth0"
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return is_public(str(ip.ipv4_mapped))
        if any(ip in network for network in _WRAPPERS):
            return False
    return ip.is_global and not ip.is_multicast
