"""What an officer may decide about cases and alerts. The roles themselves are compared in agencies.access."""

from agencies.access import is_administrator, is_desk, is_supervisor, scope_of
from agencies.models import Officer, Role

# Who may change whom an alert tells: two of them, for each change.
RING_CHANGERS = (Role.ADMIN, Role.SUPERVISOR)


def ring_scope_of(officer: Officer) -> frozenset[str] | None:
    """The provinces whose rings this officer may propose and confirm; None: each, and those of the whole country."""
    if is_administrator(officer):
        return None
    return scope_of(officer).provinces if is_supervisor(officer) else frozenset()


def may_keep_track(officer: Officer, *, owner: int | None) -> bool:
    """Keep where a person went as evidence: whoever answers for the case, or a supervisor."""
    return is_supervisor(officer) or (is_desk(officer) and officer.pk == owner)
