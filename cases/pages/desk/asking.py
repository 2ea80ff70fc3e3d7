"""Choose agencies, and ask them to take a case."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies import clock
from agencies.access import DESK, officer_of, role_required
from cases.flow import dispatching
from cases.models import Case, Dispatch
from cases.pages.desk.forms import AskForm
from cases.pages.desk.opening import opened_case
from cases.privacy.actor import Actor
from cases.rings.offering import offer_of


@role_required(*DESK)
def ask(request: HttpRequest, reference: str) -> HttpResponse:
    # This page is a reading too, because its distances tell where the person is.
    case = opened_case(request, reference)
    offer = offer_of(case, now=clock.now())
    # An agency that was asked already is no error: it may be a second click.
    form = AskForm(request.POST or None, offered=offer.agencies, asked=case.dispatches.live())
    if form.is_valid() and _ask(request, case, form):
        return redirect("desk-case", reference)
    context = {
        "case": case,
        "form": form,
        "within": offer.within,
        "beyond": offer.beyond,
        "chosen": form["agencies"].value(),
        "consents": offer.answers,
        "for_children": offer.for_children,
    }
    return render(request, "desk/ask.html", context)


def _ask(request: HttpRequest, case: Case, form: AskForm) -> bool:
    """Ask the agencies. Return False when they may not be asked; the form then says why."""
    agencies, reason = form.cleaned_data["agencies"], form.cleaned_data["reason"]
    by, purpose = Actor.of(officer_of(request)), Dispatch.Purpose.RESPOND
    try:
        asked = dispatching.dispatch_to(
            case=case, agencies=agencies, by=by, now=clock.now(), purpose=purpose, override=reason
        )
    except dispatching.NotAllowed:
        form.add_error("reason", _("The person did not allow it. To ask them all the same, say why."))
        return False
    except dispatching.CaseClosed:
        messages.info(request, _("The case is closed: nobody was asked."))
        return True
    words = ngettext("%(n)d agency is asked now.", "%(n)d agencies are asked now.", len(asked)) % {"n": len(asked)}
    messages.success(request, words if asked else _("They were asked already."))
    return True
