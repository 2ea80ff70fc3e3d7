"""A call that somebody has to make for a case, now: the last ring stayed silent."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models import Officer, StoredChoices
from cases.models.case import Case


class CallNowQuerySet(models.QuerySet["CallNow"]):
    def open(self) -> Self:
        return self.filter(done_at__isnull=True)


class CallNow(models.Model):
    class Kind(StoredChoices):
        CALL_NOW = "CALL_NOW", _("call now")  # the last ring stays silent: the telephone

    class Result(StoredChoices):
        ACKNOWLEDGED = "ACKNOWLEDGED", _("somebody took it up")
        HELD = "HELD", _("the case is held")
        CLOSED = "CLOSED", _("the case was closed")
        REACHED = "REACHED", _("somebody was reached and sees to it")
        NOBODY = "NOBODY", _("nobody could be reached")

    # An officer chooses one of these; the verbs set the others themselves.
    SAID = (Result.REACHED, Result.NOBODY)

    case = models.ForeignKey(Case, models.CASCADE, related_name="calls_to_make")
    kind = models.CharField(max_length=10, choices=Kind.listed)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")  # None: by a verb
    result = models.CharField(max_length=12, choices=Result.listed, blank=True)

    objects = CallNowQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="cases_callnow_one_open_of_a_kind", fields=["case", "kind"], condition=Q(done_at__isnull=True)
            ),
            models.CheckConstraint(
                name="cases_callnow_done_has_result",
                condition=Q(done_at__isnull=True, done_by__isnull=True, result="")
                | (Q(done_at__isnull=False) & ~Q(result="")),
            ),
        ]
        indexes = [models.Index(fields=["due_at"], name="cases_callnow_to_do", condition=Q(done_at__isnull=True))]
