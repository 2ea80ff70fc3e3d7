"""What a verb that asks agencies needs to know of a case."""

from dataclasses import dataclass
from datetime import datetime

from cases.models import Case
from cases.privacy import consents
from cases.privacy.history import Chain
from cases.rings.choosing import Situation, situation_of


@dataclass(frozen=True)
class Standing:
    """A case whose row lock the verb holds, and what stood beside it when the verb began.

    A new one is made after agencies were asked, and after somebody else wrote into the history.
    """

    case: Case
    asked: frozenset[int]  # the agencies it was ever sent to
    answers: consents.Answers  # of its reporters: who may know
    history: Chain

    @classmethod
    def of(cls, case: Case) -> "Standing":
        asked = frozenset(case.dispatches.values_list("agency", flat=True))
        return cls(case, asked, consents.answers_of(case), Chain.of(case))

    @classmethod
    def of_new(cls, case: Case, *, answers: consents.Answers, history: Chain) -> "Standing":
        """Of a case that this transaction has created: nothing of it is read back."""
        return cls(case, frozenset(), answers, history)

    def situation(self, *, now: datetime) -> Situation:
        return situation_of(self.case, asked=self.asked, answers=self.answers, now=now)
