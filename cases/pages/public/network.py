"""Find the network that a request comes from. Its address is neither stored nor logged."""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest

from cases.privacy.networks import Network, network_of


def network_in(request: HttpRequest, *, now: datetime) -> Network | None:
    return network_of(address_of(request), now=now)


def address_of(request: HttpRequest) -> str:
    """Return the address of the socket's peer; behind TRUSTED_PROXIES, of the peer that the outermost of them saw.

    Each proxy appends to X-Forwarded-For, so count from the right: what a client itself wrote there stands further
    left and is never read.
    """
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    trusted = settings.TRUSTED_PROXIES
    if 0 < trusted <= len(hops):
        return _without_port(hops[-trusted])
    return request.META.get("REMOTE_ADDR") or ""


def _without_port(hop: str) -> str:
    """Cut the port off 1.2.3.4:5678 and [::1]:5678, as some proxies write it."""
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop
