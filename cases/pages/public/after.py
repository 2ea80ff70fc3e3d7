"""The receipt after sending: look again, add a place or words. Each request is a POST with the receipt's token."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language

from agencies import areas, clock
from cases.flow import intake
from cases.models import Report
from cases.pages.public.files import take_files
from cases.pages.public.page import Take, public_page, takes_posts
from cases.pages.public.place import area_in, fix_in, fix_read
from cases.pages.public.posted import Posted
from cases.pages.public.showing import show_expired, show_receipt
from cases.privacy import submissions
from cases.privacy.receipts import ReceiptExpired, open_receipt
from cases.reads.receipt import receipt_of


def for_its_report(add: Callable[[HttpRequest, Posted, Report], HttpResponse]) -> Take:
    """Pass the report of the token to `add`. After the token's hour, begin a new report with what was typed."""

    @wraps(add)
    def take(request: HttpRequest, posted: Posted) -> HttpResponse:
        try:
            report = open_receipt(posted.token)
        except ReceiptExpired:
            return show_expired(request, posted)
        return add(request, posted, report)

    return take


@public_page(asks_position=True)
@takes_posts
@for_its_report
def sent(request: HttpRequest, posted: Posted, report: Report) -> HttpResponse:
    return show_receipt(request, report, posted.token)


@public_page(asks_position=True)
@takes_posts
@for_its_report
def place(request: HttpRequest, posted: Posted, report: Report) -> HttpResponse:
    return show_receipt(request, report, posted.token, has_added_something=add_place(posted, report))


def add_place(posted: Posted, report: Report) -> bool:
    """Add the posted place to the report. Return False when nothing was chosen, written or pinned."""
    now, landmark = clock.now(), posted.text("landmark")
    fix, area = fix_in(posted, now=now), areas.known(area_in(posted))
    if not (fix or area or landmark):
        return False
    code = area.code if area else ""
    read = fix_read(landmark, near=code or report.district_id or report.province_id or "")
    intake.add_place(report=report, fix=fix, read=read, area=code, text=landmark, now=now)
    return True


@public_page(asks_position=True)
@takes_posts
@for_its_report
def words(request: HttpRequest, posted: Posted, report: Report) -> HttpResponse:
    added, problems = add_more(request, posted, report)
    return show_receipt(request, report, posted.token, has_added_something=added, problems=problems)


def add_more(request: HttpRequest, posted: Posted, report: Report) -> tuple[bool, list[str]]:
    """Add the words, then the files. Return whether anything was taken, and a sentence for each refused file."""
    text, now = posted.text("text"), clock.now()
    if text:
        key, _is_exercise = submissions.read_key(posted.text("key"))
        intake.add_words(report=report, text=text, submission=key, now=now)
    files = take_files(request, posted, report, now=now)
    return bool(text) or files.count > 0, files.problems


@public_page(asks_position=True)
@takes_posts
def position(request: HttpRequest, posted: Posted) -> HttpResponse:
    """Take what the phone measured. Answer 204 when it cannot be used or the token has expired."""
    now = clock.now()
    fix = fix_in(posted, now=now)
    try:
        report = open_receipt(posted.token)
    except ReceiptExpired:
        return HttpResponse(status=204)
    if fix is None:
        return HttpResponse(status=204)
    intake.add_place(report=report, fix=fix, now=now)
    context = {"receipt": receipt_of(report), "token": posted.token, "now": now, "language": get_language()}
    return JsonResponse({part: render_to_string(f"public/_{part}.html", context) for part in ("known", "read")})
