"""The menu entries and links that this room adds to the frame of an officer's page."""

from django.utils.translation import gettext_lazy as _

from agencies import frame
from agencies.frame import Entry, Slot

frame.enter(
    Entry(Slot.MENU, "desk-queue", _("Queue"), rank=10, badge="desk/_counts.html"),
    Entry(Slot.MENU, "responder-asked", _("Asked of us"), rank=20),
    Entry(Slot.DIRECTORY, "rings", _("Rings"), rank=10),
    Entry(Slot.DIRECTORY, "preflight", _("Would an alert reach somebody?"), rank=20),
    Entry(Slot.DIRECTORY, "texts", _("Texts for the public"), rank=30),
    Entry(Slot.HANDING_OVER, "desk-hand-over", _("Hand over")),
    Entry(Slot.HANDING_OVER, "responder-hand-over", _("Hand over")),
)
