"""What each role may see, and where it begins."""

import pytest

from agencies import access
from agencies.access import Scope
from agencies.models import Role
from tests.conftest import make_officer

pytestmark = pytest.mark.django_db


def test_an_agency_officer_sees_what_the_agency_was_asked(pim):
    assert access.scope_of(pim) == Scope(dispatched_to=pim.agency_id)


@pytest.mark.parametrize("role", [Role.TRIAGE, Role.SUPERVISOR])
def test_a_provincial_desk_sees_its_province_and_no_sealed_case(yala_desk, role):
    scope = access.scope_of(make_officer("Anong", yala_desk, role))

    assert scope == Scope(provinces=frozenset({"95"}), dispatched_to=yala_desk.pk)


def test_areas_given_to_an_officer_replace_those_of_the_agency(anong, areas):
    anong.areas.set([areas["94"], areas["90"]])

    assert access.scope_of(anong).provinces == {"94", "90"}


def test_the_national_desk_sees_all_provinces_and_no_sealed_case(national_desk):
    mali = make_officer("Mali", national_desk, Role.SUPERVISOR)

    assert access.scope_of(mali) == Scope(provinces=None, dispatched_to=national_desk.pk)


def test_the_custodian_sees_sealed_cases_of_all_provinces(dao):
    assert access.scope_of(dao) == Scope(provinces=None, is_custodian=True, dispatched_to=dao.agency_id)


def test_an_administrator_sees_no_case_even_at_the_national_desk(krit):
    assert access.scope_of(krit) == Scope(provinces=frozenset(), is_custodian=False, dispatched_to=None)


def test_a_desk_of_no_province_sees_no_province(national_desk):
    national_desk.is_last_resort = False

    scope = access.scope_of(make_officer("Mali", national_desk, Role.TRIAGE))

    assert scope.provinces == {""}


@pytest.mark.parametrize(
    ("role", "page"),
    [
        (Role.AGENCY, "/asked/"),
        (Role.TRIAGE, "/desk/"),
        (Role.SUPERVISOR, "/desk/"),
        (Role.ADMIN, "/directory/"),
    ],
)
def test_everybody_starts_where_their_work_is(client, yala_desk, role, page):
    client.force_login(make_officer("Anong", yala_desk, role))

    answer = client.get("/start/")

    assert answer["Location"] == page
    assert client.get(page).status_code == 200


def test_no_page_of_officers_is_kept_by_the_browser(client, krit):
    client.force_login(krit)

    assert "no-store" in client.get("/directory/")["Cache-Control"]
