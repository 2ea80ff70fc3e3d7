"""Which sets of rings are sound; what is said of the others is tried in flow/test_ring_changes.py."""

import pytest

from cases.rings.plan import DEFAULT_RINGS
from cases.rings.soundness import MOST_RINGS, problems_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def test_the_default_rings_are_sound(directory):
    assert list(problems_of(DEFAULT_RINGS, [])) == []


def test_every_problem_is_said_at_once(directory):
    first, *between, last = DEFAULT_RINGS
    many = [first] + [{**between[0], "minutes": 0}] * MOST_RINGS + [last]

    said = list(problems_of(many, ["LEGAL"]))

    assert "At most 5 rings." in said
    assert [problem.startswith("Ring ") for problem in said].count(True) == MOST_RINGS
    assert said[-1].startswith("No ring asks for")


def test_a_desk_counts_as_asked_for_social_work(directory):
    assert list(problems_of(DEFAULT_RINGS, ["RESPOND", "SOCIAL_WORK"])) == []
