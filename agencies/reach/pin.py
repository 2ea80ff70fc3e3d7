"""An agency's PIN, which opens the exact place behind the link in a message."""

from datetime import datetime
from itertools import pairwise

from django.contrib.auth.hashers import make_password
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from agencies import access
from agencies.models import Agency, DirectoryEvent, Hotline, Notification, Officer
from agencies.reach import messages

SHORTEST, LONGEST = 4, 8


class Why(models.TextChoices):
    SHAPE = "SHAPE", _("A PIN is 4 to 8 digits.")
    REPEATED = "REPEATED", _("It repeats itself (0000, 1212): that is tried first. Choose another one.")
    RUN = "RUN", _("It counts up or down (1234, 8765): that is tried first. Choose another one.")
    YEAR = "YEAR", _("It is a year: those are tried early. Choose another one.")
    KNOWN = "KNOWN", _("It is a telephone number that everybody knows. Choose another one.")


class PinTooSimple(Exception):
    """Somebody who guesses would try this PIN early; `why` gives the reason."""

    def __init__(self, why: Why) -> None:
        super().__init__()
        self.why = why


def set_pin(*, agency: Agency, pin: str, by: Officer, now: datetime) -> Agency:
    """Set or change the PIN and tell all contact points. The old PIN, and what it opened, are no longer valid.

    Raises PinTooSimple.
    """
    access.require(access.may_propose(by, agency))
    if why := weakness_of(pin, agency):
        raise PinTooSimple(why)
    return _set(agency, make_password(pin), by=by, now=now)  # hashed before the lock, because others may be hashing


@transaction.atomic
def _set(agency: Agency, hashed: str, *, by: Officer, now: datetime) -> Agency:
    agency = Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
    is_first = not agency.pin_hash
    agency.pin_hash, agency.pin_wrong, agency.pin_wrong_since = hashed, 0, None
    agency.save(update_fields=["pin_hash", "pin_wrong", "pin_wrong_since"])
    kind = DirectoryEvent.Kind.PIN_SET if is_first else DirectoryEvent.Kind.PIN_CHANGED
    event = DirectoryEvent.record(kind, agency=agency, by=by, now=now)
    points = agency.contact_points.usable().select_related("agency").defer("address")
    if owed := [messages.pin(is_first=is_first, to=to, key=f"pin/{event.pk}", now=now) for to in points]:
        Notification.objects.owe(owed)
    return agency


def weakness_of(pin: str, agency: Agency) -> Why | None:
    if not (pin.isascii() and pin.isdecimal() and SHORTEST <= len(pin) <= LONGEST):
        return Why.SHAPE
    if _repeats(pin):
        return Why.REPEATED
    if {int(after) - int(before) for before, after in pairwise(pin)} in ({1}, {-1}):
        return Why.RUN
    if len(pin) == 4 and (1900 <= int(pin) <= 2099 or 2440 <= int(pin) <= 2599):
        return Why.YEAR
    return Why.KNOWN if _is_known(pin, agency) else None


def _repeats(pin: str) -> bool:
    parts = (pin[:length] for length in range(1, len(pin) // 2 + 1) if len(pin) % length == 0)
    return any(part * (len(pin) // len(part)) == pin for part in parts)


def _is_known(pin: str, agency: Agency) -> bool:
    own = "".join(mark for mark in agency.phone if mark.isdecimal())
    return pin in own or Hotline.objects.filter(number=pin).exists()
