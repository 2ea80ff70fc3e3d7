"""The link in a message to an agency: a random token, stored as a digest, which ends with its dispatch."""

import secrets
from datetime import datetime
from typing import Self

from django.db import models

from cases.models.dispatch import Dispatch
from vault import digest, digests


class AcknowledgementLinkQuerySet(models.QuerySet["AcknowledgementLink"]):
    def of_token(self, token: str) -> Self:
        return self.filter(token_digest__in=digests(token, purpose="acknowledgement"))


class AcknowledgementLink(models.Model):
    dispatch = models.ForeignKey(Dispatch, models.CASCADE, related_name="links")
    token_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    # The PIN is short, so guesses are counted for the link.
    pin_failures = models.PositiveSmallIntegerField(default=0)
    pin_locked_until = models.DateTimeField(null=True, blank=True)

    objects = AcknowledgementLinkQuerySet.as_manager()

    @classmethod
    def mint(cls, dispatch: Dispatch, *, now: datetime) -> tuple["AcknowledgementLink", str]:
        """Return a new link, not yet saved, and its token of 128 bits. Only the message carries the token."""
        token = secrets.token_urlsafe(16)
        stored = digest(token, purpose="acknowledgement")
        return cls(dispatch=dispatch, token_digest=stored, created_at=now), token
