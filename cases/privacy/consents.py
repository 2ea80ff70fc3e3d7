"""The answers of a case's reporters to the question who may know, and the agencies that they exclude."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from agencies.models import Agency
from cases.models import Case, Consent

Recipient = Consent.Recipient
TEXT_VERSION = "2026-11"  # of the question in templates/public/_who.html; change it with the words


@dataclass(frozen=True)
class Answers:
    """`said`: may each recipient that was asked about know? Of several reports the strictest answer counts."""

    said: dict[str, bool] = field(default_factory=dict)

    @property
    def refused(self) -> list[Recipient]:
        return [recipient for recipient in Recipient if self.said.get(recipient) is False]

    @property
    def given(self) -> list[Recipient]:
        return [recipient for recipient in Recipient if self.said.get(recipient)]

    @property
    def refused_kinds(self) -> frozenset[str]:
        return frozenset(kind for recipient in self.refused for kind in Consent.KINDS[recipient])

    def of(self, agency: Agency) -> bool | None:
        """May this agency know? None: nothing was said of its kind, or it is a desk, which reads every report."""
        if agency.is_desk:
            return None
        return self.said.get(recipient_of(agency) or "")


NOTHING_SAID = Answers()


def recipient_of(agency: Agency) -> Recipient | None:
    return next((recipient for recipient, kinds in Consent.KINDS.items() if agency.kind in kinds), None)


def answers_of(case: Case) -> Answers:
    return combined(Consent.objects.active().filter(report__case=case))


def combined(consents: Iterable[Consent]) -> Answers:
    said: dict[str, bool] = {}
    for consent in consents:
        said[consent.recipient] = consent.is_given and said.get(consent.recipient, True)
    return Answers(said)
