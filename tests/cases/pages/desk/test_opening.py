"""Officers open only what they may. A refusal is recorded, and says no more than that there is no such page."""

import pytest
from django.urls import reverse

from agencies.models import Role
from cases.models import AccessEvent, Case
from tests.conftest import make_officer

pytestmark = pytest.mark.django_db

GET = ["desk-case", "desk-case-answers", "desk-ask", "desk-move", "desk-close"]
POST = ["desk-note", "desk-take", "desk-review", "desk-ask", "desk-move", "desk-close"]


def addresses(case):
    dispatch = case.dispatches.first().pk
    yield "get", reverse("desk-queue")
    yield from (("get", reverse(name, args=[case.reference])) for name in [*GET, "desk-report"])
    yield "get", reverse("desk-dispatch", args=[case.reference, dispatch])
    yield from (("post", reverse(name, args=[case.reference])) for name in POST)
    for answer in ("called", "taken", "declined", "arrived", "outcome"):
        yield "post", reverse("desk-answer", args=[case.reference, dispatch, answer])
    for name in ("desk-report-open", "desk-report-attach", "desk-report-dismiss"):
        yield "post", reverse(name, args=[case.reference])


@pytest.mark.parametrize("role", [Role.AGENCY, Role.ADMIN])
def test_other_roles_open_nothing_of_the_desk(client, case, yala_desk, role):
    client.force_login(make_officer("Krit", yala_desk, role))

    assert {getattr(client, method)(address).status_code for method, address in addresses(case)} == {403}


def test_somebody_who_is_not_logged_in_is_sent_to_the_login(client, case):
    for method, address in addresses(case):
        answer = getattr(client, method)(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/login/")


def test_an_officer_of_another_province_finds_nothing_and_is_remembered(client, case, pattani_desk):
    nok = make_officer("Nok", pattani_desk, Role.TRIAGE)
    client.force_login(nok)

    for method, address in addresses(case):
        if address != reverse("desk-queue"):
            before = AccessEvent.objects.filter(is_refused=True, officer=nok).count()
            assert getattr(client, method)(address).status_code == 404, address
            assert AccessEvent.objects.filter(is_refused=True, officer=nok).count() == before + 1, address


def test_a_sealed_case_is_not_there_for_the_province(desk, sealed, anong):
    assert sealed.reference not in desk.get("/desk/").content.decode()
    for method, address in addresses(sealed):
        if address != reverse("desk-queue"):
            assert getattr(desk, method)(address).status_code == 404, address

    assert AccessEvent.objects.filter(case=sealed, officer=anong, is_refused=True).exists()
    assert not AccessEvent.objects.filter(officer=anong, is_refused=False).exists()


def test_a_sealed_case_is_open_to_its_custodian(client, sealed, dao):
    client.force_login(dao)

    assert sealed.reference in client.get("/desk/").content.decode()
    assert client.get(reverse("desk-case", args=[sealed.reference])).status_code == 200


def test_a_sealed_case_cannot_be_joined_by_its_reference(desk, sealed, report):
    answer = desk.post(reverse("desk-report-attach", args=[report.reference]), {"case": sealed.reference})

    report.refresh_from_db()
    assert report.case is None
    assert answer.status_code == 200


def test_what_does_not_exist_leaves_no_trace(desk):
    assert desk.get(reverse("desk-case", args=["2222-2222"])).status_code == 404
    assert not AccessEvent.objects.exists()


def test_a_dispatch_is_reached_through_its_own_case_only(desk, case, sealed):
    foreign = sealed.dispatches.first()

    assert desk.get(reverse("desk-dispatch", args=[case.reference, foreign.pk])).status_code == 404


def test_nothing_is_changed_by_a_look(desk, case):
    for name in POST[:3]:
        assert desk.get(reverse(name, args=[case.reference])).status_code == 405
    before = Case.objects.values().get(pk=case.pk)

    for name in ("desk-ask", "desk-move", "desk-close", "desk-case-answers"):
        assert desk.get(reverse(name, args=[case.reference])).status_code == 200

    assert Case.objects.values().get(pk=case.pk) == before
