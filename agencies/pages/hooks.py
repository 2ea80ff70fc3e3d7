"""Addresses that providers call, without login or session: a signature, or a key in the address, identifies them."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from agencies import clock
from agencies.models import MalformedCall
from agencies.reach.webhooks import line_events, provider_receipts

MOST_BYTES = 1024 * 1024
Take = Callable[..., HttpResponse]


class _TooLong(Exception):
    """No provider that we know sends such a long body."""


def hook(*methods: str) -> Callable[[Take], Take]:
    """Answer with a status alone: 200 taken, 400 malformed, 401 not genuine, 404 closed, 413 too long, 503 later.

    What is malformed is counted; it came from somebody who proved who they are.
    """

    def decorate(take: Take) -> Take:
        @wraps(take)
        def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                return take(request, *args, **kwargs)
            except provider_receipts.Closed:
                return HttpResponse(status=404)
            except provider_receipts.NotGenuine:
                return HttpResponse(status=401)
            except (provider_receipts.MalformedReceipt, line_events.MalformedEvents):
                MalformedCall.note(take.__name__)
                return HttpResponse(status=400)
            except _TooLong:
                return HttpResponse(status=413)
            except DatabaseError:
                return HttpResponse(status=503)

        guarded = login_not_required(csrf_exempt(never_cache(require_http_methods(methods)(view))))
        guarded.is_public_page = True  # type: ignore[attr-defined]  # nobody's session is read
        return guarded

    return decorate


@hook("POST")
def from_agency(request: HttpRequest, message: uuid.UUID) -> HttpResponse:
    provider_receipts.from_agency(message, body_of(request), request.headers, now=clock.now())
    return HttpResponse()


@hook("POST")
def from_gateway(request: HttpRequest) -> HttpResponse:
    provider_receipts.from_generic_gateway(body_of(request), request.headers, now=clock.now())
    return HttpResponse()


# Nobody has told us which of the two ThaiBulkSMS uses.
@hook("GET", "POST")
def from_thaibulksms(request: HttpRequest, key: str) -> HttpResponse:
    body_of(request)
    said = {**request.GET.dict(), **request.POST.dict()}
    provider_receipts.from_thaibulksms(said, key=key, now=clock.now())
    return HttpResponse()


def body_of(request: HttpRequest) -> bytes:
    """Return the bytes as they came. Raises _TooLong."""
    length = request.headers.get("Content-Length", "0")
    if not length.isdigit() or int(length) > MOST_BYTES or len(request.body) > MOST_BYTES:
        raise _TooLong
    return request.body
