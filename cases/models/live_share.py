"""For a while a phone says where it is, because the person pressed a button for it. The share ends by itself."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agencies.models import Officer, StoredChoices
from cases.models.report import Report
from vault import EncryptedTextField

LASTS_AT_MOST = timedelta(hours=2)


class LiveShareQuerySet(models.QuerySet["LiveShare"]):
    def live(self, *, now: datetime) -> Self:
        return self.filter(stopped_at__isnull=True, ends_at__gt=now, report__settled_at__isnull=True)

    def with_report(self) -> Self:
        """Join the report, without what the person wrote."""
        return self.select_related("report").defer(*(f"report__{name}" for name in Report.PERSONAL))


class LiveShare(models.Model):
    class StoppedBy(StoredChoices):
        REPORTER = "REPORTER", _("stopped by the person")
        WITHDRAWAL = "WITHDRAWAL", _("the person asked us to stop everything")

    report = models.ForeignKey(Report, models.CASCADE, related_name="shares")
    started_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_by = models.CharField(max_length=10, choices=StoppedBy.listed, blank=True, default="")
    points = models.PositiveSmallIntegerField(default=0)  # how many positions it has; see flow.sharing.MOST_POINTS

    # Kept as evidence. Otherwise the track is erased three days after the case was closed.
    kept_at = models.DateTimeField(null=True, blank=True)
    kept_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    kept_reason = EncryptedTextField(blank=True, default="")

    objects = LiveShareQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="cases_liveshare_ends_within_two_hours",
                condition=Q(ends_at__gt=F("started_at"), ends_at__lte=F("started_at") + LASTS_AT_MOST),
            ),
            models.CheckConstraint(
                name="cases_liveshare_stopped_by_somebody",
                condition=Q(stopped_at__isnull=True, stopped_by="") | Q(stopped_at__isnull=False) & ~Q(stopped_by=""),
            ),
            models.CheckConstraint(
                name="cases_liveshare_kept_says_who_and_why",
                condition=Q(kept_at__isnull=True) | Q(kept_by__isnull=False) & ~Q(kept_reason=""),
            ),
        ]

    def is_live(self, now: datetime) -> bool:
        return self.stopped_at is None and now < self.ends_at and self.report.settled_at is None

    @property
    def ended_at(self) -> datetime:
        """The moment at which the share ended or will end."""
        return min(filter(None, [self.stopped_at, self.report.settled_at, self.ends_at]))
