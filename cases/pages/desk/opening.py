"""The way into a record. Not theirs is answered like not there."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from agencies.access import officer_of
from cases.models import Attachment, Case, Dispatch, Report
from cases.privacy import reading


def found_case(request: HttpRequest, reference: str) -> Case:
    """For a verb: nothing personal is loaded."""
    try:
        return reading.find_case(reference=reference, officer=officer_of(request), now=timezone.now())
    except reading.NotForYou as error:
        raise Http404 from error


def opened_case(request: HttpRequest, reference: str) -> Case:
    """For reading: the trace is left."""
    try:
        return reading.open_case(reference=reference, officer=officer_of(request), now=timezone.now())
    except reading.NotForYou as error:
        raise Http404 from error


def found_dispatch(request: HttpRequest, reference: str, pk: int) -> Dispatch:
    case = found_case(request, reference)
    return get_object_or_404(case.dispatches.select_related("agency", "case").defer("case__widened_reason"), pk=pk)


def found_report(request: HttpRequest, reference: str) -> Report:
    try:
        return reading.find_report(reference=reference, officer=officer_of(request), now=timezone.now())
    except reading.NotForYou as error:
        raise Http404 from error


def opened_report(request: HttpRequest, reference: str) -> Report:
    try:
        return reading.open_report(reference=reference, officer=officer_of(request), now=timezone.now())
    except reading.NotForYou as error:
        raise Http404 from error


def page_of(report: Report) -> HttpResponse:
    """To where it is read: in its case, or by itself."""
    return redirect("desk-case", report.case.reference) if report.case else redirect("desk-report", report.reference)


def opened_file(request: HttpRequest, key: str) -> Attachment:
    try:
        return reading.open_file(key=key, officer=officer_of(request), now=timezone.now())
    except reading.NotForYou as error:
        raise Http404 from error
