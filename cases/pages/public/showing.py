"""Pages that several addresses answer with: the receipt, and the written form."""

from typing import Any

from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from agencies import clock
from agencies.models import Area
from cases.models import Report
from cases.pages.public.forms import WrittenForm
from cases.pages.public.page import answer, hotlines_of_file
from cases.pages.public.posted import Posted
from cases.privacy import receipts, submissions
from cases.reads.receipt import Receipt, places_within, receipt_of


def show_receipt(request: HttpRequest, report: Report, token: str = "", **context: Any) -> HttpResponse:
    """Render the receipt as the answer to the POST, so that no address ever leads to it again.

    `token` is the posted one; a new one would begin its hour anew.
    """
    now = None
    try:
        now = clock.now()
        receipt = receipt_of(report)
        asked = [] if receipt.is_exact else places_within(receipt.named)
    except Error:  # The report is stored, and the person must hear it; the rest can be looked at later.
        receipt, asked = Receipt(report), []
    found = {
        "receipt": receipt,
        "token": token or receipts.token_for(report),
        "key": submissions.new_key(),
        "asked": asked,
        "now": now,
    }
    return answer(request, "public/sent.html", {**found, **context})


def show_form(
    request: HttpRequest,
    posted: Posted | None = None,
    *,
    initial: dict[str, Any] | None = None,
    says_nothing: bool = False,
    **context: Any,
) -> HttpResponse:
    provinces = _provinces()
    if provinces is None:
        context["hotlines"] = hotlines_of_file()
    form = WrittenForm(posted.data if posted else None, provinces=provinces or [], initial=initial)
    if says_nothing:
        form.add_error("narrative", _("Write a few words here, or say where it is in the next two fields."))
    key = (posted and posted.text("key")) or submissions.new_key()
    return answer(request, "public/form.html", {"form": form, "key": key, **context})


def _provinces() -> list[Area] | None:
    """Return None while the database is down: the form then asks for words only."""
    try:
        return places_within(None)
    except Error:
        return None


def show_expired(request: HttpRequest, posted: Posted) -> HttpResponse:
    """Show a form for a new report with the words that were typed, because the receipt's hour has passed."""
    typed = {
        "narrative": posted.text("text") or posted.text("narrative"),
        "place": posted.text("landmark"),
        "area": posted.text("area")[:2],
    }
    return show_form(request, initial=typed, has_expired=True, has_lost_file=bool(posted.files))
