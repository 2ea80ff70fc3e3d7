"""A reporter's answer to the question who may know: one row for each purpose and recipient."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, Officer, StoredChoices
from cases.models.contact_rule import ContactRule
from cases.models.report import Report

Kind = Agency.Kind


class ConsentQuerySet(models.QuerySet["Consent"]):
    def active(self) -> Self:
        return self.filter(withdrawn_at__isnull=True)


class Consent(models.Model):
    class Recipient(StoredChoices):
        """Groups of agencies that a person can tell apart. Social workers are none: they read every report."""

        POLICE = "POLICE", _("police and prosecutors")
        HEALTH = "HEALTH", _("hospitals and health offices")
        SHELTER = "SHELTER", _("shelters and aid organisations")
        LABOUR = "LABOUR", _("labour offices")
        EMBASSY = "EMBASSY", _("their embassy")

    class Purpose(StoredChoices):
        HELP = "HELP", _("to help in this case")

    class By(StoredChoices):
        REPORTER = "REPORTER", _("the reporter, on the page")
        OFFICER = "OFFICER", _("an officer who explained it")

    # For a kind of agency that is in none of these, only `may_tell` counts.
    KINDS = {
        Recipient.POLICE: (
            Kind.POLICE_STN,
            Kind.POLICE_PROV,
            Kind.ATPD,
            Kind.RTP_CENTRE,
            Kind.DSI,
            Kind.IMMIGRATION,
            Kind.PROSECUTOR,
        ),
        Recipient.HEALTH: (Kind.HEALTH, Kind.HOSPITAL),
        Recipient.SHELTER: (Kind.SHELTER_PROV, Kind.SHELTER_TIP, Kind.NGO, Kind.IO),
        Recipient.LABOUR: (Kind.LABOUR, Kind.LABOUR_PROT, Kind.EMPLOYMENT, Kind.FISHERIES, Kind.PIPO),
        Recipient.EMBASSY: (Kind.EMBASSY,),
    }

    report = models.ForeignKey(Report, models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=8, choices=Purpose.listed, default=Purpose.HELP)
    recipient = models.CharField(max_length=8, choices=Recipient.listed)
    is_given = models.BooleanField()  # False: refused
    text_version = models.CharField(max_length=10)  # of the question as it was put
    language = models.CharField(max_length=8)  # of the page on which it was asked or written down
    by = models.CharField(max_length=8, choices=By.listed)
    officer = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    heard = models.CharField(max_length=8, choices=ContactRule.Heard.listed, blank=True, default="", db_default="")
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)  # another answer took its place

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["given_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="cases_consent_recipient_known",
                condition=Q(recipient__in=["POLICE", "HEALTH", "SHELTER", "LABOUR", "EMBASSY"], purpose__in=["HELP"]),
            ),
            models.CheckConstraint(
                name="cases_consent_officer_is_named",
                condition=Q(by="REPORTER", officer__isnull=True) | Q(by="OFFICER", officer__isnull=False),
            ),
            models.CheckConstraint(
                name="cases_consent_heard_by_officer",
                condition=Q(by="REPORTER", heard="")
                | Q(by="OFFICER", heard__in=["PHONE", "MEETING", "CHAT", "ANOTHER"]),
            ),
            models.CheckConstraint(
                name="cases_consent_another_only_refuses", condition=~Q(heard="ANOTHER") | Q(is_given=False)
            ),
            models.CheckConstraint(
                name="cases_consent_withdrawn_after_given",
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=models.F("given_at")),
            ),
            models.UniqueConstraint(
                name="cases_consent_one_answer_a_recipient",
                fields=["report", "purpose", "recipient"],
                condition=Q(withdrawn_at__isnull=True),
            ),
        ]
