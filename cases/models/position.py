"""Where a person was, as they or their phone said. A report may have many; the first is never overwritten."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.db.models import Q

from agencies.models import Area, StoredChoices
from cases.models.live_share import LiveShare
from cases.models.report import Report
from vault import EncryptedTextField


class PositionQuerySet(models.QuerySet["Position"]):
    def surest_first(self) -> PositionQuerySet:
        """Order by doubt: measured or marked places, places read from words, photos; within each the newest first."""
        unsure = {f"is_{source.lower()}": Q(source=source) for source in Position.SECOND_HAND}
        return self.alias(**unsure).order_by(*reversed(unsure), "-captured_at", "-pk")

    def surer_than(self, position: Position) -> PositionQuerySet:
        if not position.doubt:
            return self.none()
        return self.exclude(source__in=Position.SECOND_HAND[position.doubt - 1 :])

    def places(self) -> PositionQuerySet:
        """Leave out the points of live shares: what remains the person said or sent one by one."""
        return self.filter(share__isnull=True)


class Position(models.Model):
    class Source(StoredChoices):
        GPS = "GPS"
        PIN = "PIN"
        AREA = "AREA"  # a province, district or sub-district that the person chose
        TEXT = "TEXT"  # a landmark in words
        READ = "READ"  # read out of the words: degrees, a link of a map, a Plus Code
        PHOTO = "PHOTO"  # where a photo says that it was taken, which may be long ago

    SECOND_HAND = (Source.READ, Source.PHOTO)  # the less sure last

    report = models.ForeignKey(Report, models.CASCADE, related_name="positions")
    source = models.CharField(max_length=5, choices=Source.listed)
    # geography, WGS 84, longitude first. Not encrypted, for the index; coarsened on the retention day.
    point = models.PointField(geography=True, null=True, blank=True)
    accuracy_m = models.PositiveIntegerField(null=True, blank=True)  # radius of 68 % confidence, metres
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    text = EncryptedTextField(blank=True, default="")
    captured_at = models.DateTimeField()  # by the phone's clock, but never later than received_at
    received_at = models.DateTimeField()
    # Set for a point of a track, which is kept for a shorter time than a place that was sent by itself.
    share = models.ForeignKey(LiveShare, models.CASCADE, null=True, blank=True, related_name="positions")

    objects = PositionQuerySet.as_manager()

    @property
    def doubt(self) -> int:
        """0: measured by a phone or marked by a person. 1: read from words. 2: taken from a photo."""
        return self.SECOND_HAND.index(Position.Source(self.source)) + 1 if self.source in self.SECOND_HAND else 0

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="cases_position_says_where",
                condition=Q(point__isnull=False) | Q(area__isnull=False) | ~Q(text=""),
            ),
        ]
