"""Whether somebody is there now: by the planned duty, or else by the opening hours."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.models.agency import AgencyQuerySet
from agencies.models.choices import StoredChoices
from agencies.models.duty import PLANS_WITHIN
from agencies.models.hours import minute_of_week


class Presence(StoredChoices):
    """What is known of an agency at a moment. The empty string: nothing is known, which counts as open."""

    ON_DUTY = "ON_DUTY", _("somebody is on duty")
    NOBODY = "NOBODY", _("nobody is on duty now")  # it plans duty, and this is a gap
    OPEN = "OPEN", _("open now")
    CLOSED = "CLOSED", _("closed now")


ABSENT = (Presence.NOBODY, Presence.CLOSED)


def with_presence(agencies: AgencyQuerySet, *, now: datetime) -> Any:  # an AgencyQuerySet with one more column
    """Annotate each agency with its `presence` at `now`.

    Where duty is planned, somebody is there while somebody is on duty; elsewhere, while the agency is open.
    """
    return agencies.annotate(presence=_At(now))


class _At(models.Func):
    """The presence in SQL: first the planned duty, then the hours. It searches the index of duty once an agency.

    The ORM took longer to compose this than the database to find the nearest agencies.
    """

    output_field = models.CharField()
    sql = """COALESCE(
        (SELECT CASE WHEN bool_or(d.starts_at <= %s AND d.ends_at > %s) THEN 'ON_DUTY' ELSE 'NOBODY' END
           FROM agencies_duty d JOIN agencies_officer o ON o.id = d.officer_id
          WHERE d.agency_id = {pk} AND d.ends_at > %s AND o.is_active AND o.agency_id = d.agency_id
          GROUP BY d.agency_id),
        CASE WHEN %s = ANY({closed_on}) THEN 'CLOSED' WHEN {hours} IS NULL THEN ''
             WHEN {hours} @> %s::int THEN 'OPEN' ELSE 'CLOSED' END)"""

    def __init__(self, now: datetime) -> None:
        super().__init__("pk", "closed_on", "hours")
        self.now = now

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper, **_extra: Any) -> tuple[str, tuple[Any, ...]]:  # type: ignore[override]
        pk, closed_on, hours = (compiler.compile(source)[0] for source in self.get_source_expressions())
        today = timezone.localtime(self.now).date()
        values = (self.now, self.now, self.now - PLANS_WITHIN, today, minute_of_week(self.now))
        return self.sql.format(pk=pk, closed_on=closed_on, hours=hours), values
