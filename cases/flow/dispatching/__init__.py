"""Stage 4. A case is sent to agencies, which acknowledge it or are passed over."""

from cases.flow.dispatching.answers import (
    NoLongerAsked,
    acknowledge,
    arrive,
    decline,
    end_all,
    give_outcome,
)
from cases.flow.dispatching.asking import NotAllowed, tell_of_report
from cases.flow.dispatching.bundles import hold_back, look, tell_of_bundle
from cases.flow.dispatching.call_now import finish_call
from cases.flow.dispatching.calls import Call, called_and_cannot, called_and_took_it, log_call
from cases.flow.dispatching.manual import CaseClosed, dispatch_to
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
from cases.flow.dispatching.ring_changes import (
    AlreadyDecided,
    AlreadyProposed,
    RingsRefused,
    SamePerson,
    confirm_rings,
    propose_rings,
    withdraw_rings,
)
from cases.flow.dispatching.rings import place_known, start
from cases.flow.dispatching.silence import escalate_overdue
from cases.flow.dispatching.standing import Standing
from cases.flow.dispatching.widening import widen

__all__ = [
    "AlreadyDecided",
    "AlreadyProposed",
    "Call",
    "CaseClosed",
    "LoginNeeded",
    "NoLongerAsked",
    "NotAllowed",
    "NotYetTaken",
    "PinLocked",
    "PlaceRefused",
    "RingsRefused",
    "SamePerson",
    "Standing",
    "WrongPin",
    "acknowledge",
    "arrive",
    "called_and_cannot",
    "called_and_took_it",
    "confirm_rings",
    "decline",
    "dispatch_to",
    "end_all",
    "escalate_overdue",
    "finish_call",
    "give_outcome",
    "hold_back",
    "log_call",
    "look",
    "open_place",
    "open_place_again",
    "open_place_for",
    "place_known",
    "propose_rings",
    "start",
    "tell_of_bundle",
    "tell_of_report",
    "widen",
    "withdraw_rings",
]
