"""What this room enters into the frame of an officer's page."""

from django.utils.translation import gettext_lazy as _

from agencies import frame
from agencies.frame import Entry, Slot

frame.enter(Entry(Slot.LEAVING, "logout", _("Log out")))
