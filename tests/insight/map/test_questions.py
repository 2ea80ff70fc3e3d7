"""The map starts from who is asking, and says no more than it needs to."""

import json
from datetime import timedelta

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.utils import translation

from agencies.models import Agency, Area, Role
from cases.flow import casework, intake
from cases.models import Case, Position
from insight import figures
from insight.map import questions
from tests.conftest import make_alert, make_officer
from tests.insight.conftest import take

pytestmark = pytest.mark.django_db


def drawn(officer, **kwargs):
    collection = json.loads(questions.drawn_cases(officer, exercises=True, **kwargs))
    assert collection["type"] == "FeatureCollection"
    return {feature["properties"]["reference"]: feature for feature in collection["features"]}


def listed(officer):
    return questions.open_cases(officer, exercises=True)


@pytest.fixture
def outlines(areas):
    for code, west, south in (("95", 101.0, 5.6), ("94", 101.1, 6.6), ("90", 100.2, 6.6)):
        square = Polygon.from_bbox((west, south, west + 0.9, south + 0.9))
        Area.objects.filter(code=code).update(boundary=MultiPolygon(square, srid=4326))


# ---- the markers ------------------------------------------------------------------------------------


def test_a_marker_tells_state_and_urgency_and_a_place_rounded_to_a_kilometre(case, somchai):
    feature = drawn(somchai)[case.reference]

    assert feature["geometry"] == {"type": "Point", "coordinates": [101.07, 5.77]}
    assert feature["properties"] == {
        "reference": case.reference,
        "state": "waiting",
        "urgency": "EMERGENCY",
        "area": False,
    }


def test_on_a_wall_the_place_is_coarser_and_no_reference_is_sent(case, somchai):
    text = questions.drawn_cases(somchai, exercises=True, is_wall=True)

    assert '"coordinates" : [101.10, 5.80]' in text
    assert case.reference not in text


def test_the_state_follows_the_case(case, somchai, now):
    take(case, now=now)
    assert drawn(somchai)[case.reference]["properties"]["state"] == "held"

    Case.objects.update(held_at=None, next_ring_at=now, red_since=now)
    assert drawn(somchai)[case.reference]["properties"]["state"] == "red"


def test_a_closed_case_leaves_the_map(case, somchai, anong, now):
    casework.close(case=case, reason="HELPED", text="", by=anong, now=now)

    assert drawn(somchai) == {}
    assert listed(somchai).shown == 0


def test_the_newest_measured_place_is_drawn_once(case, somchai, now):
    intake.add_place(report=case.reports.get(), fix=intake.Fix(101.3, 6.5), now=now)
    intake.add_place(report=case.reports.get(), fix=None, area="950202", now=now)

    [feature] = drawn(somchai).values()

    assert feature["geometry"]["coordinates"] == [101.3, 6.5]


def test_what_was_read_out_of_words_is_drawn_only_where_nothing_was_measured(case, directory, somchai, now):
    read = intake.Fix(101.3, 6.5, source=Position.Source.READ)
    unmeasured = make_alert(now=now, at=None)
    for report in (case.reports.get(), unmeasured):
        intake.add_place(report=report, fix=None, read=read, text="6.5, 101.3", now=now)

    places = {reference: feature["geometry"]["coordinates"] for reference, feature in drawn(somchai).items()}

    assert places == {case.reference: [101.07, 5.77], unmeasured.reference: [101.3, 6.5]}


def test_a_case_with_only_a_named_area_is_drawn_there_and_says_so(directory, somchai, now):
    report = make_alert(at=None, area="950202")

    feature = drawn(somchai)[report.reference]

    assert feature["geometry"]["coordinates"] == [101.13, 5.83]
    assert feature["properties"]["area"] is True


def test_a_case_without_a_place_is_listed_apart(directory, national_desk, case, now):
    mali = make_officer("Mali", national_desk, Role.SUPERVISOR)
    lost = make_alert(at=None).case

    watched = listed(mali)

    assert (watched.placed, watched.unplaced) == ([case], [lost])
    assert lost.reference not in drawn(mali)


def test_the_map_is_the_officers_own(case, somchai, pattani_desk, krit, pim):
    nok = make_officer("Nok", pattani_desk, Role.SUPERVISOR)

    assert list(drawn(somchai)) == [case.reference]
    for officer in (nok, krit):
        assert drawn(officer) == {}
        assert listed(officer).shown == 0


def test_a_sealed_case_is_drawn_for_its_custodian_only(directory, somchai, national_desk, custodian):
    sealed = make_alert(officials_involved=True)
    mali = make_officer("Mali", national_desk, Role.SUPERVISOR)
    lek = make_officer("Lek", custodian, Role.SUPERVISOR)

    assert list(drawn(lek)) == [sealed.reference]
    assert drawn(somchai) == drawn(mali) == {}


def test_the_worst_and_oldest_stand_first_in_list_and_map(directory, somchai, now):
    references = []
    for minutes, change in (
        (50, {"held_at": now, "next_ring_at": None}),
        (10, {"urgency": "URGENT"}),
        (5, {}),
        (20, {}),
        (1, {"red_since": now}),
    ):
        case = make_alert(now=now - timedelta(minutes=minutes)).case
        Case.objects.filter(pk=case.pk).update(**change)
        references.append(case.reference)
    held, urgent, young, old, red = references

    assert [case.reference for case in listed(somchai).placed] == [red, old, young, urgent, held]
    assert list(drawn(somchai)) == [red, old, young, urgent, held]


def test_exercises_are_shown_only_when_asked_for(directory, somchai, now):
    make_alert(is_exercise=True)

    assert json.loads(questions.drawn_cases(somchai, exercises=False))["features"] == []
    assert questions.open_cases(somchai, exercises=False).shown == 0
    assert figures.counts_for(somchai, exercises=False).open == 0
    assert figures.counts_for(somchai, exercises=True).open == 1


def test_three_hundred_cases_fit_into_sixty_kilobytes(case, somchai):
    _copy(case, 299)

    text = questions.drawn_cases(somchai, exercises=True)

    assert len(json.loads(text)["features"]) == 300
    assert len(text.encode()) <= 60_000


def test_in_a_flood_the_worst_are_drawn_and_the_others_counted(case, somchai):
    _copy(case, 320)

    assert len(drawn(somchai)) == questions.DRAWN
    assert listed(somchai).shown == questions.DRAWN
    assert figures.counts_for(somchai, exercises=True).waiting == 321


def _copy(case, times):
    """The same case again, each with a report and a place of its own."""
    report = case.reports.get()
    position = report.positions.get()
    for number in range(times):
        reference = f"{number:04}-COPY"
        case.pk, case.reference = None, reference
        case.save()
        report.pk, report.reference, report.case = None, reference, case
        report.save()
        position.pk, position.report = None, report
        position.save()


def test_a_point_in_the_sea_is_rounded_all_the_same(directory, national_desk):
    mali = make_officer("Mali", national_desk, Role.SUPERVISOR)
    report = make_alert(at=Point(99.12345, 9.98765, srid=4326))

    assert drawn(mali)[report.reference]["geometry"]["coordinates"] == [99.12, 9.99]


# ---- the ground -------------------------------------------------------------------------------------


def test_the_ground_has_the_officers_provinces_and_those_beside_them(outlines, somchai):
    with translation.override("th"):
        provinces = json.loads(questions.outlines(somchai))["features"]

    ours = {p["properties"]["name"]: p["properties"]["ours"] for p in provinces}

    assert ours["ยะลา"] is True
    assert set(ours) - {"ยะลา"} == {"ปัตตานี", "สงขลา"}
    assert not ours["ปัตตานี"]


def test_the_national_desk_sees_all_provinces_as_its_own(outlines, national_desk):
    mali = make_officer("Mali", national_desk, Role.SUPERVISOR)

    provinces = json.loads(questions.outlines(mali))["features"]

    assert [p["properties"]["ours"] for p in provinces] == [True] * 3


def test_agencies_are_drawn_by_kind_and_a_secret_one_never(directory, somchai, yala_shelter, pattani_desk):
    text = questions.agencies(somchai)

    kinds = {f["properties"]["kind"]: f["properties"]["names"] for f in json.loads(text)["features"]}
    assert kinds == {"HOSPITAL": ["Betong Hospital"], "POLICE_STN": ["Betong Police"], "PSDHS": ["Yala Desk"]}
    assert "Shelter" not in text
    assert "101.09" not in text


def test_a_secret_location_stays_secret_for_the_national_desk(directory, national_desk, yala_shelter):
    mali = make_officer("Mali", national_desk, Role.SUPERVISOR)
    Agency.objects.filter(pk=yala_shelter.pk).update(kind="POLICE_STN")

    points = json.loads(questions.agencies(mali))["features"]

    assert all([101.09, 5.78] not in feature["geometry"]["coordinates"] for feature in points)


def test_an_agency_that_closed_is_not_drawn(directory, somchai, betong_police):
    Agency.objects.filter(pk=betong_police.pk).update(is_active=False)

    assert "Betong Police" not in questions.agencies(somchai)


def test_the_ground_of_nobody_is_empty(outlines, directory, krit):
    nothing = {"type": "FeatureCollection", "features": []}

    assert json.loads(questions.outlines(krit)) == nothing
    assert json.loads(questions.agencies(krit)) == nothing
