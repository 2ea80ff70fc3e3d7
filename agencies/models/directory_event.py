"""The history of the directory. Lines are added and never changed, and contain no address and no written words."""

from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models.agency import Agency
from agencies.models.choices import StoredChoices
from agencies.models.contact_point import ContactPoint
from agencies.models.officer import Officer


class DirectoryEventQuerySet(models.QuerySet["DirectoryEvent"]):
    def newest(self, most: int) -> Self:
        return self.select_related("officer", "contact_point").order_by("-at", "-pk")[:most]


class DirectoryEvent(models.Model):
    class Kind(StoredChoices):
        PROPOSED = "PROPOSED", _("proposed")
        WITHDRAWN = "WITHDRAWN", _("withdrawn")
        REFUSED = "REFUSED", _("refused")
        CONFIRMED = "CONFIRMED", _("confirmed")
        CODE_MADE = "CODE_MADE", _("a code was made")
        CODE_SPENT = "CODE_SPENT", _("too many wrong codes")
        VERIFIED = "VERIFIED", _("the code was entered")
        FAILING = "FAILING", _("the address fails")
        NOT_FAILING = "NOT_FAILING", _("the address does not fail: all were refused, so the fault was ours")
        GROUP_JOINED = "GROUP_JOINED", _("somebody joined the LINE group")
        PIN_SET = "PIN_SET", _("the PIN was set")
        PIN_CHANGED = "PIN_CHANGED", _("the PIN was changed")
        HOURS_CHANGED = "HOURS_CHANGED", _("the opening hours were changed")
        ABILITIES_CHANGED = "ABILITIES_CHANGED", _("what it can do was changed")
        SHIFT_CHANGED = "SHIFT_CHANGED", _("a shift was changed")
        SHIFT_REMOVED = "SHIFT_REMOVED", _("a shift was taken out of the plan or ended early")

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="events")
    contact_point = models.ForeignKey(ContactPoint, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind.listed)
    officer = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    facts = models.JSONField(default=dict)  # codes and numbers
    at = models.DateTimeField()

    objects = DirectoryEventQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["agency", "-at"], name="agencies_directoryevent_of")]

    @classmethod
    def record(
        cls,
        kind: "DirectoryEvent.Kind",
        *,
        agency: Agency,
        by: "Officer | None",
        now: Any,
        contact_point: ContactPoint | None = None,
        **facts: Any,
    ) -> "DirectoryEvent":
        """Add a line to the history. `by` is None when no officer did it: an address fails, a chat was left.

        `now` may be Now().
        """
        return cls.objects.create(
            kind=kind, agency=agency, officer=by, at=now, contact_point=contact_point, facts=facts
        )
