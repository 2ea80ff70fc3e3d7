"""Stage 4. A case is sent to agencies, which acknowledge it or are passed over."""

from cases.flow.dispatching.answering import NoLongerAsked, acknowledge, arrive, decline, end_all, give_outcome
from cases.flow.dispatching.asking import NotAllowed, tell_of_report
from cases.flow.dispatching.call_now import finish_call
from cases.flow.dispatching.calling import Call, called_and_cannot, called_and_took_it, log_call
from cases.flow.dispatching.escalating import place_known, start
from cases.flow.dispatching.exact_place import (
    NotYetTaken,
    PinLocked,
    PlaceRefused,
    WrongPin,
    open_place,
    open_place_again,
    open_place_for,
)
from cases.flow.dispatching.manual import CaseClosed, dispatch_to
from cases.flow.dispatching.silence import escalate_overdue
from cases.flow.dispatching.standing import Standing
from cases.flow.dispatching.withholding import look, tell_of_bundle, withhold

__all__ = [
    "Call",
    "CaseClosed",
    "NoLongerAsked",
    "NotAllowed",
    "NotYetTaken",
    "PinLocked",
    "PlaceRefused",
    "Standing",
    "WrongPin",
    "acknowledge",
    "arrive",
    "called_and_cannot",
    "called_and_took_it",
    "decline",
    "dispatch_to",
    "end_all",
    "escalate_overdue",
    "finish_call",
    "give_outcome",
    "log_call",
    "look",
    "open_place",
    "open_place_again",
    "open_place_for",
    "place_known",
    "start",
    "tell_of_bundle",
    "tell_of_report",
    "withhold",
]
