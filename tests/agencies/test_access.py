"""What each role may see, and where it begins."""

import pytest

from agencies import access
from agencies.access import Scope
from agencies.models import Role
from tests.conftest import make_officer

pytestmark = pytest.mark.django_db


def test_an_agency_officer_sees_what_the_agency_was_asked(pim):
    assert access.scope_of(pim) == Scope(agency=pim.agency_id)


@pytest.mark.parametrize("role", [Role.TRIAGE, Role.SUPERVISOR])
def test_a_provincial_desk_sees_its_province_and_no_sealed_case(yala_desk, role):
    scope = access.scope_of(make_officer("Anong", yala_desk, role))

    assert scope == Scope(provinces=frozenset({"95"}), agency=yala_desk.pk)


def test_areas_given_to_an_officer_replace_those_of_the_agency(anong, areas):
    anong.areas.set([areas["94"], areas["90"]])

    assert access.scope_of(anong).provinces == {"94", "90"}


def test_the_national_desk_sees_all_provinces_and_no_sealed_case(national_desk):
    mali = make_officer("Mali", national_desk, Role.SUPERVISOR)

    assert access.scope_of(mali) == Scope(provinces=None, agency=national_desk.pk)


def test_the_custodian_sees_sealed_cases_of_all_provinces(dao):
    assert access.scope_of(dao) == Scope(provinces=None, is_custodian=True, agency=dao.agency_id)


def test_an_administrator_sees_no_case_even_at_the_national_desk(krit):
    assert access.scope_of(krit) == Scope(provinces=frozenset(), is_custodian=False, agency=None)


def test_a_desk_of_no_province_sees_no_province(national_desk):
    national_desk.is_last_resort = False

    scope = access.scope_of(make_officer("Mali", national_desk, Role.TRIAGE))

    assert scope.provinces == {""}


def test_no_page_of_officers_is_kept_by_the_browser(client, krit):
    client.force_login(krit)

    assert "no-store" in client.get("/directory/")["Cache-Control"]
