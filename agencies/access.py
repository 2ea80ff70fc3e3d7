"""What each role may do. No other file compares roles."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import add_never_cache_headers

from agencies.models import Agency, Officer, Role
from agencies.models.agency import AgencyQuerySet

View = TypeVar("View", bound=Callable[..., Any])

DESK = (Role.TRIAGE, Role.SUPERVISOR)
DIRECTORY = (Role.ADMIN, Role.SUPERVISOR)  # see all agencies; others see their own
OWN_AGENCY = (Role.AGENCY, *DESK)  # work for one agency; an administrator works on the directory
CHANGERS = (Role.ADMIN, Role.SUPERVISOR, Role.AGENCY)  # of contact points and the PIN: see may_propose


def role_required(*roles: Role) -> Callable[[View], View]:
    """Refuse all other roles, and let nothing cache what the page shows."""

    def decorate(view: View) -> View:
        guarded = _guard(view, roles)
        guarded.allowed_roles = roles
        return guarded

    return decorate


def _guard(view: Callable[..., HttpResponseBase], roles: tuple[Role, ...]) -> Any:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        _refuse_others(request, roles)
        return _uncached(view(request, *args, **kwargs))

    return guarded


def _refuse_others(request: HttpRequest, roles: tuple[Role, ...]) -> None:
    if getattr(request.user, "role", None) not in roles:
        raise PermissionDenied


def officer_of(request: HttpRequest) -> Officer:
    """Return the officer who asks, in a view that role_required guards."""
    assert isinstance(request.user, Officer)  # noqa: S101 - for the type checker; role_required has refused others
    return request.user


def _uncached(response: HttpResponseBase) -> HttpResponseBase:
    add_never_cache_headers(response)
    return response


@dataclass(frozen=True)
class Scope:
    """Where the work of an officer is: in these provinces (None: in all), and at their own agency (None: at none)."""

    provinces: frozenset[str] | None = frozenset()
    is_custodian: bool = False  # as their agency is
    agency: int | None = None


def scope_of(officer: Officer) -> Scope:
    if officer.role == Role.AGENCY:
        return Scope(agency=officer.agency_id)
    if officer.role not in DESK:
        return Scope()
    ours = officer.agency
    provinces = None if ours.is_last_resort or ours.is_custodian else _provinces_of(officer)
    return Scope(provinces=provinces, is_custodian=ours.is_custodian, agency=ours.pk)


def _provinces_of(officer: Officer) -> frozenset[str]:
    named = {area.code for area in officer.areas.all()}
    return frozenset(named or {officer.agency.province_id or ""})


def may_open(officer: Officer, view: Callable[..., Any]) -> bool:
    return officer.role in getattr(view, "allowed_roles", ())


def is_desk(officer: Officer) -> bool:
    return officer.role in DESK


def is_supervisor(officer: Officer) -> bool:
    return officer.role == Role.SUPERVISOR


def duty_managed_by(officer: Officer) -> AgencyQuerySet:
    """Return the agencies whose duty and opening hours this officer may change.

    For an administrator all; for a supervisor the own one and those of the own provinces; for an agency's officer the
    own one, because a small station has nobody else with a login. For a triage officer none.
    """
    found, own = Agency.objects.active(), Q(pk=officer.agency_id)
    if officer.role == Role.ADMIN:
        return found
    if officer.role == Role.SUPERVISOR:
        provinces = scope_of(officer).provinces
        return found if provinces is None else found.filter(own | Q(province__in=provinces))
    return found.filter(own) if officer.role == Role.AGENCY else found.none()


def duty_seen_by(officer: Officer) -> AgencyQuerySet:
    return duty_managed_by(officer) | Agency.objects.active().filter(pk=officer.agency_id)


def manages_others(officer: Officer) -> bool:
    return officer.role in DIRECTORY


def may_change_abilities(officer: Officer) -> bool:
    # The directory decides what an agency can do, not the agency.
    return officer.role in DIRECTORY


# ---- The directory ----------------------------------------------------------------------------------


def agencies_seen_by(officer: Officer) -> QuerySet[Agency]:
    """Return the agencies whose page an officer may open: all for the directory, the own one for others."""
    if officer.role in DIRECTORY:
        return Agency.objects.active()
    return Agency.objects.active().filter(pk=officer.agency_id)


def may_propose(officer: Officer, agency: Agency) -> bool:
    """Allow an administrator, or an officer of the agency itself, to change its contact points and its PIN."""
    if officer.role == Role.ADMIN:
        return True
    return officer.role in CHANGERS and officer.agency_id == agency.pk


def may_confirm(officer: Officer, agency: Agency, *, proposed_by: int) -> bool:
    """Allow everybody who may propose the change, but not the officer who did."""
    return may_propose(officer, agency) and officer.pk != proposed_by


def is_administrator(officer: Officer) -> bool:
    return officer.role == Role.ADMIN


def require(is_allowed: bool) -> None:
    if not is_allowed:
        raise PermissionDenied
