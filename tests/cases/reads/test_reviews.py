"""What waits for a second person in cases: whose it is, one question each, and the way to where it is decided."""

import pytest

from agencies import second_person
from agencies.models import Role
from agencies.reach import proposals
from cases.flow import casework, contacting, ring_changes
from cases.flow.dispatching.widening import widen
from cases.models import Case, Report
from cases.reads import case_file
from cases.rings.plan import DEFAULT_RINGS
from tests.conftest import make_alert, make_officer

pytestmark = pytest.mark.django_db

REASON = "A child is in danger."


@pytest.fixture
def report(directory, anong, now):
    report = make_alert(may_tell=Report.MayTell.SOCIAL_WORKERS, contact="081 234 5678")
    contacting.open_contact(report=report, reason=REASON, by=anong, now=now)
    widen(case=report.case, reason=REASON, by=anong, now=now)
    return report


@pytest.fixture
def all_that_wait(report, areas, betong_police, anong, pim, now) -> None:
    ring_changes.propose(province=areas["95"], urgency="", rings=DEFAULT_RINGS, requires=[], by=anong, now=now)
    proposals.propose_new(
        agency=betong_police, transport="EMAIL", address="n@a.example", audience="DUTY", priority=1, by=pim, now=now
    )


def codes_for(officer) -> set[str]:
    return {kind.code for kind in second_person.kinds() if kind.waiting_for(officer)}


def test_whose_it_is_to_decide(all_that_wait, somchai, anong, krit, pim, dao):
    assert codes_for(somchai) == {"CONTACT_OPENED", "WIDENED", "RINGS"}
    assert codes_for(anong) == set()  # whose own it is
    assert codes_for(krit) == {"CONTACT_POINT", "RINGS"}
    assert codes_for(pim) == set()


def test_an_agency_that_was_asked_reviews_nothing(alert, betong_police, anong, pim, now):
    contacting.open_contact(report=alert, reason=REASON, by=anong, now=now)
    widen(case=alert.case, reason=REASON, by=anong, now=now)

    assert alert.case.dispatches.filter(agency=betong_police).exists()
    assert codes_for(pim) == set()


def test_another_desk_does_not_hear_of_it(report, pattani_desk):
    other = make_officer("Yah", pattani_desk, Role.SUPERVISOR)

    assert codes_for(other) == set()


def test_each_kind_takes_one_question_and_leads_to_where_it_is_decided(
    all_that_wait, client, somchai, krit, django_assert_max_num_queries
):
    opened = set()
    for kind in second_person.kinds():
        officer = krit if kind.code == "CONTACT_POINT" else somchai
        with django_assert_max_num_queries(2):  # the officer's areas, and the rows
            rows = list(kind.waiting_for(officer))
            addresses = [kind.address(row) for row in rows]
        assert kind.waiting_for(officer).count() == len(rows) == 1
        assert str(kind.wording)
        client.force_login(officer)
        assert [client.get(address).status_code for address in addresses] == [200]
        opened.add(kind.code)

    assert opened == {"CONTACT_POINT", "RINGS", "CONTACT_OPENED", "WIDENED"}


def test_what_was_reviewed_waits_no_more(report, somchai, now):
    casework.review_widening(case=report.case, by=somchai, now=now)
    contacting.review_opening(override=report.contact_overrides.get(), by=somchai, now=now)

    assert codes_for(somchai) == set()


def test_the_page_of_the_case_and_the_list_agree_on_who_may_review(report, anong, somchai):
    case = Case.objects.get()

    for officer, may in ((anong, False), (somchai, True)):
        assert case_file.may_review(case, officer) is may
        assert Case.objects.widening_to_be_reviewed_by(officer).exists() is may
