"""The page of a bundle: look, tell the nearest, and put away the reports that need nobody."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from agencies import clock
from agencies.access import DESK, officer_of, role_required
from cases.flow import casework, dispatching, triage
from cases.models import Bundle
from cases.pages.desk.forms import PutAwayForm
from cases.reads import bundles, queue


def _found(request: HttpRequest, pk: int) -> Bundle:
    bundle = bundles.bundle_for(officer_of(request), pk)
    if bundle is None:
        raise Http404
    return bundle


@role_required(*DESK)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _found(request, pk))


@require_POST
@role_required(*DESK)
def look(request: HttpRequest, pk: int) -> HttpResponse:
    told = dispatching.look(bundle=_found(request, pk), by=officer_of(request), now=clock.now())
    words = ngettext(
        "The nearest agencies are told of %(n)d case now.", "The nearest agencies are told of %(n)d cases now.", told
    )
    messages.success(request, words % {"n": told} if told else _("Written down: you have looked."))
    return redirect("desk-bundle", pk)


@require_POST
@role_required(*DESK)
def put_away(request: HttpRequest, pk: int) -> HttpResponse:
    """Put away the ticked reports, except those with words that nobody has read."""
    bundle, form = _found(request, pk), PutAwayForm(request.POST)
    if not form.is_valid():
        return _page(request, bundle, form)
    done, unread = _put_away(request, bundle, form)
    words = ngettext("%(n)d is put away.", "%(n)d are put away.", done) % {"n": done}
    messages.success(request, words)
    if unread:
        text = _("Not put away, because they carry words that nobody has read, or are part of a larger case:")
        messages.warning(request, f"{text} {', '.join(unread)}")
    return redirect("desk-bundle", pk)


def _put_away(request: HttpRequest, bundle: Bundle, form: PutAwayForm) -> tuple[int, list[str]]:
    """Return how many were put away, and the references of those that somebody has to read first."""
    officer, now = officer_of(request), clock.now()
    reason = triage.PutAwayReason(form.cleaned_data["reason"])
    done, unread = 0, []
    for report in bundles.ticked(officer, bundle=bundle, references=form.cleaned_data["references"]).only(
        "pk", "reference", "case"
    ):
        try:
            triage.put_away(report=report, reason=reason, by=officer, now=now)
            done += 1
        except triage.Unread:
            unread.append(report.reference)
        except (triage.AlreadyTriaged, casework.AlreadyClosed):
            continue  # a colleague was faster
    return done, unread


def _page(request: HttpRequest, bundle: Bundle, form: PutAwayForm | None = None) -> HttpResponse:
    officer, now = officer_of(request), clock.now()
    wanted = queue.Wanted(exercises=queue.Exercises.SHOWN, bundle=bundle.pk)
    after = queue.Cursor.parse(request.GET.get("after", ""))
    page = queue.page(officer=officer, wanted=wanted, after=after, now=now)
    context = {
        "bundle": bundle,
        "line": next(iter(bundles.lines(officer, only=bundle.pk)), None),
        "page": page,
        "to_read": bundles.unread_of([line.report.pk for line in page.lines]),
        "reasons": triage.PutAwayReason.choices,
        "form": form,
        "ticked": request.POST.getlist("references"),
    }
    return render(request, "desk/bundle.html", context)
