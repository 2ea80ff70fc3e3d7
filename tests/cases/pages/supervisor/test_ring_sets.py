"""Rings are looked at, tried on the map, proposed by one and confirmed by another."""

import pytest
from django.urls import reverse

from agencies.models import Officer, Role
from cases.models import RingChange, RingPolicy
from cases.rings.plan import DEFAULT_RINGS
from tests.conftest import make_alert, make_officer

pytestmark = pytest.mark.django_db

RINGS = "/directory/rings/"
YALA, PATTANI, ALL = RINGS + "95/any/", RINGS + "94/any/", RINGS + "all/any/"
TRY = RINGS + "preview/"
AT_BETONG = {"at": "5.7740, 101.0725"}


def words_of(response) -> str:
    return " ".join(response.content.decode().split())


def form_of(*rings: dict, do: str = "propose", **said) -> dict:
    """What the browser sends of these rings."""
    sent = {"rings-TOTAL_FORMS": len(rings), "rings-INITIAL_FORMS": len(rings), "do": do, **said}
    for number, ring in enumerate(rings):
        sent |= {f"rings-{number}-{name}": value for name, value in ring.items()}
    return sent


FIRST = {"tells": ["DESK", "NEAREST"], "how_many": 2, "radius_km": 10, "capability": "RESPOND", "minutes": 3}
LAST = {"tells": ["NATIONAL_DESK"], "how_many": "", "radius_km": "", "capability": "RESPOND", "minutes": 8}


def propose(client, *rings: dict, **said):
    return client.post(YALA + "propose/", form_of(*(rings or (FIRST, LAST)), **said), follow=True)


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


def test_a_second_proposal_is_answered_by_the_one_that_waits(supervisor):
    propose(supervisor)

    answer = propose(supervisor)

    assert "Decide about them first." in words_of(answer)
    assert RingChange.objects.count() == 1


# ---- What the form says ------------------------------------------------------------------------------------------


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
