"""Provinces, districts and sub-districts of Thailand, and the towns just across its borders."""

from typing import Self

from django.contrib.gis.db import models
from django.utils.translation import get_language

from agencies.models.choices import StoredChoices


class AreaQuerySet(models.QuerySet["Area"]):
    def provinces(self) -> Self:
        return self.filter(level=Area.Level.PROVINCE)

    def within(self, code: str) -> Self:
        """Return the areas one level below `code`."""
        return self.filter(parent_id=code)

    def sites(self) -> Self:
        """Return the points of which `locate` finds the nearest: sub-districts, and towns abroad."""
        return self.filter(level__in=[Area.Level.SUB_DISTRICT, Area.Level.ABROAD], centroid__isnull=False)


class Area(models.Model):
    class Level(StoredChoices):
        PROVINCE = "PROVINCE"
        DISTRICT = "DISTRICT"
        SUB_DISTRICT = "SUB_DISTRICT"
        ABROAD = "ABROAD"

    # TIS 1099: 2, 4 or 6 digits, nested. Abroad: the ISO 3166-1 country and a number, as MY03.
    code = models.CharField(max_length=6, primary_key=True)
    level = models.CharField(max_length=12, choices=Level.listed)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    name_th = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    postal_code = models.CharField(max_length=5, blank=True)
    # geography (WGS 84, longitude first), so that distances are metres on the globe. Query it with
    # dwithin and GeometryDistance; distance_lte and Distance-ordering miss the index.
    centroid = models.PointField(geography=True, null=True, blank=True)
    # Drawn by us from the sub-district centroids (Voronoi cells): a sketch, never a legal boundary.
    boundary = models.MultiPolygonField(null=True, blank=True)

    objects = AreaQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="agencies_area_level_known",
                condition=models.Q(level__in=["PROVINCE", "DISTRICT", "SUB_DISTRICT", "ABROAD"]),
            ),
        ]
        indexes = [models.Index(fields=["level", "code"], name="agencies_area_level_code")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_th if get_language() == "th" else self.name_en

    @property
    def province_code(self) -> str:
        return self.code[:2]
