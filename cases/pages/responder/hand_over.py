"""An officer on duty at an agency hands over, and sees which dispatches wait for an answer or an end."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.access import officer_of, role_required
from agencies.models import Role
from agencies.pages import hand_over_pages
from agencies.pages.hand_over_pages import Work
from cases.reads import asked


@role_required(Role.AGENCY)
def show(request: HttpRequest) -> HttpResponse:
    live = asked.live_for(officer_of(request))
    unanswered = sum(dispatch.acknowledged_at is None for dispatch in live)
    address = reverse("responder-asked")
    open_work = [
        Work(_("waiting for your answer"), unanswered, address),
        Work(_("taken, not ended"), len(live) - unanswered, address),
    ]
    return hand_over_pages.answer(request, open_work=open_work)
