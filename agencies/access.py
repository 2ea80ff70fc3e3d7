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
CASEWORK = (Role.AGENCY, *DESK)  # who may hear of cases at all
DIRECTORY = (Role.ADMIN, Role.SUPERVISOR)  # all agencies; others see their own
OWN_AGENCY = (Role.AGENCY, Role.TRIAGE, Role.SUPERVISOR)  # whose work is with one
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


def _uncached(response: HttpResponseBase) -> HttpResponseBase:
    add_never_cache_headers(response)
    return response


# Who may change whom an alert tells: two of them, for each change.
RING_KEEPERS = (Role.ADMIN, Role.SUPERVISOR)


def keeps_rings_of(officer: Officer) -> frozenset[str] | None:
    """The provinces whose rings this officer may propose and confirm; None: each, and those of the whole country."""
    if officer.role == Role.ADMIN:
        return None
    return scope_of(officer).provinces if officer.role == Role.SUPERVISOR else frozenset()


@dataclass(frozen=True)
class Scope:
    """The cases an officer may see: those of these provinces (None = all), sealed ones or the open ones,
    and those that the officer's own agency was asked to help with."""

    provinces: frozenset[str] | None = frozenset()
    is_custodian: bool = False
    dispatched_to: int | None = None


def scope_of(officer: Officer) -> Scope:
    if officer.role == Role.AGENCY:
        return Scope(dispatched_to=officer.agency_id)
    if officer.role not in DESK:
        return Scope()
    ours = officer.agency
    provinces = None if ours.is_last_resort or ours.is_custodian else _provinces_of(officer)
    return Scope(provinces=provinces, is_custodian=ours.is_custodian, dispatched_to=ours.pk)


def _provinces_of(officer: Officer) -> frozenset[str]:
    named = {area.code for area in officer.areas.all()}
    return frozenset(named or {officer.agency.province_id or ""})


def may_open(officer: Officer, view: Callable[..., Any]) -> bool:
    """Does `role_required` let this officer in?"""
    return officer.role in getattr(view, "allowed_roles", ())


def is_desk(officer: Officer) -> bool:
    return officer.role in DESK


def may_keep_track(officer: Officer, *, owner: int | None) -> bool:
    """Hold where a person went as evidence: whoever answers for the case, or a supervisor."""
    return officer.role == Role.SUPERVISOR or (is_desk(officer) and officer.pk == owner)


def is_supervisor(officer: Officer) -> bool:
    return officer.role == Role.SUPERVISOR


def keeps(officer: Officer) -> AgencyQuerySet:
    """The agencies whose duty and opening hours this officer may change.

    An administrator's are all; a supervisor's the own one and those of the own provinces; an agency's officers
    keep their own, because a small station has nobody else with a login. Triage officers keep none.
    """
    found, own = Agency.objects.active(), Q(pk=officer.agency_id)
    if officer.role == Role.ADMIN:
        return found
    if officer.role == Role.SUPERVISOR:
        provinces = scope_of(officer).provinces
        return found if provinces is None else found.filter(own | Q(province__in=provinces))
    return found.filter(own) if officer.role == Role.AGENCY else found.none()


def sees_duty_of(officer: Officer) -> AgencyQuerySet:
    """The own agency's duty is everybody's business there."""
    return keeps(officer) | Agency.objects.active().filter(pk=officer.agency_id)


def keeps_others(officer: Officer) -> bool:
    """Is there more to look after than the own agency?"""
    return officer.role in DIRECTORY


def may_change_abilities(officer: Officer) -> bool:
    """What an agency can do is the directory's word, not the agency's own."""
    return officer.role in DIRECTORY


def start_page(officer: Officer) -> str:
    """The name of the page that an officer lands on after the login."""
    return {
        Role.AGENCY: "responder-asked",
        Role.TRIAGE: "desk-queue",
        Role.SUPERVISOR: "desk-queue",
        Role.ADMIN: "directory",
    }[Role(officer.role)]


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
