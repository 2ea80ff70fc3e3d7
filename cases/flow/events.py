"""What the flow writes into a case's history: the kinds of events, their wording, and how each fact is said."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.models import Attachment, Case, Consent, ContactRule, LiveShare, Report
from cases.privacy.event_kinds import EventContext, Words, area, choice, itself, label, register
from cases.reads.case_map import SOURCES


def _source(code: str, _context: EventContext) -> str:
    return str(SOURCES.get(code, ""))


def _consents(said: dict[str, bool], _context: EventContext) -> str:
    answers = {True: gettext("yes"), False: gettext("no")}
    return " · ".join(f"{who.label}: {answers[said[who]]}" for who in Consent.Recipient if who in said)


def _ways(ways: list[str], _context: EventContext) -> str:
    return ", ".join(label(ContactRule.Way, way) for way in ways)


def _parts(parts: list[str], _context: EventContext) -> str:
    return ", ".join(label(ContactRule.Part, part) for part in parts)


def _code_word(is_said: bool, _context: EventContext) -> str:
    return gettext("code word said") if is_said else ""


def _override(is_override: bool, _context: EventContext) -> str:
    return gettext("against the person's word") if is_override else ""


# ---- A case begins, moves and ends -----------------------------------------------------------------------------

OPENED = register("OPENED", _("opened"), {"report": None, "urgency": choice(Case.Urgency), "may_tell": None})
REPORT_JOINED = register("REPORT_JOINED", _("report joined"), {"report": itself})
TAKEN = register("TAKEN", _("an officer answers for it"))
NOTED = register("NOTED", _("note"), {"text": None})
REROUTED = register("REROUTED", _("moved to another province"), {"from": area, "to": area}, between=" → ")
WIDENING_REVIEWED = register("WIDENING_REVIEWED", _("widening reviewed by a second person"))
CLOSED = register("CLOSED", _("closed"), {"reason": choice(Case.ClosureReason)})

# ---- What the person adds, and what is said to them ------------------------------------------------------------

PLACE_ADDED = register("PLACE_ADDED", _("place added"), {"source": _source})
SHARING_STARTED = register("SHARING_STARTED", _("shares where they are"))
SHARING_LONGER = register("SHARING_LONGER", _("shares for longer where they are"))
SHARING_STOPPED = register(
    "SHARING_STOPPED", _("shares no longer where they are"), {"by": choice(LiveShare.StoppedBy)}
)
MOVED_AWAY = register("MOVED_AWAY", _("moved into another province"), {"province": area})
TRACK_KEPT = register("TRACK_KEPT", _("the track is held as evidence"), {"reason": None})
MESSAGE_ADDED = register("MESSAGE_ADDED", _("message from the reporter"), {"text": None})
FILE_ADDED = register("FILE_ADDED", _("file from the reporter"), {"kind": choice(Attachment.Kind)})
FILE_REFUSED = register(
    "FILE_REFUSED",
    _("file destroyed: it cannot be shown"),
    {"kind": choice(Attachment.Kind), "reason": choice(Attachment.Refusal)},
)
ANSWERED = register("ANSWERED", _("message to the reporter"), {"text": None})
WITHDRAWN = register("WITHDRAWN", _("the reporter asks us to stop"), {"report": None})

# ---- How the person may be reached, and who may know -----------------------------------------------------------

_RULE: dict[str, Words | None] = {
    "report": None,
    "heard": choice(ContactRule.Heard),
    "safe_contact": choice(Report.SafeContact),
    "ways": _ways,
    "parts": _parts,
}
_CONSENT: dict[str, Words | None] = {"report": None, "heard": choice(ContactRule.Heard), "said": _consents}
_CONTACT: dict[str, Words | None] = {
    "report": None,
    "way": choice(ContactRule.Way),
    "reached": choice(ContactRule.Reached),
    "code_word": _code_word,
    "override": _override,
}

CONTACT_HIDDEN = register("CONTACT_HIDDEN", _("contact details hidden by the reporter"), {"report": None})
CONTACT_SHOWN = register("CONTACT_SHOWN", _("contact details shown again by the reporter"), {"report": None})
CONTACT_RULE = register("CONTACT_RULE", _("the reporter says anew how they may be contacted"), _RULE)
CONTACT_RULE_HEARD = register(
    "CONTACT_RULE_HEARD", _("written down as told: how the reporter may be contacted"), _RULE
)
CONTACT_OPENED = register(
    "CONTACT_OPENED", _("contact details opened although the reporter said no"), {"report": None, "reason": None}
)
CONTACT_REVIEWED = register(
    "CONTACT_REVIEWED", _("opening of the contact details reviewed by a second person"), {"report": None}
)
CONTACTED = register("CONTACTED", _("the reporter was contacted"), _CONTACT)
CONSENT = register("CONSENT", _("the reporter says anew who may know"), _CONSENT)
CONSENT_HEARD = register("CONSENT_HEARD", _("written down as told: who may know"), _CONSENT)
