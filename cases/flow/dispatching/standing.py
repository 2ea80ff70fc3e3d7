"""What a verb that asks agencies needs to know of a case."""

from dataclasses import dataclass
from datetime import datetime

from cases.models import Case
from cases.privacy import consents
from cases.privacy.history import Chain
from cases.rings.choosing import Situation, situation_of


@dataclass(frozen=True)
class Standing:
    """A case whose row the verb has locked, with what was read of it when the verb began.

    Make a new one after agencies were asked, and after anybody else wrote into the history.
    """

    case: Case
    asked: frozenset[int]  # pks of all agencies that the case was ever sent to
    answers: consents.Answers  # of its reporters: who may know
    history: Chain

    @classmethod
    def of(cls, case: Case) -> "Standing":
        asked = frozenset(case.dispatches.values_list("agency", flat=True))
        return cls(case, asked, consents.answers_of(case), Chain.of(case))

    @classmethod
    def of_new(cls, case: Case, *, answers: consents.Answers, history: Chain) -> "Standing":
        """Make it for a case that this transaction has created, so that nothing has to be read back."""
        return cls(case, frozenset(), answers, history)

    def situation(self, *, now: datetime) -> Situation:
        return situation_of(self.case, asked=self.asked, answers=self.answers, now=now)
