"""The preview says whom an alert at a place would tell, and why, and writes nothing."""

import pytest
from django.contrib.gis.geos import Point
from django.db import connection

from agencies.models import Agency, Capability, Notification
from cases.models import Case, Dispatch, Report, RingChange, RingPolicy
from tests.cases.pages.conftest import words_of
from tests.cases.pages.supervisor.conftest import FIRST, LAST, TRY, YALA, form_of, propose
from tests.conftest import make_agency, make_alert

pytestmark = pytest.mark.django_db

AT_BETONG = {"at": "5.7740, 101.0725"}


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
