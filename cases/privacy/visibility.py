"""The cases, reports and dispatches that an officer may see. Every question about cases starts here."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q

from agencies.access import Scope, scope_of
from agencies.models import Officer
from cases.models import Case, Dispatch, Report
from cases.models.case import CaseQuerySet
from cases.models.dispatch import DispatchQuerySet
from cases.models.report import ReportQuerySet


def cases_for(officer: Officer) -> CaseQuerySet:
    """Return the cases of the officer's provinces (sealed ones for custodians only) and those sent to the agency."""
    scope = scope_of(officer)
    return Case.objects.filter(is_canary=False).filter(
        _in_area(scope, sealed="is_sealed") | Q(_sent_to_us(scope, case="pk"))
    )


def reports_for(officer: Officer) -> ReportQuerySet:
    """Return the reports that the officer may see, by the same rule; a report in a case is seen with its case.

    This joins the cases, because a subquery would list every case that ever was.
    """
    scope = scope_of(officer)
    alone = Q(_in_area(scope, sealed="officials_involved"), case__isnull=True)
    in_case = Q(_in_area(scope, sealed="is_sealed", of="case__"), case__isnull=False, case__is_canary=False)
    return Report.objects.filter(alone | in_case | Q(_sent_to_us(scope, case="case")))


def _sent_to_us(scope: Scope, *, case: str) -> Exists:
    return Exists(Dispatch.objects.live().filter(case=OuterRef(case), agency=scope.agency))


def _in_area(scope: Scope, *, sealed: str, of: str = "") -> Q:
    """Return a condition that is never an empty Q: or-ed with another, an empty Q vanishes and does not mean all."""
    everywhere = Q(pk__isnull=False)
    here = everywhere if scope.provinces is None else _of_provinces(scope.provinces, of)
    return here if scope.is_custodian else here & Q(**{of + sealed: False})


def _of_provinces(provinces: Collection[str], of: str) -> Q:
    return Q(**{f"{of}province__in": provinces}) | Q(**{f"{of}second_province__in": provinces})


def dispatches_for(officer: Officer) -> DispatchQuerySet:
    return Dispatch.objects.filter(agency=officer.agency_id)
