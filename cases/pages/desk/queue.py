"""The page of the queue."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from agencies import clock
from agencies.access import DESK, officer_of, role_required
from cases.pages.desk.forms import QueueForm
from cases.reads import bundles, queue

# The reports of the demo are exercises, and a newcomer has to see them.
EXERCISES = queue.Exercises.SHOWN if settings.IS_DEMO else queue.Exercises.HIDDEN


@role_required(*DESK)
def show(request: HttpRequest) -> HttpResponse:
    """Show the page, or only its rows to a screen that is open already."""
    officer, now = officer_of(request), clock.now()
    said = request.GET.get("reference", "")
    if said and (report := queue.reference_known(officer=officer, text=said)):
        return redirect("desk-report", report.reference)
    form = QueueForm(request.GET, provinces=queue.provinces(officer), exercises=EXERCISES)
    wanted = form.wanted()
    after = queue.Cursor.parse(request.GET.get("after", ""))
    counts = queue.counts(officer=officer, exercises=wanted.exercises, now=now)
    has_bundles = counts.bundled and not after and wanted.view != queue.View.MINE
    context = {
        "form": form,
        "wanted": wanted,
        "said": said,
        "views": queue.View,
        "page": queue.page(officer=officer, wanted=wanted, after=after, now=now),
        "bundles": bundles.lines(officer) if has_bundles else [],
        "counts": counts,
    }
    return render(request, "desk/_queue.html" if request.htmx else "desk/queue.html", context)  # type: ignore[attr-defined]
