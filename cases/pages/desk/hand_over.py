"""An officer on duty at a desk hands over, and sees what is open right now."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies import clock
from agencies.access import DESK, officer_of, role_required
from agencies.pages import hand_over_pages
from agencies.pages.hand_over_pages import Work
from cases.pages.desk.queue import EXERCISES
from cases.reads import queue


@role_required(*DESK)
def show(request: HttpRequest) -> HttpResponse:
    counts = queue.counts(officer=officer_of(request), exercises=EXERCISES, now=clock.now())
    address = reverse("desk-queue")
    open_work = [
        Work(_("nobody has it"), counts.red, f"{address}?state=red"),
        Work(_("waiting"), counts.waiting - counts.red - counts.to_read, f"{address}?state=waiting"),
        Work(_("to be read"), counts.to_read, f"{address}?view=to-read"),
        Work(_("held"), counts.held, f"{address}?state=held"),
        Work(_("yours"), counts.mine, f"{address}?view=mine"),
    ]
    return hand_over_pages.answer(request, open_work=open_work)
