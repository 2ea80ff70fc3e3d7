"""Whether and how the reporter may be contacted now. Code that writes or shows how to call asks here first.

The newest contact rule counts; of several reports, the strictest wish. A message that waits on the page for the
reporter who comes back with the code reaches no phone, so nobody asks here about it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TypeVar

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import ContactOverride, ContactRule, Conversation, Report

Row = TypeVar("Row")
SafeContact, Way, Part, Answers = Report.SafeContact, ContactRule.Way, ContactRule.Part, ContactRule.Answers

# Times of day in Bangkok, from and until.
SPANS = {
    Part.MORNING: (time(6), time(12)),
    Part.DAY: (time(12), time(18)),
    Part.EVENING: (time(18), time(22)),
    Part.NIGHT: (time(22), time(6)),
}
OVERRIDE_LASTS = timedelta(hours=24)
# What a phone can dial: eight to fifteen digits, with single spaces, dots, dashes or brackets between them.
_NUMBER = re.compile(r"\+?\d(?:[ ().-]?\d){7,14}")
_BY = {
    Way.CALL: gettext_lazy("They may be called."),
    Way.TEXT: gettext_lazy("They may be sent a text message."),
    Way.LINE: gettext_lazy("They may be written to on LINE."),
}
_NOT_BY = {
    Way.CALL: gettext_lazy("Do not call."),
    Way.TEXT: gettext_lazy("Send no text message."),
    Way.LINE: gettext_lazy("Do not write on LINE."),
}


@dataclass(frozen=True)
class Verdict:
    """`reason` tells the officer why. `next_at` is the next safe time, if only the time is wrong."""

    is_allowed: bool
    reason: str
    next_at: datetime | None = None
    is_override: bool = False


def may_reach(report: Report, *, way: str, now: datetime) -> Verdict:
    """May the reporter be contacted at this moment by this ContactRule.Way?"""
    return Reach.of(report, now=now).by(way)


@dataclass(frozen=True)
class Reach:
    """What the reporter's rules and an officer's override allow at this moment."""

    report: Report
    rule: ContactRule
    override: ContactOverride | None
    now: datetime

    @classmethod
    def of(cls, report: Report, *, now: datetime) -> "Reach":
        """Read the newest rule and override: two queries unless prefetched. A newer rule ends an override."""
        rule = rule_of(report)
        last = _last(report.contact_overrides.all())
        counts = last and abs(now - last.at) < OVERRIDE_LASTS and last.at >= rule.said_at
        return cls(report, rule, last if counts else None, now)

    @property
    def is_forbidden(self) -> bool:
        return self.rule.safe_contact == SafeContact.DO_NOT_CONTACT

    @property
    def is_open(self) -> bool:
        """Whether an officer may see the contact details."""
        return not self.is_forbidden or self.override is not None

    @property
    def has_contact(self) -> bool:
        return bool(self._contact)

    @property
    def contact(self) -> str:
        """The contact details; "" if they may not be seen."""
        return self._contact if self.is_open else ""

    @property
    def _contact(self) -> str:
        """The contact details, the newest first, without those that the person removed."""
        rules = [rule.contact for rule in self.report.contact_rules.all() if not rule.contact_hidden_at]
        first = "" if self.report.contact_hidden_at else self.report.contact
        return "\n".join(filter(None, [*reversed(rules), first]))

    def by(self, way: str) -> Verdict:
        if self.override:
            return Verdict(True, _("Opened because a life or a child is in danger."), is_override=True)
        if self.is_forbidden:
            return Verdict(False, _("They did not allow it. A call or a message can put them in danger."))
        if self.rule.ways and way not in self.rule.ways:
            return Verdict(False, str(_NOT_BY[Way(way)]))
        if not self._is_safe_now:
            return Verdict(False, _("Not at this time."), self.next_at)
        return Verdict(True, str(_BY[Way(way)]))

    @property
    def _spans(self) -> list[tuple[time, time]]:
        spans = [SPANS[Part(part)] for part in self.rule.parts]
        if self.rule.from_time and self.rule.until_time:
            spans.append((self.rule.from_time, self.rule.until_time))
        return spans

    @property
    def _is_safe_now(self) -> bool:
        at = timezone.localtime(self.now).time()
        spans = self._spans
        return not spans or any(_within(at, start, end) for start, end in spans)

    @property
    def next_at(self) -> datetime | None:
        """When the next safe time begins; None if contact is forbidden or safe now."""
        if self.is_forbidden or self._is_safe_now:
            return None
        here = timezone.localtime(self.now)
        starts = [here.replace(hour=s.hour, minute=s.minute, second=0, microsecond=0) for s, _end in self._spans]
        return min(start if start > here else start + timedelta(days=1) for start in starts)

    @property
    def ways(self) -> list[tuple[ContactRule.Way, Verdict]]:
        return [(way, self.by(way)) for way in Way]

    @property
    def allowed(self) -> list[ContactRule.Way]:
        return [way for way, verdict in self.ways if verdict.is_allowed]

    @property
    def instructions(self) -> list[str]:
        """What an officer must know before contacting the person, the most important first."""
        return list(self._instructions()) if self.is_open else []

    def _instructions(self) -> Iterator[str]:
        for way in Way if self.rule.ways else ():
            yield str((_BY if way in self.rule.ways else _NOT_BY)[way])
        if times := self._times():
            yield _("Only: %(times)s (time of Thailand).") % {"times": times}
        if self.rule.safe_contact == SafeContact.AS_WRITTEN:
            yield _("Read first what they wrote about it.")
        if self.rule.code_word:
            yield _("Say the code word first: %(word)s") % {"word": self.rule.code_word}
        if who := self._who():
            yield who

    def _times(self) -> str:
        return ", ".join(f"{start:%H:%M}–{end:%H:%M}" for start, end in self._spans)

    def _who(self) -> str:
        if self.rule.answers == Answers.ME:
            return _("Speak to nobody but them. If somebody else answers, it was a wrong number.")
        if self.rule.answers == Answers.NAMED:
            return _("Speak to them, or to %(name)s.") % {"name": self.rule.answers_name or "—"}
        return _("Anybody who answers may be asked for them.") if self.rule.answers == Answers.ANYBODY else ""

    @property
    def numbers(self) -> list[str]:
        found = (_dialled(number) for number in _NUMBER.findall(self.contact))
        return list(dict.fromkeys(found))


def may_write_first(chat: Conversation, *, now: datetime) -> Verdict:
    """May the portal itself say in LINE that there is an answer? The desk is shown the same verdict.

    A later contact rule counts more than the permission to write first. An override allows officers to act, not us.
    """
    if chat.left_at:
        return Verdict(False, _("They have blocked our LINE account: nothing arrives there."))
    if not chat.may_write_at:
        return Verdict(False, _("They wrote in LINE, and did not let us write there first."))
    if chat.report.withdrawn_at:
        return Verdict(False, _("They let us write first in LINE, but asked us later to stop."))
    if chat.report.contact_hidden_at:
        return Verdict(False, _("They let us write first in LINE, but took their contact details away later."))
    later = [rule for rule in chat.rules if rule.said_at > chat.may_write_at]
    return _in_line(chat.report, later[-1], now=now) if later else _let_us_write()


def _in_line(report: Report, rule: ContactRule, *, now: datetime) -> Verdict:
    said = Reach(report, rule, None, now).by(Way.LINE)
    if said.is_allowed:
        return _let_us_write()
    reason = _("They let us write first in LINE, but said later: %(said)s") % {"said": said.reason}
    return Verdict(False, reason, said.next_at)


def _let_us_write() -> Verdict:
    words = _(
        "They wrote in LINE, and let us write there first. They are told only that there is an answer, and read it"
        " when they press the button."
    )
    return Verdict(True, words)


def rule_of(report: Report) -> ContactRule:
    """Return the newest contact rule, or one made from the report itself if there is none."""
    said = ContactRule(report=report, safe_contact=report.safe_contact, said_at=report.received_at)
    return _last(report.contact_rules.all()) or said


def strictest(reports: Iterable[Report]) -> str:
    """Return the strictest Report.SafeContact among these reports; without any, DO_NOT_CONTACT."""
    order = [SafeContact.DO_NOT_CONTACT, SafeContact.AS_WRITTEN, SafeContact.ANY_TIME]
    said = (SafeContact(rule_of(report).safe_contact) for report in reports)
    return min(said, key=order.index, default=SafeContact.DO_NOT_CONTACT)


def _last(rows: Iterable[Row]) -> Row | None:
    """Return the last row. `.last()` would query again even if the rows are prefetched."""
    found = list(rows)
    return found[-1] if found else None


def _within(at: time, start: time, end: time) -> bool:
    return start <= at < end if start < end else at >= start or at < end


def _dialled(number: str) -> str:
    """Return the digits as ASCII, whatever their script, with the leading plus."""
    digits = "".join(str(unicodedata.decimal(sign)) for sign in number if sign.isdecimal())
    return f"+{digits}" if number.startswith("+") else digits
