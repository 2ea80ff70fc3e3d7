"""Need to know: every question starts from who is asking."""

import pytest

from agencies.models import Role
from cases.flow import intake, triage
from cases.flow.intake import Sent
from cases.models import Report
from cases.privacy import visibility
from tests.conftest import make_alert, make_officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed(directory, now):
    return make_alert(now=now, officials_involved=True).case


@pytest.fixture
def nok(pattani_desk):
    """Triage officer in Pattani."""
    return make_officer("Nok", pattani_desk, Role.TRIAGE)


def test_a_triage_officer_sees_the_cases_of_the_province(case, anong, nok):
    assert case in visibility.cases_for(anong)
    assert case not in visibility.cases_for(nok)


def test_an_agency_officer_sees_what_the_agency_was_asked_while_it_is_live(case, pim, now):
    assert case in visibility.cases_for(pim)

    case.dispatches.update(ended_at=now)

    assert case not in visibility.cases_for(pim)


def test_an_administrator_sees_no_cases(case, krit):
    assert not visibility.cases_for(krit).exists()
    assert not visibility.reports_for(krit).exists()


def test_a_sealed_case_is_seen_by_the_custodian_and_not_by_the_province(sealed, anong, somchai, dao, national_desk):
    mali = make_officer("Mali", national_desk, Role.SUPERVISOR)

    assert sealed in visibility.cases_for(dao)
    for officer in (anong, somchai, mali):
        assert sealed not in visibility.cases_for(officer)
        assert not visibility.reports_for(officer).filter(case=sealed).exists()


def test_a_sealed_report_before_triage_is_seen_by_the_custodian_only(directory, anong, dao, now):
    sent = Sent(kind=Report.Kind.WRITTEN, language="th", area="95", officials_involved=True, narrative="x")
    report = intake.receive(sent=sent, now=now)

    assert report in visibility.reports_for(dao)
    assert report not in visibility.reports_for(anong)


def test_a_report_in_a_sealed_case_is_hidden_from_the_province_though_it_names_no_official(sealed, anong, dao, now):
    report = intake.receive(sent=Sent(kind=Report.Kind.WRITTEN, language="th", area="95", narrative="x"), now=now)
    assert report in visibility.reports_for(anong)

    triage.attach(report=report, case=sealed, by=dao, now=now)

    assert report not in visibility.reports_for(anong)
    assert report in visibility.reports_for(dao)


def test_the_national_desk_sees_all_provinces(case, national_desk):
    mali = make_officer("Mali", national_desk, Role.SUPERVISOR)

    assert case in visibility.cases_for(mali)
