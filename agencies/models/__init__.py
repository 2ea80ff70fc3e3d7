"""The nouns of who can help."""

from agencies.models.agency import Agency, Capability
from agencies.models.area import Area
from agencies.models.choices import StoredChoices
from agencies.models.contact_point import ContactPoint, Proposal
from agencies.models.directory_event import DirectoryEvent
from agencies.models.duty import Duty, HandOver
from agencies.models.heartbeat import Heartbeat
from agencies.models.hotline import Hotline
from agencies.models.hours import ALWAYS, Span, Week
from agencies.models.inbound import LineEvent, LineReply, MalformedCall, Outcome, ProviderReceipt
from agencies.models.notification import Notification, Precedence
from agencies.models.officer import Officer, Role
from agencies.models.presence import Presence, with_presence
from agencies.models.transport_state import TransportState
from agencies.models.verification import LineTries, VerificationCode

__all__ = [
    "ALWAYS",
    "Agency",
    "Area",
    "Capability",
    "ContactPoint",
    "DirectoryEvent",
    "Duty",
    "HandOver",
    "Heartbeat",
    "Hotline",
    "LineEvent",
    "LineReply",
    "LineTries",
    "MalformedCall",
    "Notification",
    "Officer",
    "Outcome",
    "Precedence",
    "Presence",
    "Proposal",
    "ProviderReceipt",
    "Role",
    "Span",
    "StoredChoices",
    "TransportState",
    "VerificationCode",
    "Week",
    "with_presence",
]
