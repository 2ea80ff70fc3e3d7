"""Finding what a page is about. Answer 404 both when it does not exist and when this officer may not see it."""

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from agencies import access
from agencies.models import Agency, ContactPoint, Proposal


def found_agency(request: HttpRequest, pk: int) -> Agency:
    seen = access.agencies_seen_by(access.officer_of(request)).select_related("province", "district")
    return get_object_or_404(seen, pk=pk)


def changeable_agency(request: HttpRequest, pk: int) -> Agency:
    agency = found_agency(request, pk)
    if not access.may_propose(access.officer_of(request), agency):
        raise Http404
    return agency


def changeable_point(request: HttpRequest, pk: int, point: int) -> ContactPoint:
    agency = changeable_agency(request, pk)
    return get_object_or_404(ContactPoint.objects.listed().select_related("agency"), pk=point, agency=agency)


def found_proposal(request: HttpRequest, pk: int, proposal: int) -> Proposal:
    """Return a proposal, also a decided one: an officer who comes late reads what was decided."""
    agency = changeable_agency(request, pk)
    known = Proposal.objects.select_related("contact_point__agency", "replaces__agency", "proposed_by", "decided_by")
    return get_object_or_404(known, pk=proposal, contact_point__agency=agency)
