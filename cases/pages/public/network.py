"""Which network a request comes from. Its address is used here, and neither stored nor logged."""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest

from cases.privacy.networks import Network, network_of


def network_in(request: HttpRequest, *, now: datetime) -> Network | None:
    return network_of(_address(request), now=now)


def _address(request: HttpRequest) -> str:
    """The socket's peer; behind TRUSTED_PROXIES, what the outermost of them has written down as its own peer.

    Each proxy appends to X-Forwarded-For, so we count from the right: whatever a client wrote there itself
    stands further left, and is never read.
    """
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    trusted = settings.TRUSTED_PROXIES
    if 0 < trusted <= len(hops):
        return _without_port(hops[-trusted])
    return request.META.get("REMOTE_ADDR") or ""


def _without_port(hop: str) -> str:
    """1.2.3.4:5678 and [::1]:5678, as some proxies write it."""
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop
