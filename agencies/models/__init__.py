"""The nouns of who can help."""

from agencies.models.agency import Agency, Capability
from agencies.models.area import Area
from agencies.models.contact_point import ContactPoint
from agencies.models.encrypted import EncryptedTextField, digest
from agencies.models.heartbeat import Heartbeat
from agencies.models.hotline import Hotline
from agencies.models.inbound import LineEvent, LineReply, Outcome, ProviderReceipt
from agencies.models.notification import Notification
from agencies.models.officer import Officer, Role

__all__ = [
    "Agency",
    "Area",
    "Capability",
    "ContactPoint",
    "EncryptedTextField",
    "Heartbeat",
    "Hotline",
    "LineEvent",
    "LineReply",
    "Notification",
    "Officer",
    "Outcome",
    "ProviderReceipt",
    "Role",
    "digest",
]
