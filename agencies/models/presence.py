"""Is somebody there now? By the duty that an agency plans, or else by its opening hours."""

from datetime import datetime
from typing import Any

from django.contrib.postgres.aggregates import BoolOr
from django.db import models
from django.db.models import Case, OuterRef, Q, Subquery, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.models.agency import AgencyQuerySet
from agencies.models.duty import Duty
from agencies.models.hours import minute_of_week


class Presence(models.TextChoices):
    """What is known of an agency at a moment. Empty: nothing, and that counts as open."""

    ON_DUTY = "ON_DUTY", _("somebody is on duty")
    NOBODY = "NOBODY", _("nobody is on duty now")  # it plans duty, and this is a gap
    OPEN = "OPEN", _("open now")
    CLOSED = "CLOSED", _("closed now")


def with_presence(agencies: AgencyQuerySet, *, now: datetime) -> Any:  # an AgencyQuerySet with two more columns
    """Each agency gets `presence`, and `is_ready`: nothing speaks against asking it now.

    Who plans duty is there when somebody is on duty, whatever the hours say; others when they are open.
    """
    shifts = Duty.objects.planned(now=now).filter(agency=OuterRef("pk")).order_by().values("agency")
    on_duty = BoolOr(Q(starts_at__lte=now, ends_at__gt=now))
    # A scalar question walks the index of duty once an agency; an EXISTS may be made into a scan of all duty.
    attended = Subquery(shifts.annotate(on_duty=on_duty).values("on_duty"))
    covered = Q(hours__covers=minute_of_week(now))
    closed_today = Q(closed_on__contains=[timezone.localtime(now).date()])
    presence = Case(
        When(attended=True, then=Value(Presence.ON_DUTY)),
        When(attended=False, then=Value(Presence.NOBODY)),
        When(closed_today, then=Value(Presence.CLOSED)),
        When(hours__isnull=True, then=Value("")),
        When(covered, then=Value(Presence.OPEN)),
        default=Value(Presence.CLOSED),
        output_field=models.CharField(),
    )
    return agencies.annotate(attended=attended).annotate(presence=presence).annotate(is_ready=READY)


READY = Case(When(presence__in=[Presence.NOBODY, Presence.CLOSED], then=Value(False)), default=Value(True))
