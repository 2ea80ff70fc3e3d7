"""The way from a page into a record."""

from collections.abc import Callable
from typing import TypeVar

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from agencies.access import officer_of
from cases.models import Attachment, Case, Dispatch, Report
from cases.privacy import reading

Record = TypeVar("Record", Case, Report, Attachment)


def _found(find: Callable[..., Record], request: HttpRequest, **sought: str) -> Record:
    """Answer 404 both when the record does not exist and when this officer may not see it."""
    try:
        return find(officer=officer_of(request), now=timezone.now(), **sought)
    except reading.NotForYou as error:
        raise Http404 from error


def found_case(request: HttpRequest, reference: str) -> Case:
    """For a verb: nothing personal is loaded."""
    return _found(reading.find_case, request, reference=reference)


def opened_case(request: HttpRequest, reference: str) -> Case:
    """For reading: the trace is left."""
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
    """To where it is read: in its case, or by itself."""
    return redirect("desk-case", report.case.reference) if report.case else redirect("desk-report", report.reference)
