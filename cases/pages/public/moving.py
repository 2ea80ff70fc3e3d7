"""Live shares: the receipt's script posts here with a token of its own, and gets JSON.

`over` in an answer is a key that says why nothing more is taken; the page has a sentence for each key.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import wraps

from django.http import HttpRequest, HttpResponse, JsonResponse

from agencies import clock
from cases.flow import sharing
from cases.models import LiveShare, Position, Report
from cases.models.live_share import LASTS_AT_MOST
from cases.pages.public.page import Page, public_page, takes_posts
from cases.pages.public.place import fix_in, moment_of_age
from cases.pages.public.posted import Posted
from cases.privacy import receipts
from cases.privacy.receipts import ReceiptExpired

OVER = {"over": "over"}


@public_page(asks_position=True)
@takes_posts
def start(request: HttpRequest, posted: Posted) -> HttpResponse:
    now = clock.now()
    try:
        share = sharing.start_sharing(report=_report_of(posted), now=now)
    except ReceiptExpired:
        return JsonResponse({"over": "expired"})
    except sharing.EnoughShares:
        return JsonResponse({"over": "enough"})
    except sharing.SharingOver:
        return JsonResponse(OVER)
    return JsonResponse({"token": receipts.share_token_for(share), **_left(share, now=now)})


def _report_of(posted: Posted) -> Report:
    try:
        return receipts.open_receipt(posted.token)
    except ReceiptExpired:
        return receipts.open_return(posted.token)


def _left(share: LiveShare, *, now: datetime) -> dict[str, object]:
    """Return the seconds left, because the phone's clock may be wrong, and whether the share may last longer."""
    may_last_longer = share.ends_at < share.started_at + LASTS_AT_MOST
    return {"seconds": max(0, round((share.ends_at - now) / timedelta(seconds=1))), "longer": may_last_longer}


DoForShare = Callable[[LiveShare, Posted, datetime], LiveShare | None]


def for_its_share(do: DoForShare) -> Page:
    """Pass the live share of the token to `do`. Answer 204 when `do` returns None, because nothing could be used."""

    @wraps(do)
    def take(request: HttpRequest, posted: Posted) -> HttpResponse:
        now = clock.now()
        try:
            share = do(receipts.open_share(posted.token), posted, now)
        except (ReceiptExpired, sharing.SharingOver):
            return JsonResponse(OVER)
        return JsonResponse(_left(share, now=now)) if share else HttpResponse(status=204)

    return public_page(asks_position=True)(takes_posts(take))


@for_its_share
def point(share: LiveShare, posted: Posted, now: datetime) -> LiveShare | None:
    fix = fix_in(posted, now=now)
    if fix is None:
        return None
    fix = replace(fix, captured_at=moment_of_age(posted, now=now), source=Position.Source.GPS)
    return sharing.add_point(share=share, fix=fix, now=now)


@for_its_share
def longer(share: LiveShare, posted: Posted, now: datetime) -> LiveShare:
    return sharing.share_longer(share=share, now=now)


@for_its_share
def stop(share: LiveShare, posted: Posted, now: datetime) -> LiveShare:
    return sharing.stop_sharing(share=share, now=now)
