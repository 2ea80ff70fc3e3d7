"""What the person allowed bounds whom we tell, in every ring and by every officer."""

from dataclasses import dataclass

from agencies.models import Agency
from cases.models import Case, Report
from cases.privacy import consents


@dataclass(frozen=True)
class Bounds:
    """Whom the person allowed us to tell, read once for many agencies.

    `may_tell` bounds every ring. Beside it stand the answers for each recipient: a refusal excludes a kind of
    agency, and an explicit yes lets the desk ask one by hand. An override lifts both, but not for an embassy: it is
    never told without an explicit yes, because the person may have fled from it.
    """

    case: Case
    answers: consents.Answers

    def allow(self, agency: Agency) -> bool:
        """May this agency be told? Of a canary only its test address, and that address of nothing else."""
        if self.case.is_canary or agency.is_canary:
            return self.case.is_canary and agency.is_canary
        answer = self.answers.of(agency)
        if agency.kind == Agency.Kind.EMBASSY:
            return answer is True
        if self.case.widened_at:
            return True
        if answer is not None:
            return answer
        return self.case.may_tell == Report.MayTell.NEAREST_HELP or agency.kind in Agency.SOCIAL_KINDS

    @property
    def refused_kinds(self) -> frozenset[str]:
        return frozenset() if self.case.widened_at else self.answers.refused_kinds


def bounds_of(case: Case) -> Bounds:
    return Bounds(case, consents.answers_of(case))


def allows(case: Case, agency: Agency) -> bool:
    """May this agency be told of the case?"""
    return bounds_of(case).allow(agency)


def may_tell_now(case: Case) -> str:
    return Report.MayTell.NEAREST_HELP if case.widened_at else case.may_tell
