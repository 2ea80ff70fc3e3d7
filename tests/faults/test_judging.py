"""The killing's own instruments: its schedule, and what it calls a promise that was not kept."""

from collections import Counter
from itertools import islice
from random import Random
from typing import Any

import pytest

from tests.faults.killing import Outcome
from tests.faults.schedule import PARTS, faults
from tests.press import Answer

KEYS = [f"key-{number}" for number in range(200)]
ASKED = [[f"R-{number}", "duty@agency.example"] for number in range(100)]


def outcome(**changed) -> Outcome:
    """A hundred alerts, two messages each, and all is well; then what is `changed`."""
    verdict: dict[str, Any] = {
        "missing": {},
        "unknown": [],
        "twice": 0,
        "states": {"held": 40, "red": 60},
        "unsent": {},
        "owed": KEYS,
    }
    found: dict[str, Any] = {
        "accepted": [f"R-{number}" for number in range(100)],
        "received": Counter(KEYS),
        "taken": 0,
    }
    found["told"] = {tuple(pair) for pair in ASKED}
    verdict |= {"first_ring": ASKED, "reports": 100, "attempts": {"1": 200}, "gathered": 0}
    verdict |= {"cancelled": 5, "cancelled_for_nothing": 0}
    found |= {name: value for name, value in changed.items() if name in found}
    verdict |= {name: value for name, value in changed.items() if name in verdict}
    return Outcome(verdict=verdict, **found)


def test_all_is_well_and_nothing_is_said():
    assert outcome().problems() == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"received": Counter(KEYS[1:])}, "lost messages: 1"),
        ({"told": {tuple(pair) for pair in ASKED[2:]}}, "agencies of ring 1 that were not told: 2"),
        ({"received": Counter([*KEYS, *KEYS[:3]])}, "messages told twice: 3 of 200"),
        ({"twice": 2}, "presses stored twice: 2 of 100"),
        ({"missing": {"chain": 1}}, "accepted alerts without chain: 1"),
        ({"unknown": ["ABCD-2345"]}, "references that stand nowhere: ['ABCD-2345']"),
        ({"states": {"held": 40, "waiting": 60}}, "neither held nor escalated nor red"),
        ({"unsent": {"FAILED": 1}}, "messages not sent"),
        ({"cancelled_for_nothing": 2}, "asks cancelled though nobody had taken the case: 2"),
        ({"accepted": ["R-1"] * 100}, "references given twice: 99"),
    ],
)
def test_each_broken_promise_is_said(changed, said):
    [problem] = outcome(**changed).problems()

    assert said in problem


@pytest.mark.parametrize("changed", [{"received": Counter([*KEYS, *KEYS[:2]])}, {"twice": 1}])
def test_one_in_a_hundred_may_come_twice(changed):
    assert outcome(**changed).problems() == []


def test_the_same_seed_breaks_the_same_at_the_same_time_and_leaves_nothing_out():
    first, again = (list(islice(faults(Random(7)), 200)) for _ in range(2))

    assert first == again
    assert first != list(islice(faults(Random(8)), 200))
    assert {(part, fault.how) for fault in first for part in fault.parts} == {
        (part, how) for part in PARTS for how in ("dead", "frozen")
    }


def test_a_token_that_looks_like_a_reference_is_none():
    hidden = '<input type="hidden" name="token" value="eyJyZWZlcmVuY2UiOiJ4In0:1vOaBc:PRNF-EF64-H688">'
    page = f'{hidden}<p>Your number <strong class="reference">7K3F-9QTM</strong></p>'

    assert Answer(200, page).reference == "7K3F-9QTM"
    assert not Answer(200, hidden).says_reference
