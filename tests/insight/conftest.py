"""Cases that somebody takes."""

from cases.flow import dispatching
from cases.privacy.actor import Actor


def take(case, *, now, kind="POLICE_STN"):
    dispatch = case.dispatches.get(agency__kind=kind)
    by = Actor.link_holder(dispatch)
    dispatching.acknowledge(dispatch=dispatch, name="Wichai", arrival_minutes=None, by=by, now=now)
