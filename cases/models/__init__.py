"""The tables of cases: what was reported, what was done about it, and what the database refuses."""

from cases.models.access_event import AccessEvent
from cases.models.acknowledgement_link import AcknowledgementLink
from cases.models.article import Article
from cases.models.attachment import Attachment
from cases.models.bundle import Bundle
from cases.models.call_now import CallNow
from cases.models.canary import Canary
from cases.models.case import Case
from cases.models.case_event import CaseEvent
from cases.models.consent import Consent
from cases.models.contact_rule import ContactOverride, ContactRule
from cases.models.conversation import Conversation
from cases.models.dispatch import Dispatch
from cases.models.erasure import Erasure
from cases.models.live_share import LiveShare
from cases.models.message import Message
from cases.models.note import Note
from cases.models.position import Position
from cases.models.report import Report
from cases.models.return_code import ReturnCode
from cases.models.ring_change import RingChange, RingDecision
from cases.models.ring_policy import RingPolicy

__all__ = [
    "AccessEvent",
    "AcknowledgementLink",
    "Article",
    "Attachment",
    "Bundle",
    "CallNow",
    "Canary",
    "Case",
    "CaseEvent",
    "Consent",
    "ContactOverride",
    "ContactRule",
    "Conversation",
    "Dispatch",
    "Erasure",
    "LiveShare",
    "Message",
    "Note",
    "Position",
    "Report",
    "ReturnCode",
    "RingChange",
    "RingDecision",
    "RingPolicy",
]
