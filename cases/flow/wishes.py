"""The reporter says how to contact them and who may know: on the page, or to an officer who writes it down."""

from dataclasses import asdict, dataclass, field, fields
from datetime import datetime, time
from typing import Self

from django.db import transaction
from django.db.models.functions import Greatest

from agencies.models import Officer
from cases.flow import dispatching, events
from cases.models import Case, Consent, ContactRule, Report
from cases.privacy import consents, history
from cases.privacy.actor import REPORTER, Actor
from cases.privacy.safe_contact import rule_of

Heard, SafeContact = ContactRule.Heard, Report.SafeContact


class NotForAnotherToSay(Exception):
    """From somebody who speaks for the person, only "do not contact" and "no" are taken.

    A captor could otherwise allow things in the person's name, and name an hour at which the captor holds the
    phone.
    """


@dataclass(frozen=True)
class Reaching:
    """How the person may be reached: the columns of a ContactRule besides `safe_contact`."""

    ways: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    from_time: time | None = None  # of day, in Bangkok
    until_time: time | None = None
    answers: str = ""
    answers_name: str = ""
    code_word: str = ""

    @classmethod
    def of(cls, rule: ContactRule) -> Self:
        return cls(**{column.name: getattr(rule, column.name) for column in fields(cls)})

    @property
    def says_something(self) -> bool:
        return any(asdict(self).values())


def who_may_answer(said: str, name: str) -> str:
    """Return the ContactRule.Answers that was said; NAMED when nothing was but a name."""
    return said or (ContactRule.Answers.NAMED.value if name else "")


@dataclass(frozen=True)
class Source:
    """Who wrote it down and, where that is an officer, how the officer came by it."""

    by: Actor
    heard: str = ""  # a ContactRule.Heard

    @property
    def is_another(self) -> bool:
        return self.heard == Heard.ANOTHER


ON_THE_PAGE = Source(REPORTER)


@dataclass(frozen=True)
class Statement:
    """What an officer was told about contact and consents, by the person or by somebody else."""

    heard: ContactRule.Heard
    safe_contact: Report.SafeContact | None = None  # None: nothing was said of it, and it stays as it was
    reaching: Reaching = field(default_factory=Reaching)
    contact: str = ""
    consents: dict[str, bool] = field(default_factory=dict)  # by Consent.Recipient; not in it: not said

    @property
    def only_forbids(self) -> bool:
        says_how = self.reaching.says_something or bool(self.contact)
        return self.safe_contact in (None, SafeContact.DO_NOT_CONTACT) and not (
            says_how or any(self.consents.values())
        )


@transaction.atomic
def write_down(*, report: Report, told: Statement, language: str, by: Officer, now: datetime) -> None:
    """Record what an officer was told, as if the person had said it on the page.

    `language` is that of the officer's page. Raises NotForAnotherToSay.
    """
    source = Source(Actor.of(by), told.heard)
    if source.is_another and not told.only_forbids:
        raise NotForAnotherToSay
    if told.safe_contact:
        say_how_to_reach(
            report=report,
            safe_contact=told.safe_contact,
            reaching=told.reaching,
            contact=told.contact,
            source=source,
            now=now,
        )
    if told.consents:
        say_who_may_know(report=report, said=told.consents, language=language, source=source, now=now)


@transaction.atomic
def say_how_to_reach(
    *,
    report: Report,
    safe_contact: Report.SafeContact,
    reaching: Reaching,
    contact: str = "",
    source: Source = ON_THE_PAGE,
    now: datetime,
) -> ContactRule:
    """Set how the person may be contacted from now on; what they said before no longer counts."""
    case, report = Case.objects.lock_of(report), Report.objects.lock(report)
    if source.is_another:
        rule = _forbid(report, source, now=now)
    else:
        rule = add_contact_rule(report, safe_contact, reaching, contact=contact, source=source, now=now)
    said = {"safe_contact": str(safe_contact), "ways": reaching.ways, "parts": reaching.parts}
    kind = events.CONTACT_RULE_HEARD if source.heard else events.CONTACT_RULE
    _remember(case, report, kind, source, now=now, **said)
    return rule


@transaction.atomic
def say_who_may_know(
    *, report: Report, said: dict[str, bool], language: str, source: Source = ON_THE_PAGE, now: datetime
) -> list[str]:
    """Replace the answers for the recipients in `said`. Return the recipients whose answer changed.

    Agencies that were told before see it on their page, and the desk is told at once. No dispatch ends: the desk
    checks first, because somebody else may hold the code.
    """
    case, report = Case.objects.lock_of(report), Report.objects.lock(report)
    before = {consent.recipient: consent for consent in report.consents.active()}
    changed = {
        recipient: is_given
        for recipient, is_given in said.items()
        if recipient not in before or before[recipient].is_given != is_given
    }
    if not changed:
        return []
    report.consents.active().filter(recipient__in=changed).update(withdrawn_at=Greatest("given_at", now))
    add_consents(report, changed, language=language, source=source, now=now)
    _remember(case, report, events.CONSENT_HEARD if source.heard else events.CONSENT, source, now=now, said=changed)
    dispatching.tell_of_report(report, key=f"consent/{report.pk}/{now:%Y%m%dT%H%M%S%f}", now=now)
    return list(changed)


def add_contact_rule(
    report: Report,
    safe_contact: Report.SafeContact,
    reaching: Reaching,
    *,
    contact: str = "",
    hidden_at: datetime | None = None,
    source: Source = ON_THE_PAGE,
    now: datetime,
) -> ContactRule:
    """Add a contact rule; the newest one counts. The caller has a transaction open."""
    return ContactRule.objects.create(
        report=report,
        safe_contact=safe_contact,
        contact=contact,
        contact_hidden_at=hidden_at,
        officer=source.by.officer,
        heard=source.heard,
        said_at=now,
        **asdict(reaching),
    )


def _forbid(report: Report, source: Source, *, now: datetime) -> ContactRule:
    """Forbid contact, and copy from the last rule how to reach the person.

    Its code word is needed on the day on which an officer opens the contact details.
    """
    before = rule_of(report)
    return add_contact_rule(
        report,
        SafeContact.DO_NOT_CONTACT,
        Reaching.of(before),
        hidden_at=before.contact_hidden_at,
        source=source,
        now=now,
    )


def add_consents(
    report: Report, said: dict[str, bool], *, language: str, source: Source = ON_THE_PAGE, now: datetime
) -> None:
    """Add one answer for each recipient in `said`. The caller has a transaction open."""
    Consent.objects.bulk_create(
        Consent(
            report=report,
            recipient=recipient,
            is_given=is_given,
            text_version=consents.TEXT_VERSION,
            language=language,
            by=Consent.By.OFFICER if source.heard else Consent.By.REPORTER,
            officer=source.by.officer,
            heard=source.heard,
            given_at=now,
        )
        for recipient, is_given in said.items()
    )


def _remember(case: Case | None, report: Report, kind: str, source: Source, *, now: datetime, **said: object) -> None:
    how = {"heard": source.heard} if source.heard else {}
    line = history.EventDraft(kind, facts={"report": report.reference, **said, **how})
    history.record_of(report, case, line, by=source.by, now=now)
