"""Stage 4. A case is sent to agencies, which acknowledge it or are passed over."""

from cases.flow.dispatching.answers import (
    NoLongerAsked,
    acknowledge,
    arrive,
    decline,
    end_all,
    give_outcome,
)
from cases.flow.dispatching.asking import tell_of_report
from cases.flow.dispatching.bounds import NotAllowed, allows, widen
from cases.flow.dispatching.bundles import hold_back, look, tell_of_bundle
from cases.flow.dispatching.choosing import Target
from cases.flow.dispatching.manual import CaseClosed, candidates, dispatch_to
from cases.flow.dispatching.place import (
    LoginNeeded,
    NotYetTaken,
    PinLocked,
    PlaceRefused,
    WrongPin,
    open_place,
    open_place_again,
    open_place_for,
)
from cases.flow.dispatching.plan import plan_for, plan_for_canary, preflight
from cases.flow.dispatching.rings import place_known, start
from cases.flow.dispatching.silence import escalate_overdue

__all__ = [
    "CaseClosed",
    "LoginNeeded",
    "NoLongerAsked",
    "NotAllowed",
    "NotYetTaken",
    "PinLocked",
    "PlaceRefused",
    "Target",
    "WrongPin",
    "acknowledge",
    "allows",
    "arrive",
    "candidates",
    "decline",
    "dispatch_to",
    "end_all",
    "escalate_overdue",
    "give_outcome",
    "hold_back",
    "look",
    "open_place",
    "open_place_again",
    "open_place_for",
    "place_known",
    "plan_for",
    "plan_for_canary",
    "preflight",
    "start",
    "tell_of_bundle",
    "tell_of_report",
    "widen",
]
