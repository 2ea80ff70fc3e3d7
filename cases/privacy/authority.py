"""What an officer may decide about cases and alerts. agencies.access compares the roles themselves."""

from agencies.access import is_administrator, is_desk, is_supervisor, scope_of
from agencies.models import Officer, Role

# The roles that may change rings. Each change needs two officers.
RING_CHANGERS = (Role.ADMIN, Role.SUPERVISOR)


def ring_scope_of(officer: Officer) -> frozenset[str] | None:
    """Return the provinces whose rings this officer may change; None: all, and the rings of the whole country."""
    if is_administrator(officer):
        return None
    return scope_of(officer).provinces if is_supervisor(officer) else frozenset()


def may_keep_track(officer: Officer, *, owner: int | None) -> bool:
    """Whether this officer may keep a track as evidence: the owner of the case, or a supervisor."""
    return is_supervisor(officer) or (is_desk(officer) and officer.pk == owner)
