"""Officers: everybody who logs in."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models.agency import Agency
from agencies.models.area import Area
from agencies.models.choices import StoredChoices
from vault import EncryptedTextField


class Role(StoredChoices):
    AGENCY = "AGENCY", _("agency officer")
    TRIAGE = "TRIAGE", _("triage officer")
    SUPERVISOR = "SUPERVISOR", _("supervisor")
    ADMIN = "ADMIN", _("administrator")


class OfficerManager(BaseUserManager["Officer"]):
    def create_user(self, *, username: str, password: str, agency: Agency, role: str, **fields: Any) -> "Officer":
        officer = self.model(username=username, agency=agency, role=role, **fields)
        officer.set_password(password)
        officer.save(using=self._db)
        return officer


class Officer(AbstractBaseUser):
    username = models.CharField(max_length=60, unique=True)
    display_name = EncryptedTextField()
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="officers")
    role = models.CharField(max_length=10, choices=Role.listed)
    areas = models.ManyToManyField(Area, blank=True, related_name="+")  # provinces; none = the agency's own
    language = models.CharField(max_length=8, default="th")
    is_active = models.BooleanField(default=True)
    left_at = models.DateTimeField(null=True, blank=True)  # when we noticed that they are no longer active

    USERNAME_FIELD = "username"

    objects = OfficerManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="agencies_officer_role_known",
                condition=models.Q(role__in=["AGENCY", "TRIAGE", "SUPERVISOR", "ADMIN"]),
            ),
        ]

    def __str__(self) -> str:
        return self.username

    def get_short_name(self) -> str:
        return self.display_name
