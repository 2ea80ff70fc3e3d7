"""What waits for a second person: each kind is asked in one query."""

import pytest

from agencies import second_person
from agencies.models import Proposal
from agencies.reach import proposals

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposed(betong_police, pim, now) -> Proposal:
    return proposals.propose_new(
        agency=betong_police, transport="EMAIL", address="n@a.example", audience="DUTY", priority=1, by=pim, now=now
    )


def test_a_change_of_a_contact_point_waits_for_an_administrator(proposed, krit, pim, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert second_person.count_on("changes-waiting", krit) == 1
    with django_assert_num_queries(0):
        assert second_person.count_on("changes-waiting", pim) == 0


def test_what_is_decided_waits_no_more(proposed, krit, pim, now):
    proposals.withdraw(proposal=proposed, by=pim, now=now)

    assert second_person.count_on("changes-waiting", krit) == 0


def test_one_code_is_one_kind():
    with pytest.raises(ValueError, match="CONTACT_POINT"):
        second_person.register(proposals.CHANGES)
