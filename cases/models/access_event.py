"""A trace: an officer or an agency opened a person's record, or was refused."""

from django.db import models

from agencies.models import Officer, StoredChoices
from cases.models.attachment import Attachment
from cases.models.case import Case
from cases.models.dispatch import Dispatch
from cases.models.report import Report


class AccessEvent(models.Model):
    class What(StoredChoices):
        CASE = "CASE"
        REPORT = "REPORT"
        PLACE = "PLACE"  # the exact place, by an agency
        FILE = "FILE"  # an attachment, shown or taken away

    at = models.DateTimeField()
    what = models.CharField(max_length=8, choices=What.listed)
    is_refused = models.BooleanField(default=False)
    officer = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    dispatch = models.ForeignKey(Dispatch, models.PROTECT, null=True, blank=True, related_name="+")
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="accesses")
    report = models.ForeignKey(Report, models.PROTECT, null=True, blank=True, related_name="+")
    attachment = models.ForeignKey(Attachment, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="cases_accessevent_somebody_read_something",
                condition=(models.Q(officer__isnull=False) | models.Q(dispatch__isnull=False))
                & (models.Q(case__isnull=False) | models.Q(report__isnull=False)),
            ),
        ]
