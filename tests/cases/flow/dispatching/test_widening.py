"""An officer lifts the person's bound for a case, with a reason."""

import pytest

from cases.flow.dispatching.widening import widen
from cases.models import Report
from cases.rings.bounds import allows
from tests.conftest import make_alert

pytestmark = pytest.mark.django_db


@pytest.fixture
def gentle(directory, now):
    """The person allowed social workers only."""
    return make_alert(now=now, may_tell=Report.MayTell.SOCIAL_WORKERS).case


def test_it_lifts_the_bound_and_asks_nobody_by_itself(gentle, betong_police, anong, now):
    asked = list(gentle.dispatches.values_list("agency", flat=True))
    assert not allows(gentle, betong_police)

    case = widen(case=gentle, reason="A child is locked in", by=anong, now=now)

    assert allows(case, betong_police)
    assert (case.widened_by, case.widened_at) == (anong, now)
    assert list(case.dispatches.values_list("agency", flat=True)) == asked


def test_the_history_holds_a_commitment_and_not_the_reason(gentle, anong, now):
    widen(case=gentle, reason="A child is locked in", by=anong, now=now)

    line = gentle.events.order_by("sequence").last()
    assert (line.kind, line.officer) == ("WIDENED", anong)
    assert "child" not in str(line.facts)


def test_the_first_reason_stays(gentle, anong, somchai, now):
    widen(case=gentle, reason="A child is locked in", by=anong, now=now)

    case = widen(case=gentle, reason="Another one", by=somchai, now=now)

    assert (case.widened_by, case.widened_reason) == (anong, "A child is locked in")
    assert case.events.filter(kind="WIDENED").count() == 1
