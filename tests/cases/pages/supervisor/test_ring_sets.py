"""Rings are looked at, and a change that one officer proposed is confirmed by another."""

import pytest
from django.urls import reverse

from agencies.models import Officer, Role
from cases.models import RingChange, RingPolicy
from cases.rings.plan import DEFAULT_RINGS
from tests.cases.pages.conftest import words_of
from tests.cases.pages.supervisor.conftest import RINGS, TRY, YALA, propose
from tests.conftest import make_alert, make_officer

pytestmark = pytest.mark.django_db

PATTANI, ALL = RINGS + "94/any/", RINGS + "all/any/"


# ---- Proposed by one, confirmed by another -----------------------------------------------------------------------


def test_one_proposes_another_confirms_and_an_alert_follows(supervisor, malee):
    answer = propose(supervisor)
    change = RingChange.objects.get()
    assert "It counts once a second person has confirmed it." in words_of(answer)
    assert make_alert().case.plan["rings"] == DEFAULT_RINGS

    supervisor.force_login(malee)
    answer = supervisor.post(reverse("rings-confirm", args=[change.pk]), follow=True)

    assert "Cases that are opened from now on follow it." in words_of(answer)
    assert [ring["minutes"] for ring in make_alert().case.plan["rings"]] == [3, 8]
    assert "Set for exactly this." in words_of(supervisor.get(YALA))


def test_who_proposed_it_is_not_offered_to_confirm_it_and_cannot(supervisor):
    page = words_of(propose(supervisor))
    change = RingChange.objects.get()

    answer = supervisor.post(reverse("rings-confirm", args=[change.pk]), follow=True)

    assert "Confirm this change" not in page
    assert "a second person has to confirm it" in words_of(answer)
    assert not RingPolicy.objects.exists()


def test_it_waits_on_the_overview_of_the_second_person(supervisor, malee, krit):
    propose(supervisor)

    for officer in (malee, krit):
        supervisor.force_login(officer)
        page = words_of(supervisor.get(RINGS))
        assert "Waits for a second person" in page
        assert "proposed by Somchai" in page
        assert "Confirm this change" in words_of(supervisor.get(YALA))


def test_it_is_withdrawn_and_the_history_keeps_it(supervisor, malee):
    propose(supervisor)
    change = RingChange.objects.get()

    answer = supervisor.post(reverse("rings-withdraw", args=[change.pk]), follow=True)

    page = words_of(answer)
    assert "Nothing has changed." in page
    assert "Somchai proposed" in page
    assert "withdrawn by Somchai" in page


def test_a_removal_needs_two_as_well(supervisor, malee):
    propose(supervisor)
    supervisor.force_login(malee)
    supervisor.post(reverse("rings-confirm", args=[RingChange.objects.get().pk]))

    supervisor.post(YALA + "remove/")
    assert "This set is to be removed" in words_of(supervisor.get(YALA))
    supervisor.post(reverse("rings-confirm", args=[RingChange.objects.get(rings=[]).pk]))
    assert RingPolicy.objects.exists()
    supervisor.force_login(Officer.objects.get(username="somchai"))
    supervisor.post(reverse("rings-confirm", args=[RingChange.objects.get(rings=[]).pk]))

    assert not RingPolicy.objects.exists()
    assert make_alert().case.plan["rings"] == DEFAULT_RINGS


# ---- Who may -----------------------------------------------------------------------------------------------------


def test_a_supervisor_keeps_the_rings_of_the_own_provinces_only(supervisor, pattani_desk):
    for address in (PATTANI, ALL, RINGS + "95/SOON/", RINGS + "9502/any/", PATTANI + "propose/"):
        assert supervisor.get(address).status_code == 404, address
    assert supervisor.post(PATTANI + "remove/").status_code == 404
    assert "Pattani" not in words_of(supervisor.get(RINGS))


def test_a_change_of_another_province_is_not_there(supervisor, areas, pattani_desk, now):
    nok = make_officer("Nok", pattani_desk, Role.SUPERVISOR)
    change = RingChange.objects.create(province=areas["94"], rings=[], proposed_by=nok, proposed_at=now)

    for name in ("rings-confirm", "rings-withdraw"):
        assert supervisor.post(reverse(name, args=[change.pk])).status_code == 404
    assert supervisor.get(TRY, {"change": change.pk}).status_code == 404


def test_an_administrator_and_the_national_desks_supervisor_keep_all_of_them(supervisor, krit, national_desk):
    for officer in (krit, make_officer("Mali", national_desk, Role.SUPERVISOR)):
        supervisor.force_login(officer)
        for address in (YALA, PATTANI, ALL, ALL + "propose/"):
            assert supervisor.get(address).status_code == 200, address


@pytest.mark.parametrize("role", [Role.AGENCY, Role.TRIAGE])
def test_nobody_else_opens_them(client, yala_desk, role):
    client.force_login(make_officer("Anong", yala_desk, role))

    for address in (RINGS, YALA, YALA + "propose/", TRY):
        assert client.get(address).status_code == 403


def test_a_look_changes_nothing(supervisor, malee):
    propose(supervisor)
    pk = RingChange.objects.get().pk

    for name in ("rings-confirm", "rings-withdraw"):
        assert supervisor.get(reverse(name, args=[pk])).status_code == 405
    assert supervisor.get(YALA + "remove/").status_code == 405


def test_no_case_is_on_any_of_these_pages(supervisor, malee):
    case = make_alert().case
    propose(supervisor)

    for address in (RINGS, YALA, YALA + "propose/", TRY + "?at=5.7740,101.0725"):
        assert case.reference not in words_of(supervisor.get(address))
