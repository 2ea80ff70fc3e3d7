"""Rings are looked at, tried on the map, proposed by one and confirmed by another."""

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.urls import reverse

from agencies.models import Agency, Capability, Notification, Officer, Role
from cases.flow.dispatching.plan import DEFAULT_RINGS
from cases.models import Case, Dispatch, Report, RingChange, RingPolicy
from tests.conftest import make_agency, make_alert, make_officer

pytestmark = pytest.mark.django_db

RINGS = "/directory/rings/"
YALA, PATTANI, ALL = RINGS + "95/any/", RINGS + "94/any/", RINGS + "all/any/"
TRY = RINGS + "preview/"
AT_BETONG = {"at": "5.7740, 101.0725"}


def words_of(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def malee(yala_desk) -> Officer:
    """A second supervisor in Yala."""
    return make_officer("Malee", yala_desk, Role.SUPERVISOR)


@pytest.fixture
def supervisor(client, directory, somchai):
    """Somchai's browser."""
    client.force_login(somchai)
    return client


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


# ---- The preview -------------------------------------------------------------------------------------------------


def tried(client, **said) -> str:
    return words_of(client.get(TRY, {**AT_BETONG, **said}))


def test_an_alert_here_would_tell_these_because(supervisor):
    page = tried(supervisor)

    first, second, third = (page[page.index(f"Ring {n} ·") :] for n in (1, 2, 3))
    assert "Yala Desk" in first
    assert "the province&#x27;s desk" in first
    assert "Betong Police" in first
    assert "among the nearest that can help · 0.4 km" in first
    assert "at once" in first
    assert "after 5 minutes without an answer" in second
    assert "National Desk" in third
    assert "Held once these have acknowledged: <strong>goes to the place</strong>" in page


def test_the_preview_is_what_a_real_alert_then_does(supervisor, now):
    case = make_alert(now=now).case
    asked = {dispatch.agency.name_en for dispatch in case.dispatches.filter(ring=1)}
    page = tried(supervisor)

    first = page[page.index("Ring 1 ·") : page.index("Ring 2 ·")]
    told = first[: first.index("<details")] if "<details" in first else first
    names = set(Agency.objects.filter(location_secret=False).values_list("name_en", flat=True))
    assert {name for name in names if name in told} == asked


def test_it_writes_nothing(supervisor):
    tables = (Report, Case, Dispatch, Notification, RingChange, RingPolicy)
    before = [model.objects.count() for model in tables]
    writes = []

    def listen(execute, sql, params, many, context):
        if sql.split()[0] in ("INSERT", "UPDATE", "DELETE") and "session" not in sql:
            writes.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        tried(supervisor)
        supervisor.post(YALA + "propose/", form_of(FIRST, LAST, do="preview", **AT_BETONG))

    assert [model.objects.count() for model in tables] == before
    assert writes == []


def test_it_says_who_was_passed_over_and_why(supervisor):
    at = Point(101.0725, 5.7741, srid=4326)
    make_agency("IMMIGRATION", "Immigration", Capability.RESPOND, at=at)
    make_agency("LABOUR", "Labour Office", Capability.LABOUR, at=at)
    make_agency("POLICE_STN", "Fourth Station", Capability.RESPOND, at=Point(101.16, 5.8, srid=4326))
    make_agency("POLICE_STN", "Third Station", Capability.RESPOND, at=Point(101.12, 5.8, srid=4326))
    page = tried(supervisor)
    first = page[page.index("Ring 1 ·") : page.index("Ring 2 ·")]

    assert 'Immigration</span> <span class="muted">0.0 km · never told by itself' in first
    assert 'Labour Office</span> <span class="muted">0.0 km · cannot do what this ring asks for' in first
    assert "others are nearer" in first


def test_who_allowed_social_workers_only_bounds_it(supervisor):
    page = tried(supervisor, may_tell="SOCIAL_WORKERS")

    assert 'Betong Police</span> <span class="muted">0.4 km · beyond what the person allowed' in page
    assert "Held once these have acknowledged: <strong>social work</strong>" in page


def test_a_secret_shelter_has_no_name_pin_or_distance(supervisor, yala_shelter):
    page = tried(supervisor, may_tell="SOCIAL_WORKERS")

    assert "Shelter for children and families" in page
    assert "its place is secret" in page
    assert "Yala Shelter" not in page
    assert "101.09," not in page


def test_a_sealed_alert_goes_to_the_custodian_only(supervisor):
    page = tried(supervisor, is_sealed="on")

    assert "sealed: the national custodian" in page
    assert "Yala Desk" not in page


def test_an_agency_that_no_message_reaches_is_marked(supervisor, betong_police):
    betong_police.contact_points.update(confirmed_at=None)

    page = tried(supervisor)

    police = page[page.index("Betong Police</span>") :]
    assert police.index("somebody has to telephone") < police.index("</li>")


def test_near_a_border_the_second_desk_is_told_and_it_says_so(supervisor, pattani_desk):
    page = words_of(supervisor.get(TRY, {"at": "6.69, 101.27"}))

    assert "Pattani Desk" in page
    assert "the desk of the second one is told as well" in page


def test_abroad_it_says_that_thai_officers_cannot_cross(supervisor):
    page = words_of(supervisor.get(TRY, {"at": "6.12, 102.24"}))

    assert "Thai officers cannot cross" in page
    first = page[page.index("Ring 1 ·") : page.index("Ring 2 ·")]
    assert "National Desk" in first
    assert "Betong Police" not in first


def test_without_javascript_a_district_is_enough(supervisor):
    page = words_of(supervisor.get(TRY, {"at": "", "area": "9502"}))

    assert "Betong: an alert here, now, would tell these" in page
    assert "Betong Police" in page


def test_the_middle_of_a_whole_province_looks_for_nobody_near_in_the_first_ring(supervisor):
    page = words_of(supervisor.get(TRY, {"at": "", "area": "95"}))

    first = page[page.index("Ring 1 ·") : page.index("Ring 2 ·")]
    assert "Yala Desk" in first
    assert "km" not in first.split("<details")[0]


@pytest.mark.parametrize("at", ["here", "91, 101", "5.77", "1;2;3", "nan nan", "inf,1", "9" * 60])
def test_coordinates_that_make_no_sense_are_told_and_kept(supervisor, at):
    page = words_of(supervisor.get(TRY, {"at": at}))

    assert "Two numbers are wanted here" in page
    assert f'value="{at}"' in page


@pytest.mark.parametrize("at", ["5.7740 101.0725", "5,7740; 101,0725", " 5.7740,101.0725 ", "๕.๗๗๔๐, ๑๐๑.๐๗๒๕"])
def test_coordinates_are_read_as_people_paste_them(supervisor, at):
    assert "Betong Police" in words_of(supervisor.get(TRY, {"at": at}))


def test_proposed_rings_are_tried_before_and_after_they_are_proposed(supervisor):
    while_typing = supervisor.post(
        YALA + "propose/", form_of({**FIRST, "how_many": 1, "minutes": 17}, LAST, do="preview", **AT_BETONG)
    )
    propose(supervisor, {**FIRST, "how_many": 1, "minutes": 17}, LAST)
    afterwards = supervisor.get(TRY, {**AT_BETONG, "change": RingChange.objects.get().pk})

    for answer in (while_typing, afterwards):
        page = words_of(answer)
        assert "With the proposed rings." in page
        assert "after 17 minutes without an answer" in page
        assert 'Betong Hospital</span> <span class="muted">1.5 km · others are nearer' in page
    assert "With the default rings." in tried(supervisor)


def test_a_place_in_another_province_is_tried_with_the_rings_of_that_province(supervisor, pattani_desk):
    propose(supervisor, {**FIRST, "minutes": 17}, LAST)

    page = words_of(supervisor.get(TRY, {"at": "6.868, 101.254", "change": RingChange.objects.get().pk}))

    assert "This place lies in another province" in page
    assert "after 17 minutes" not in page


def test_the_queries_do_not_grow_with_the_directory(supervisor, django_assert_max_num_queries):
    for number in range(30):
        at = Point(101.07 + number / 500, 5.78, srid=4326)
        make_agency("POLICE_STN", f"Station {number}", Capability.RESPOND, at=at)

    with django_assert_max_num_queries(22):
        assert "Station 3" in tried(supervisor)
