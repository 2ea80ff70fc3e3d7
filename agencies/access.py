"""What each role may do. The only file that compares roles."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import add_never_cache_headers

from agencies.models import Agency, Officer, Role
from agencies.models.agency import AgencyQuerySet

View = TypeVar("View", bound=Callable[..., Any])

DESK = (Role.TRIAGE, Role.SUPERVISOR)
DIRECTORY = (Role.ADMIN, Role.SUPERVISOR)  # all agencies; others see their own
OWN_AGENCY = (Role.AGENCY, *DESK)  # whose work is that of one agency; an administrator's is the directory
CHANGERS = (Role.ADMIN, Role.SUPERVISOR, Role.AGENCY)  # of contact points and the PIN: see may_propose


def role_required(*roles: Role) -> Callable[[View], View]:
    """Only these roles may open the page; what it shows is never cached. The view may be a coroutine."""

    def decorate(view: View) -> View:
        guarded = _guard_async(view, roles) if iscoroutinefunction(view) else _guard(view, roles)
        guarded.allowed_roles = roles
        return guarded

    return decorate


def _guard(view: Callable[..., HttpResponseBase], roles: tuple[Role, ...]) -> Any:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        _refuse_others(request, roles)
        return _uncached(view(request, *args, **kwargs))

    return guarded


def _guard_async(view: Callable[..., Any], roles: tuple[Role, ...]) -> Any:
    @wraps(view)
    async def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # LoginRequiredMiddleware has read the user already: this asks no database.
        _refuse_others(request, roles)
        return _uncached(await view(request, *args, **kwargs))

    return guarded


def _refuse_others(request: HttpRequest, roles: tuple[Role, ...]) -> None:
    if getattr(request.user, "role", None) not in roles:
        raise PermissionDenied


def officer_of(request: HttpRequest) -> Officer:
    """The officer who asks, in a view that role_required guards."""
    assert isinstance(request.user, Officer)  # noqa: S101 - for the type checker; role_required has refused others
    return request.user


def _uncached(response: HttpResponseBase) -> HttpResponseBase:
    add_never_cache_headers(response)
    return response


@dataclass(frozen=True)
class Scope:
    """Where an officer's work is: these provinces (None: all), and the work of their own agency (None: of none)."""

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
    """Does `role_required` let this officer in?"""
    return officer.role in getattr(view, "allowed_roles", ())


def is_desk(officer: Officer) -> bool:
    return officer.role in DESK


def is_supervisor(officer: Officer) -> bool:
    return officer.role == Role.SUPERVISOR


def duty_managed_by(officer: Officer) -> AgencyQuerySet:
    """The agencies whose duty and opening hours this officer may change.

    An administrator's are all; a supervisor's the own one and those of the own provinces; an agency's officers
    manage their own, because a small station has nobody else with a login. Triage officers manage none.
    """
    found, own = Agency.objects.active(), Q(pk=officer.agency_id)
    if officer.role == Role.ADMIN:
        return found
    if officer.role == Role.SUPERVISOR:
        provinces = scope_of(officer).provinces
        return found if provinces is None else found.filter(own | Q(province__in=provinces))
    return found.filter(own) if officer.role == Role.AGENCY else found.none()


def duty_seen_by(officer: Officer) -> AgencyQuerySet:
    """Return the agencies whose duty the officer manages, and their own."""
    return duty_managed_by(officer) | Agency.objects.active().filter(pk=officer.agency_id)


def manages_others(officer: Officer) -> bool:
    """May this officer manage the duty of more agencies than their own?"""
    return officer.role in DIRECTORY


def may_change_abilities(officer: Officer) -> bool:
    """An agency does not say itself what it can do: the directory does."""
    return officer.role in DIRECTORY


# ---- The directory ----------------------------------------------------------------------------------


def agencies_seen_by(officer: Officer) -> QuerySet[Agency]:
    """The agencies whose page an officer may open: those who have the directory, all; others, their own."""
    if officer.role in DIRECTORY:
        return Agency.objects.active()
    return Agency.objects.active().filter(pk=officer.agency_id)


def may_propose(officer: Officer, agency: Agency) -> bool:
    """Propose a change of its contact points, verify them, set its PIN: an administrator, or the agency's own."""
    if officer.role == Role.ADMIN:
        return True
    return officer.role in CHANGERS and officer.agency_id == agency.pk


def may_confirm(officer: Officer, agency: Agency, *, proposed_by: int) -> bool:
    """The second person: anybody who could have proposed it, and did not."""
    return may_propose(officer, agency) and officer.pk != proposed_by


def is_administrator(officer: Officer) -> bool:
    return officer.role == Role.ADMIN


def require(is_allowed: bool) -> None:
    if not is_allowed:
        raise PermissionDenied
