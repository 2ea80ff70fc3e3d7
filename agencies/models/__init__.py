"""The nouns of who can help."""

from agencies.models.agency import Agency, Capability
from agencies.models.area import Area
from agencies.models.contact_point import ContactPoint
from agencies.models.duty import Duty, HandOver
from agencies.models.encrypted import EncryptedTextField, digest, digests
from agencies.models.heartbeat import Heartbeat
from agencies.models.hotline import Hotline
from agencies.models.hours import ALWAYS, Span, Week
from agencies.models.notification import Notification
from agencies.models.officer import Officer, Role
from agencies.models.presence import Presence, with_presence

__all__ = [
    "ALWAYS",
    "Agency",
    "Area",
    "Capability",
    "ContactPoint",
    "Duty",
    "EncryptedTextField",
    "HandOver",
    "Heartbeat",
    "Hotline",
    "Notification",
    "Officer",
    "Presence",
    "Role",
    "Span",
    "Week",
    "digest",
    "digests",
    "with_presence",
]
