"""What the reporter who comes back with the code may know: the steps of the help, and letters from officers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.models import Message, Report
from cases.privacy import retention
from cases.reads.receipt import Receipt, receipt_of


@dataclass(frozen=True)
class HelpStep:
    """A step of the help, and the time that it may take (s.33 of the Act: the person is told both)."""

    title: Any
    takes: Any


# The times are those of the national referral mechanism as published; no authority has confirmed them to us.
STEPS = [
    HelpStep(_("Your message has come"), _("at once")),
    HelpStep(_("Somebody reads it and finds out who can help"), _("minutes, at most hours")),
    HelpStep(_("Help to get out of danger"), _("as soon as it is safe")),
    HelpStep(_("A safe place to rest, and somebody who listens"), _("up to 15 days, and it can be made longer")),
    HelpStep(_("A team of several offices decides which protection the law gives you"), _("after you have rested")),
    HelpStep(_("Food, a place to stay, treatment, training, legal help"), _("as agreed with you")),
    HelpStep(_("Court and compensation, if you want"), _("we tell you when we know")),
    HelpStep(_("Going home, or living on where you are"), _("as agreed with you")),
]


@dataclass(frozen=True)
class ComingBack:
    report: Report
    receipt: Receipt
    letters: list[Message]  # from officers; never what the person wrote
    has_contact: bool  # that was not taken away
    has_hidden: bool
    now: datetime

    @property
    def steps(self) -> list[tuple[HelpStep, str]]:
        """Each step with "done", "now" or "later". We know only whether somebody has read the report."""
        at = 1 if self.receipt.read_at else 0
        return [(step, "done" if n < at else "now" if n == at else "later") for n, step in enumerate(STEPS)]

    @property
    def is_over(self) -> bool:
        return bool(self.report.settled_at or (self.report.case and self.report.case.closed_at))

    @property
    def may_undo(self) -> bool:
        return may_undo(self.report, now=self.now)


def may_undo(report: Report, *, now: datetime) -> bool:
    """Whether the person can show again the contact details that they hid: until the retention rule erases them."""
    days = retention.rules()["cases.Report.contact"].on_request_days
    hidden = report.contact_hidden_at
    return hidden is not None and now - hidden < timedelta(days=days)


def coming_back(report: Report, *, now: datetime) -> ComingBack:
    letters = Message.objects.to_reporter().filter(report=report)
    return ComingBack(
        report,
        receipt_of(report),
        list(letters),
        has_contact=_has_contact(report, is_hidden=False),
        has_hidden=_has_contact(report, is_hidden=True),
        now=now,
    )


def _has_contact(report: Report, *, is_hidden: bool) -> bool:
    """Whether there are contact details. The question does not load them."""
    places = (Report.objects.filter(pk=report.pk), report.contact_rules.all())
    return any(rows.filter(contact_hidden_at__isnull=not is_hidden).exclude(contact="").exists() for rows in places)
