"""The plan of a case: the most particular set of rings, within what the person allowed."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point

from agencies.models import Agency, Capability
from cases.flow import dispatching, intake
from cases.models import Case, Dispatch, Report, RingPolicy
from cases.privacy.actor import Actor
from cases.rings.plan import DEFAULT_RINGS, SEALED_RINGS, plan_for
from tests.conftest import make_agency, make_alert

pytestmark = pytest.mark.django_db

OPEN, GENTLE = Report.MayTell.NEAREST_HELP, Report.MayTell.SOCIAL_WORKERS


def make_rings(*minutes: int, province=None, urgency: str = "", requires=(), **fields) -> None:
    for number, wait in enumerate(minutes, start=1):
        tells = ["DESK", "NEAREST"] if number == 1 else ["NATIONAL_DESK"]
        row = {"tells": tells, "radius_m": 20_000, "how_many": 2, **fields}
        row["requires"] = requires if number == 1 else []
        RingPolicy.objects.create(province=province, urgency=urgency, ring=number, minutes=wait, **row)


def plan(province: str | None = "95", urgency: str = "EMERGENCY", may_tell: str = OPEN, is_sealed: bool = False):
    return plan_for(province=province, urgency=urgency, may_tell=may_tell, is_sealed=is_sealed)


def minutes(**said) -> list[int]:
    return [ring["minutes"] for ring in plan(**said)["rings"]]


def takes(case: Case, agency: Agency, now) -> Case:
    dispatch = case.dispatches.get(agency=agency)
    by = Actor.link_holder(dispatch)
    dispatching.acknowledge(dispatch=dispatch, name="Wichai", arrival_minutes=5, by=by, now=now)
    case.refresh_from_db()
    return case


def test_the_most_particular_set_counts_and_it_counts_whole(areas):
    make_rings(1, 11)
    make_rings(2, 12, 22, urgency="EMERGENCY")
    make_rings(3, 13, province=areas["95"])
    make_rings(4, province=areas["95"], urgency="EMERGENCY")

    assert minutes() == [4]
    assert minutes(urgency="URGENT") == [3, 13]
    assert minutes(province="94") == [2, 12, 22]
    assert minutes(province=None, urgency="URGENT") == [1, 11]


def test_without_any_set_the_default_counts(db):
    assert plan() == {"requires": ["RESPOND"], "rings": DEFAULT_RINGS}


def test_the_last_ring_tells_the_national_desk_whoever_wrote_the_row(areas):
    RingPolicy.objects.create(ring=1, tells=["DESK"], minutes=2)

    assert plan()["rings"][-1]["tells"] == ["DESK", "NATIONAL_DESK"]


def test_a_phone_that_finds_its_place_after_the_press_gets_the_rings_of_its_province(directory, areas, now):
    make_rings(3, 8, province=areas["95"], how_many=1)
    report = make_alert(now=now, at=None)
    assert [ring["minutes"] for ring in report.case.plan["rings"]] == [5, 5, 10]

    fix = intake.Fix(longitude=101.0725, latitude=5.7740, accuracy_m=25)
    intake.add_place(report=report, fix=fix, now=now + timedelta(seconds=5))

    case = Case.objects.get()
    assert [ring["minutes"] for ring in case.plan["rings"]] == [3, 8]
    assert nearest(case) == ["Betong Police"]
    assert case.next_ring_at == now + timedelta(minutes=3, seconds=5)


def test_once_the_place_is_known_the_rings_do_not_change_again(directory, areas, pattani_desk, now):
    make_rings(3, 8, province=areas["94"])
    report = make_alert(now=now)

    intake.add_place(report=report, fix=intake.Fix(longitude=101.254, latitude=6.868), now=now)

    case = Case.objects.get()
    assert case.province_id == "94"
    assert case.plan["rings"] == DEFAULT_RINGS


def test_no_ring_starts_over_when_a_place_comes_late(directory, areas, now):
    make_rings(3, 8, province=areas["95"])
    report = make_alert(now=now, at=None)
    dispatching.escalate_overdue(now=now + timedelta(minutes=5))

    fix = intake.Fix(longitude=101.0725, latitude=5.7740)
    intake.add_place(report=report, fix=fix, now=now + timedelta(minutes=6))

    assert Case.objects.get().plan["rings"] == DEFAULT_RINGS


def test_no_policy_changes_a_sealed_plan(areas):
    make_rings(1, 2, requires=["MEDICAL"])

    assert plan(is_sealed=True) == {"requires": ["SOCIAL_WORK"], "rings": SEALED_RINGS}


@pytest.mark.parametrize(
    ("requires", "may_tell", "required"),
    [
        ([], OPEN, ["RESPOND"]),
        ([], GENTLE, ["SOCIAL_WORK"]),
        (["RESPOND", "MEDICAL"], OPEN, ["RESPOND", "MEDICAL"]),
        (["RESPOND", "MEDICAL"], GENTLE, ["SOCIAL_WORK"]),
        (["RESPOND", "SHELTER"], GENTLE, ["SHELTER"]),
    ],
)
def test_who_must_acknowledge_is_the_policys_within_what_the_person_allowed(areas, requires, may_tell, required):
    make_rings(5, 10, requires=requires)

    assert plan(may_tell=may_tell)["requires"] == required


def test_a_case_is_held_once_all_that_its_policy_requires_have_acknowledged(
    directory, betong_police, betong_hospital, now
):
    make_rings(5, 10, requires=["RESPOND", "MEDICAL"])
    case = make_alert(now=now).case

    assert takes(case, betong_police, now).state == "waiting"
    assert takes(case, betong_hospital, now).state == "held"


def test_a_ring_asks_for_the_capability_and_the_kinds_of_its_policy(directory, now):
    make_agency("NGO", "Helper", Capability.RESPOND, at=Point(101.08, 5.78, srid=4326))
    make_rings(5, 10, kinds=["NGO", "HOSPITAL"])
    by_kind = make_alert(now=now).case
    RingPolicy.objects.update(kinds=[], capability="MEDICAL")
    by_capability = make_alert(now=now).case

    assert nearest(by_kind) == ["Helper", "Betong Hospital"]
    assert nearest(by_capability) == ["Betong Hospital"]


def nearest(case: Case) -> list[str]:
    return [d.agency.name_en for d in case.dispatches.filter(why=Dispatch.Why.NEAREST).order_by("metres")]


def test_a_policy_never_widens_what_the_person_allowed(directory, now):
    police = make_agency("POLICE_PROV", "Yala Police", Capability.RESPOND, at=Point(101.1, 5.8, srid=4326))
    for number in (1, 2):
        RingPolicy.objects.create(
            ring=number, tells=["DESK", "NEAREST"], radius_m=300_000, how_many=20, kinds=["POLICE_PROV"], minutes=1
        )
    case = make_alert(now=now, may_tell=GENTLE).case

    for step in range(1, 5):
        dispatching.escalate_overdue(now=now + timedelta(minutes=step))

    asked = {dispatch.agency for dispatch in case.dispatches.select_related("agency")}
    assert police not in asked
    assert {agency.kind for agency in asked} <= set(Agency.SOCIAL_KINDS)
    assert len(asked) >= 3


def test_a_policy_that_names_immigration_still_tells_it_nothing(directory, now):
    immigration = make_agency("IMMIGRATION", "Immigration", Capability.RESPOND, at=Point(101.07, 5.77, srid=4326))
    make_rings(5, 10, kinds=["IMMIGRATION"])

    case = make_alert(now=now).case

    assert not case.dispatches.filter(agency=immigration).exists()


def test_a_plan_frozen_before_there_were_kinds_still_goes_on(directory, now):
    case = make_alert(now=now).case
    for ring in case.plan["rings"]:
        del ring["kinds"]
    case.save(update_fields=["plan"])

    for minutes_later in (5, 10):
        dispatching.escalate_overdue(now=now + timedelta(minutes=minutes_later))
    declined = case.dispatches.filter(why="NEAREST").first()
    dispatching.decline(dispatch=declined, reason="BUSY", by=Actor.link_holder(declined), now=now)

    case.refresh_from_db()
    assert (case.ring, case.state) == (3, "red")


def test_who_declines_is_replaced_by_the_same_kind_of_help(directory, betong_hospital, now):
    far = make_agency("HOSPITAL", "Far Hospital", Capability.MEDICAL, at=Point(101.2, 5.9, srid=4326))
    make_agency("POLICE_STN", "Near Police", Capability.RESPOND, at=Point(101.09, 5.79, srid=4326))
    make_rings(5, 10, capability="MEDICAL", kinds=["HOSPITAL"], how_many=1)
    wider = {"tells": ["NEAREST", "NATIONAL_DESK"], "radius_m": 50_000, "capability": "RESPOND"}
    RingPolicy.objects.filter(ring=2).update(**wider)
    case = make_alert(now=now).case
    hospital = case.dispatches.get(agency=betong_hospital)

    dispatching.decline(dispatch=hospital, reason="BUSY", by=Actor.link_holder(hospital), now=now)

    assert case.dispatches.filter(agency=far).exists()
    assert not case.dispatches.filter(agency__name_en="Near Police").exists()
