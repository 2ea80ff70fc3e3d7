"""What dispatching writes into a case's history: the kinds of events, their wording, and how each fact is said."""

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from agencies.models import Presence
from cases.models import CallNow, Dispatch, Note
from cases.privacy.event_kinds import EventContext, Words, choice, label, register


def _flood(of_many: int, _context: EventContext) -> str:
    return gettext("more than %(n)d within an hour") % {"n": of_many - 1}


def _distance(metres: int | None, context: EventContext) -> str:
    """Return the distance in kilometres, but nothing for an agency whose place is secret."""
    dispatch = context.event.dispatch
    if metres is None or dispatch is None or dispatch.agency.location_secret:
        return ""
    return gettext("%(km).1f km away") % {"km": metres / 1000}


def _unreachable(is_unreachable: bool | None, _context: EventContext) -> str:
    return gettext("no address to write to: call them") if is_unreachable else ""


def _ring(ring: int, _context: EventContext) -> str:
    return gettext("ring %(ring)d") % {"ring": ring}


def _acknowledged_by(_commitment: object, context: EventContext) -> str:
    """Return the name from the dispatch until it is erased there: the fact is only a commitment to it."""
    return context.event.dispatch.acknowledged_by_name if context.event.dispatch else ""


def _there_in(minutes: int | None, _context: EventContext) -> str:
    if minutes is None:
        return ""
    return ngettext("there in %(n)d minute", "there in %(n)d minutes", minutes) % {"n": minutes}


def _means(means: str | None, _context: EventContext) -> str:
    return label(Note.Means, means or Note.Means.PHONE)


def _answered_by(_commitment: object, context: EventContext) -> str:
    """Return the name from the note until it is erased there: the fact is only a commitment to it."""
    return context.note.answered_by if context.note else ""


# ---- Asking ----------------------------------------------------------------------------------------------------

_ASKED: dict[str, Words | None] = {
    "why": choice(Dispatch.Why),
    "metres": _distance,
    "presence": choice(Presence),
    "no_contact_point": _unreachable,
    "ring": None,
}
_REMINDED: dict[str, Words | None] = {**dict.fromkeys(_ASKED), "no_contact_point": _unreachable}

HELD_BACK = register(
    "HELD_BACK",
    _("one of many from one network: the desk looks first"),
    {"of_many": _flood, "bundle": None},
)
RELEASED = register("RELEASED", _("told to the others as well"))
ASKED = register("ASKED", _("agency asked"), _ASKED)
ASKED_AGAIN = register("ASKED_AGAIN", _("agency asked again"), _ASKED)
REMINDED = register("REMINDED", _("reminded: no word since it was taken"), _REMINDED)
NOBODY_TO_ASK = register("NOBODY_TO_ASK", _("nobody left to ask in this ring"), {"ring": _ring})
ESCALATED = register("ESCALATED", _("next ring"), {"ring": _ring})
RED = register("RED", _("red: nobody holds it"), {"ring": None})
WIDENED = register("WIDENED", _("told beyond what the person allowed"), {"reason": None})

# ---- Answers ---------------------------------------------------------------------------------------------------

ACKNOWLEDGED = register("ACKNOWLEDGED", _("acknowledged"), {"name": _acknowledged_by, "minutes": _there_in})
DECLINED = register("DECLINED", _("declined"), {"reason": choice(Dispatch.DeclineReason), "had_acknowledged": None})
HELD = register("HELD", _("held"))
NO_LONGER_HELD = register("NO_LONGER_HELD", _("no longer held"))
ARRIVED = register("ARRIVED", _("arrived"))
OUTCOME = register("OUTCOME", _("outcome"), {"outcome": choice(Dispatch.Outcome)})
CALLED = register(
    "CALLED",
    _("call"),
    {"means": _means, "result": choice(Note.CallResult), "answered_by": _answered_by},
)
CALL_DONE = register("CALL_DONE", _("called down the list"), {"result": choice(CallNow.Result)})
