"""Find and open the records of the desk's pages."""

from collections.abc import Callable
from typing import TypeVar

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from agencies import clock
from agencies.access import officer_of
from cases.models import Attachment, Case, Dispatch, Report
from cases.privacy import reading

Record = TypeVar("Record", Case, Report, Attachment)


def _found(find: Callable[..., Record], request: HttpRequest, **sought: str) -> Record:
    """Answer 404 both when the record does not exist and when this officer may not see it."""
    try:
        return find(officer=officer_of(request), now=clock.now(), **sought)
    except reading.NotForYou as error:
        raise Http404 from error


def found_case(request: HttpRequest, reference: str) -> Case:
    """Return the case for a verb, with nothing personal loaded."""
    return _found(reading.find_case, request, reference=reference)


def opened_case(request: HttpRequest, reference: str) -> Case:
    """Return the case for reading, and leave a trace of it."""
    return _found(reading.open_case, request, reference=reference)


def found_report(request: HttpRequest, reference: str) -> Report:
    return _found(reading.find_report, request, reference=reference)


def opened_report(request: HttpRequest, reference: str) -> Report:
    return _found(reading.open_report, request, reference=reference)


def opened_file(request: HttpRequest, key: str) -> Attachment:
    return _found(reading.open_file, request, key=key)


def found_dispatch(request: HttpRequest, reference: str, pk: int) -> Dispatch:
    case = found_case(request, reference)
    return get_object_or_404(case.dispatches.select_related("agency", "case").defer("case__widened_reason"), pk=pk)


def page_of(report: Report) -> HttpResponse:
    """Redirect to the page on which the report is read: that of its case, or its own."""
    return redirect("desk-case", report.case.reference) if report.case else redirect("desk-report", report.reference)
