"""A complete set of rings is typed and proposed, and what was typed is not lost."""

import pytest

from cases.models import RingChange
from tests.cases.pages.conftest import words_of
from tests.cases.pages.supervisor.conftest import FIRST, LAST, YALA, form_of, propose

pytestmark = pytest.mark.django_db


def test_a_second_proposal_is_answered_by_the_one_that_waits(supervisor):
    propose(supervisor)

    answer = propose(supervisor)

    assert "Decide about them first." in words_of(answer)
    assert RingChange.objects.count() == 1


def test_rings_that_could_reach_nobody_come_back_with_the_reason_and_all_that_was_typed(supervisor):
    answer = propose(supervisor, {**FIRST, "how_many": 7, "minutes": 44}, {**LAST, "tells": ["SUPERVISOR"]})

    page = words_of(answer)
    assert "The last ring does not tell the national desk. It has to" in page
    assert 'value="7"' in page
    assert 'value="44"' in page
    assert not RingChange.objects.exists()


@pytest.mark.parametrize("typed", ["soon", "-5", "99999999999999999999", "3.5"])
def test_a_number_that_is_none_is_told_beside_it(supervisor, typed):
    page = words_of(propose(supervisor, {**FIRST, "minutes": typed}, LAST))

    assert 'class="error"' in page
    assert f'value="{typed}"' in page
    assert not RingChange.objects.exists()


BROKEN = [
    {},
    {"do": "propose"},
    {"do": "propose", "rings-TOTAL_FORMS": "0", "rings-INITIAL_FORMS": "0"},
    {"do": "propose", "rings-TOTAL_FORMS": "x", "rings-INITIAL_FORMS": "0"},
    {"do": "propose", "rings-TOTAL_FORMS": "4000", "rings-INITIAL_FORMS": "0"},
    {"do": "out-x"},
    {"do": "out-99999999999999999999999", "rings-TOTAL_FORMS": "1", "rings-INITIAL_FORMS": "0"},
    form_of({**FIRST, "tells": ["EVERYBODY"], "kinds": ["IMMIGRATION"], "capability": "MAGIC"}, LAST),
    form_of(FIRST, LAST, requires=["MAGIC"]),
    form_of(FIRST, LAST, do="preview", at="nowhere", area="99", may_tell="ALL", urgency="x"),
]


@pytest.mark.parametrize("sent", BROKEN)
def test_a_form_that_no_browser_sends_is_no_accident(supervisor, sent):
    answer = supervisor.post(YALA + "propose/", sent)

    assert answer.status_code == 200
    assert not RingChange.objects.exists()


def test_rings_are_added_and_taken_out_without_losing_what_was_typed(supervisor):
    more = supervisor.post(YALA + "propose/", form_of({**FIRST, "minutes": "half"}, LAST, do="add"))
    fewer = supervisor.post(YALA + "propose/", form_of(FIRST, {**FIRST, "minutes": 21}, LAST, do="out-1"))

    assert 'value="half"' in words_of(more)
    assert 'name="rings-2-minutes"' in words_of(more)
    assert 'value="21"' in words_of(fewer)
    assert 'name="rings-2-minutes"' not in words_of(fewer)
