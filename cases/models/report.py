"""What a member of the public sent. Unchanged ever after: later words are Messages."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case as Choose
from django.db.models import Q, Value, When
from django.utils.translation import gettext_lazy as _

from agencies import clock
from agencies.models import Area, Officer, StoredChoices
from cases.models.bundle import Bundle
from vault import EncryptedTextField


class ReportQuerySet(models.QuerySet["Report"]):
    def unread(self) -> Self:
        """Leave what the person wrote out of the query."""
        return self.defer(*Report.PERSONAL)

    def lock(self, report: "Report") -> "Report":
        """Read the report again and lock its row until the transaction ends, without what the person wrote."""
        return self.select_for_update(of=["self"]).unread().get(pk=report.pk)

    def about_a_child(self) -> Self:
        return self.filter(models.Q(is_under_18=True) | models.Q(children_present=True))

    def unsettled(self) -> Self:
        return self.filter(settled_at__isnull=True)

    def awaiting_triage(self) -> Self:
        return self.unsettled().filter(case__isnull=True)

    def from_network(self, networks: Collection[str], *, within: timedelta, now: datetime) -> Self:
        """Return the reports of the time `within` with one of these digests of a network (privacy.networks)."""
        lately = (now - within, now + clock.APART)
        return self.exclude(network="").filter(network__in=networks, received_at__range=lately)

    def in_bundles(self) -> Self:
        return self.filter(Report.LIES_IN_BUNDLE)

    def exclude_bundles(self) -> Self:
        """Leave out the reports that lie in a bundle: the queue shows the bundle instead."""
        taken_up = Q(case__owner__isnull=False) | Q(case__held_at__isnull=False)
        return self.filter(Q(bundle__isnull=True) | taken_up)

    def with_rank(self) -> Self:
        """Annotate `rank`: 0 red, 1 waiting and in danger, 2 waiting, 3 awaiting triage, 4 held."""
        return self.annotate(
            rank=Choose(
                When(case__isnull=True, then=Value(3)),
                When(case__held_at__isnull=False, then=Value(4)),
                When(case__red_since__isnull=False, then=Value(0)),
                When(case__urgency="EMERGENCY", then=Value(1)),
                default=Value(2),
                output_field=models.SmallIntegerField(),
            )
        )


class Report(models.Model):
    class Kind(StoredChoices):
        LOCATION_ALERT = "LOCATION_ALERT", _("location alert")
        WRITTEN = "WRITTEN", _("report")

    class Channel(StoredChoices):
        WEB = "WEB", _("web")
        LINE = "LINE", _("LINE")
        PHONE = "PHONE", _("telephone")
        OFFICER = "OFFICER", _("officer")

    class MayTell(StoredChoices):
        """The agencies that the person allowed us to tell. No ring tells others."""

        SOCIAL_WORKERS = "SOCIAL_WORKERS", _("social workers only")
        NEAREST_HELP = "NEAREST_HELP", _("the nearest help, police too")

    class ReporterType(StoredChoices):
        SELF = "SELF", _("the person concerned")
        FAMILY = "FAMILY", _("family or friend")
        WITNESS = "WITNESS", _("somebody who saw it")
        OFFICER = "OFFICER", _("officer")
        NGO = "NGO", _("organisation")
        UNKNOWN = "UNKNOWN", _("not said")

    class Exploitation(StoredChoices):
        """The purposes of exploitation in s.6 of the Act, and two kinds that Thai statistics count separately."""

        PROSTITUTION = "PROSTITUTION", _("prostitution")
        PORNOGRAPHY = "PORNOGRAPHY", _("pornography")
        OTHER_SEXUAL = "OTHER_SEXUAL", _("other sexual exploitation")
        SLAVERY = "SLAVERY", _("slavery or the like")
        BEGGING = "BEGGING", _("begging")
        FORCED_LABOUR = "FORCED_LABOUR", _("forced work")
        FISHING = "FISHING", _("work on a fishing boat")
        FORCED_CRIMINALITY = "FORCED_CRIMINALITY", _("forced to cheat people (scams)")
        ORGAN = "ORGAN", _("organ removal")
        OTHER_EXTORTION = "OTHER_EXTORTION", _("something else")

    class SafeContact(StoredChoices):
        DO_NOT_CONTACT = "DO_NOT_CONTACT", _("do not contact me")
        ANY_TIME = "ANY_TIME", _("you may contact me at any time")
        AS_WRITTEN = "AS_WRITTEN", _("only as I wrote")

    class Interpreter(StoredChoices):
        """The interpreter whom the person wants: many speak of trauma only to a woman, or only to a man."""

        ANYBODY = "ANYBODY", _("anybody")
        WOMAN = "WOMAN", _("a woman")
        MAN = "MAN", _("a man")

    class Mark(StoredChoices):
        """Says that a part of the report could not be used as it was sent, or that it came in an unusual way."""

        NO_POSITION = "NO_POSITION", _("no position was sent")
        BAD_POSITION = "BAD_POSITION", _("the position sent makes no sense")
        CUT = "CUT", _("a text was too long and was cut")
        BAD_CHOICE = "BAD_CHOICE", _("an answer was not among the choices")
        UNREADABLE = "UNREADABLE", _("a part of the form could not be read")
        STRANGE_ORIGIN = "STRANGE_ORIGIN", _("sent from another site's page")
        FLOOD = "FLOOD", _("one of many from one network within an hour")

    # A report with one of these marks is accepted like any other; the desk only looks twice.
    LOW_TRUST = (Mark.STRANGE_ORIGIN, Mark.FLOOD)
    PERSONAL = ("narrative", "wants", "contact", "place")  # what the person wrote; loaded only after a trace was left
    LIES_IN_BUNDLE = Q(bundle__isnull=False, case__owner__isnull=True, case__held_at__isnull=True)

    reference = models.CharField(max_length=9, unique=True)  # ABCD-2345; said on the telephone; it grants nothing
    kind = models.CharField(max_length=16, choices=Kind.listed)
    channel = models.CharField(max_length=8, choices=Channel.listed, default=Channel.WEB)
    language = models.CharField(max_length=8, default="th")
    may_tell = models.CharField(max_length=16, choices=MayTell.listed, default=MayTell.SOCIAL_WORKERS)
    reporter_type = models.CharField(max_length=8, choices=ReporterType.listed, default=ReporterType.UNKNOWN)
    in_danger_now = models.BooleanField(default=False)
    officials_involved = models.BooleanField(default=False)
    children_present = models.BooleanField(null=True)  # None: not said
    is_under_18 = models.BooleanField(null=True)  # who writes; None: not said
    people_count = models.PositiveIntegerField(null=True, blank=True)
    exploitation = ArrayField(models.CharField(max_length=20, choices=Exploitation.listed), default=list, blank=True)
    safe_contact = models.CharField(max_length=16, choices=SafeContact.listed, default=SafeContact.DO_NOT_CONTACT)
    interpreter = models.CharField(max_length=8, choices=Interpreter.listed, blank=True, default="", db_default="")
    narrative = EncryptedTextField(blank=True, default="")
    wants = EncryptedTextField(blank=True, default="")
    contact = EncryptedTextField(blank=True, default="")  # how to reach the reporter, and when it is safe
    place = EncryptedTextField(blank=True, default="")  # as the person described it
    # The person allows no exact place: positions are stored to a kilometre. Their own words stay as they are.
    is_place_rough = models.BooleanField(default=False, db_default=False)
    marks = ArrayField(models.CharField(max_length=16, choices=Mark.listed), default=list, blank=True)
    is_exercise = models.BooleanField(default=False)
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)  # dismissed, or its case was closed
    withdrawn_at = models.DateTimeField(null=True, blank=True)  # the person asked us to stop; the desk checks first
    # Nobody sees `contact` from then on. The person can undo it until the retention rule erases the details.
    contact_hidden_at = models.DateTimeField(null=True, blank=True)
    dismissed_reason = models.CharField(max_length=12, blank=True)
    dismissed_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")

    # A digest of the network, under an hour's key, by which floods are counted; blanked afterwards.
    network = models.CharField(max_length=64, blank=True, default="", db_default="")
    bundle = models.ForeignKey(Bundle, models.PROTECT, null=True, blank=True, related_name="reports")
    case = models.ForeignKey("cases.Case", models.PROTECT, null=True, blank=True, related_name="reports")
    linked_to = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    province = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    second_province = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    district = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    is_abroad = models.BooleanField(default=False)

    # Keyed digests: the same page sent twice is one report (promise 10).
    submission_digest = models.CharField(max_length=64, blank=True)
    payload_digest = models.CharField(max_length=64, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="cases_report_kind_known", condition=Q(kind__in=["LOCATION_ALERT", "WRITTEN"])
            ),
            models.CheckConstraint(
                name="cases_report_may_tell_known",
                condition=Q(may_tell__in=["SOCIAL_WORKERS", "NEAREST_HELP"]),
            ),
            models.CheckConstraint(
                name="cases_report_dismissed_is_settled",
                condition=Q(dismissed_reason="", dismissed_by__isnull=True)
                | Q(settled_at__isnull=False, dismissed_by__isnull=False) & ~Q(dismissed_reason=""),
            ),
            models.CheckConstraint(
                name="cases_report_bundled_is_low_trust",
                condition=Q(bundle__isnull=True) | Q(marks__contains=["FLOOD"]),
            ),
        ]
        indexes = [
            models.Index(fields=["submission_digest", "received_at"], name="cases_report_submission"),
            models.Index(fields=["network", "received_at"], name="cases_report_network", condition=~Q(network="")),
            models.Index(
                fields=["-received_at"], name="cases_report_unsettled", condition=Q(settled_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_sealed(self) -> bool:
        return self.officials_involved

    @property
    def is_low_trust(self) -> bool:
        return not set(self.marks).isdisjoint(Report.LOW_TRUST)

    @property
    def provinces(self) -> list[str]:
        return [code for code in (self.province_id, self.second_province_id) if code]
