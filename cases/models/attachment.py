"""A photo, a recording or a PDF that came with a report."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies import clock
from agencies.models import StoredChoices
from cases.models.report import Report
from vault import EncryptedBinaryField


def new_key() -> str:
    return secrets.token_urlsafe(16)


SET_BACK_OFTEN = 3


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def unopened(self) -> AttachmentQuerySet:
        """Leave the encrypted files out of the query: they are large, and personal."""
        return self.defer(*Attachment.FILES)

    def not_refused(self) -> AttachmentQuerySet:
        return self.exclude(state=Attachment.State.REFUSED)

    def due(self, *, now: datetime) -> AttachmentQuerySet:
        return self.filter(state=Attachment.State.WAITING, due_at__lte=now)

    def being_cleaned(self, *, now: datetime, lease: timedelta) -> AttachmentQuerySet:
        return self.filter(state=Attachment.State.WAITING, claimed_at__range=(now - lease, now + clock.APART))

    def waiting_since(self, moment: datetime) -> AttachmentQuerySet:
        """Return those that wait, but not those that were set back again and again: they wait for days."""
        waiting = self.filter(state=Attachment.State.WAITING, received_at__lt=moment)
        return waiting.exclude(setbacks__gte=SET_BACK_OFTEN)

    def set_back_often(self) -> AttachmentQuerySet:
        return self.filter(state=Attachment.State.WAITING, setbacks__gte=SET_BACK_OFTEN)

    def received_within(self, span: timedelta, *, now: datetime) -> AttachmentQuerySet:
        return self.filter(received_at__range=(now - span, now + clock.APART))


class Attachment(models.Model):
    """A file in the database, encrypted, so that one backup and one erasure cover it and there is no folder to guard.

    `original` is kept only until the cleaner has made `content` from it, without metadata, or has refused it.
    The name of the file is not kept.
    """

    class Kind(StoredChoices):
        PHOTO = "PHOTO", _("photo")
        AUDIO = "AUDIO", _("recording")
        PDF = "PDF", _("PDF")

    class State(StoredChoices):
        WAITING = "WAITING"  # to be scanned and made anew
        READY = "READY"
        REFUSED = "REFUSED"  # the file was destroyed

    class Refusal(StoredChoices):
        UNREADABLE = "UNREADABLE", _("it could not be read: broken, locked, or not what it seems")
        TOO_LARGE = "TOO_LARGE", _("too large inside: pixels, pages or hours")
        VIDEO = "VIDEO", _("a film, which we cannot take")
        INFECTED = "INFECTED", _("the scan found something dangerous in it")

    FILES = ("original", "content", "preview")

    report = models.ForeignKey(Report, models.CASCADE, related_name="attachments")
    key = models.CharField(max_length=22, unique=True, default=new_key)  # in its address
    kind = models.CharField(max_length=8, choices=Kind.listed)
    state = models.CharField(max_length=8, choices=State.listed, default=State.WAITING)
    refusal = models.CharField(max_length=12, choices=Refusal.listed, blank=True, default="")
    size = models.PositiveIntegerField()  # bytes, as it was sent
    received_at = models.DateTimeField()
    keeps_place = models.BooleanField(default=False)  # the person wants us to have the place in the photo
    original = EncryptedBinaryField(null=True)
    content = EncryptedBinaryField(null=True)
    preview = EncryptedBinaryField(null=True)  # of a photo: small, and blurred beyond recognition

    # A keyed digest of the page and the file: sent again over a bad line, it is one attachment.
    submission_digest = models.CharField(max_length=64, blank=True, default="")
    network = models.CharField(max_length=64, blank=True, default="")  # as of a report, and blanked with it
    # A worker claims the row by a lease, like a message: should the worker die, the row comes due again.
    due_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    # How often something of ours ended a try: the cleaner or its worker was killed. The file is not at fault.
    setbacks = models.PositiveSmallIntegerField(default=0, db_default=0)
    scanned_at = models.DateTimeField(null=True)  # when the scan found nothing; None without a scanner

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="cases_attachment_kind_known", condition=Q(kind__in=["PHOTO", "AUDIO", "PDF"])
            ),
            models.CheckConstraint(
                name="cases_attachment_holds_what_its_state_says",
                condition=Q(state="WAITING", refusal="", original__isnull=False, content__isnull=True)
                | Q(state="READY", refusal="", original__isnull=True, content__isnull=False)
                | Q(state="REFUSED", original__isnull=True, content__isnull=True, preview__isnull=True)
                & ~Q(refusal=""),
            ),
            models.CheckConstraint(
                name="cases_attachment_refusal_known",
                condition=Q(refusal__in=["", "UNREADABLE", "TOO_LARGE", "VIDEO", "INFECTED"]),
            ),
            models.UniqueConstraint(
                name="cases_attachment_sent_once",
                fields=["report", "submission_digest"],
                condition=~Q(submission_digest=""),
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="cases_attachment_due", condition=Q(state="WAITING")),
            models.Index(fields=["received_at"], name="cases_attachment_received"),
        ]
