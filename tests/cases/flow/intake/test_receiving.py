"""Stage 1: what somebody sent is committed with everything that must follow."""

from datetime import timedelta
from math import cos, hypot, radians

import pytest
from django.contrib.gis.geos import Point
from django.db import DatabaseError
from hypothesis import given
from hypothesis import strategies as st

from agencies.models import Notification
from cases.flow import casework, intake
from cases.flow.intake import Fix, Sent
from cases.models import Case, CaseEvent, Dispatch, Position, Report
from cases.privacy import history
from cases.rings import choosing
from tests.conftest import BETONG, make_alert

pytestmark = pytest.mark.django_db

NEAREST_HELP, SOCIAL_WORKERS = Report.MayTell.NEAREST_HELP, Report.MayTell.SOCIAL_WORKERS


def written(**fields) -> Sent:
    return Sent(kind=Report.Kind.WRITTEN, language="th", **fields)


def test_an_alert_is_committed_with_case_dispatches_messages_and_history(directory, now):
    report = make_alert(now=now)

    case = report.case
    assert (case.urgency, case.province_id, case.district_id) == ("EMERGENCY", "95", "9502")
    assert [d.agency.name_en for d in case.dispatches.order_by("pk")] == [
        "Yala Desk",
        "Betong Police",
        "Betong Hospital",
    ]
    assert Notification.objects.filter(state="QUEUED").count() == 3
    assert [event.kind for event in case.events.all()] == ["OPENED", "ASKED", "ASKED", "ASKED"]
    assert case.next_ring_at == now + timedelta(minutes=5)
    assert history.first_broken_line(case) is None


def test_each_dispatch_says_why_and_how_far(directory, now):
    case = make_alert(now=now).case

    why = {d.agency.name_en: (d.why, d.metres) for d in case.dispatches.all()}

    assert why["Yala Desk"] == ("DESK", None)
    assert why["Betong Police"][0] == "NEAREST"
    assert 250 < why["Betong Police"][1] < 450


def test_nothing_stays_when_a_part_of_it_fails(directory, now, monkeypatch):
    def broken(*args, **kwargs):
        raise DatabaseError

    monkeypatch.setattr("cases.flow.dispatching.asking._owe_messages", broken)

    with pytest.raises(DatabaseError):
        make_alert(now=now)

    assert not Report.objects.exists()
    assert not Case.objects.exists()
    assert not CaseEvent.objects.exists()


def test_social_workers_only_tells_the_desk_and_nobody_else(directory, now):
    case = make_alert(now=now, may_tell=SOCIAL_WORKERS).case

    assert [d.agency.name_en for d in case.dispatches.all()] == ["Yala Desk"]
    assert case.plan["requires"] == ["SOCIAL_WORK"]


def test_an_alert_without_a_position_goes_to_the_national_desk(directory, now):
    report = make_alert(now=now, at=None)

    assert report.case.province is None
    assert [(d.agency.name_en, d.why) for d in report.case.dispatches.all()] == [("National Desk", "NATIONAL_DESK")]


def test_an_alert_is_taken_and_red_when_the_directory_is_empty(areas, now):
    case = make_alert(now=now).case

    assert case.red_since == now
    assert case.next_ring_at == now + timedelta(minutes=10)
    assert "NOBODY_TO_ASK" in [event.kind for event in case.events.all()]


def test_an_alert_from_abroad_goes_to_the_national_desk_and_nobody_near(directory, now):
    kota_bharu = Point(102.24, 6.12, srid=4326)

    report = make_alert(now=now, at=kota_bharu)

    assert report.is_abroad
    assert [d.agency.name_en for d in report.case.dispatches.all()] == ["National Desk"]


def test_an_alert_at_sea_goes_to_the_national_desk(directory, now):
    gulf = Point(101.5, 9.5, srid=4326)

    report = make_alert(now=now, at=gulf)

    assert report.province is None
    assert [d.agency.name_en for d in report.case.dispatches.all()] == ["National Desk"]


def test_near_a_border_the_second_desk_is_told_too(directory, pattani_desk, now):
    between = Point(101.268, 6.71, srid=4326)

    report = make_alert(now=now, at=between)

    assert {report.province_id, report.second_province_id} == {"95", "94"}
    assert {"DESK", "SECOND_DESK"} <= {d.why for d in report.case.dispatches.all()}


def test_officials_involved_seals_the_case_and_the_province_never_hears_of_it(directory, now):
    report = make_alert(now=now, officials_involved=True)

    assert report.case.is_sealed
    assert [d.agency.name_en for d in report.case.dispatches.all()] == ["Custodian"]


def test_a_written_report_waits_for_triage_and_the_desk_is_told(directory, now):
    report = intake.receive(sent=written(narrative="หกคนบนเรือ", area="95"), now=now)

    assert report.case is None
    assert not Dispatch.objects.exists()
    [owed] = Notification.objects.all()
    assert owed.contact_point.agency.name_en == "Yala Desk"
    assert "หกคน" not in owed.subject + owed.body


def test_a_sealed_written_report_is_told_to_the_custodian_only(directory, now):
    intake.receive(sent=written(narrative="ตำรวจ", area="95", officials_involved=True), now=now)

    assert [n.contact_point.agency.name_en for n in Notification.objects.all()] == ["Custodian"]


def test_a_written_report_in_danger_now_opens_its_case_at_once(directory, now):
    report = intake.receive(sent=written(narrative="ช่วยด้วย", area="95", in_danger_now=True), now=now)

    assert report.case.urgency == "EMERGENCY"
    assert report.case.dispatches.count() == 1


def test_the_same_page_sent_twice_is_one_report(directory, now):
    first = make_alert(now=now, submission="key-1")
    second = make_alert(now=now, submission="key-1")

    assert first.reference == second.reference
    assert Report.objects.count() == 1
    assert Notification.objects.count() == 3


def test_the_same_page_after_ten_minutes_is_a_new_linked_report(directory, now):
    at = Fix(longitude=BETONG.x, latitude=BETONG.y)
    sent = Sent(kind=Report.Kind.LOCATION_ALERT, language="th", submission="key-1", fix=at)
    first = intake.receive(sent=sent, now=now)

    second = intake.receive(sent=sent, now=now + timedelta(minutes=10, seconds=1))

    assert second.reference != first.reference
    assert second.linked_to == first
    assert second.case != first.case


def test_other_words_under_the_same_key_are_a_new_linked_report(directory, now):
    first = intake.receive(sent=written(narrative="one", submission="key-2"), now=now)

    second = intake.receive(sent=written(narrative="two", submission="key-2"), now=now)

    assert second.linked_to == first


def test_a_place_that_comes_later_asks_those_whom_the_first_ring_missed(directory, now):
    report = make_alert(now=now, at=None)
    later = now + timedelta(minutes=1)

    intake.add_place(report=report, fix=Fix(longitude=BETONG.x, latitude=BETONG.y, accuracy_m=12), now=later)

    case = Case.objects.get()
    assert case.province_id == "95"
    assert {d.agency.name_en for d in case.dispatches.all()} == {
        "National Desk",
        "Yala Desk",
        "Betong Police",
        "Betong Hospital",
    }
    assert case.next_ring_at == later + timedelta(minutes=5)


def test_a_finer_fix_of_the_same_place_asks_nobody_else(directory, now):
    report = make_alert(now=now)

    intake.add_place(report=report, fix=Fix(BETONG.x + 0.001, BETONG.y, accuracy_m=5), now=now + timedelta(seconds=9))

    assert report.positions.count() == 2
    assert Case.objects.get().dispatches.count() == 3


def test_a_named_district_is_enough_to_ask_the_desk_and_the_nearest(directory, now):
    report = make_alert(now=now, at=None)

    intake.add_place(report=report, fix=None, area="9502", text="หลังตลาด", now=now)

    position = report.positions.get()
    assert (position.source, position.text) == (Position.Source.AREA, "หลังตลาด")
    assert {"Yala Desk", "Betong Police"} <= {d.agency.name_en for d in Case.objects.get().dispatches.all()}


def test_a_province_alone_asks_its_desk_and_not_whoever_is_near_its_middle(directory, now):
    report = make_alert(now=now, at=None)

    intake.add_place(report=report, fix=None, area="95", now=now)

    assert {d.agency.name_en for d in Case.objects.get().dispatches.all()} == {"National Desk", "Yala Desk"}


def test_an_unknown_area_code_is_kept_in_words_and_is_no_error(directory, now):
    report = make_alert(now=now, at=None)

    intake.add_place(report=report, fix=None, area="77", text="ริมแม่น้ำ", now=now)

    assert report.positions.get().source == Position.Source.TEXT


def test_the_first_position_is_never_overwritten(directory, now):
    report = make_alert(now=now)

    intake.add_place(report=report, fix=Fix(101.28, 6.54), now=now + timedelta(minutes=2))

    first = report.positions.first()
    assert (round(first.point.x, 4), round(first.point.y, 4)) == (BETONG.x, BETONG.y)


def test_a_phone_whose_clock_is_ahead_is_not_for_ever_the_newest_place(directory, now):
    sent = written(fix=Fix(BETONG.x, BETONG.y, captured_at=now + timedelta(days=365)))
    report = intake.receive(sent=sent, now=now)
    later = now + timedelta(minutes=5)

    intake.add_place(report=report, fix=Fix(101.28, 6.54, captured_at=later), now=later)

    newest = report.positions.surest_first().first()
    assert (round(newest.point.x, 4), newest.captured_at) == (101.28, later)
    assert report.positions.first().captured_at == now


READ = Fix(longitude=101.28, latitude=6.54, accuracy_m=10, source=Position.Source.READ)  # far from BETONG


def test_a_place_read_out_of_words_does_not_move_a_case_that_the_phone_has_placed(directory, now):
    report = make_alert(now=now)
    told = report.case.dispatches.count()

    intake.add_place(report=report, fix=None, read=READ, text="6.5400, 101.2800", now=now)

    report.case.refresh_from_db()
    assert [place.source for place in report.positions.all()] == ["GPS", "READ"]
    assert (report.case.district_id, report.case.dispatches.count()) == ("9502", told)
    assert choosing.point_of(report.case) == BETONG


def test_the_phone_moves_a_case_that_was_placed_by_words(directory, now):
    report = make_alert(now=now, at=None)
    intake.add_place(report=report, fix=None, read=READ, text="6.5400, 101.2800", now=now)

    intake.add_place(report=report, fix=Fix(longitude=BETONG.x, latitude=BETONG.y), now=now)

    report.case.refresh_from_db()
    assert report.case.district_id == "9502"
    assert "Betong Police" in [dispatch.agency.name_en for dispatch in report.case.dispatches.all()]


def test_words_do_not_hide_that_the_phone_has_moved_back(directory, now):
    """A measurement is compared with measurements: what was written in between stands beside them."""
    report = make_alert(now=now)
    yala = Fix(longitude=READ.longitude, latitude=READ.latitude)
    intake.add_place(report=report, fix=None, read=READ, text="6.5400, 101.2800", now=now)

    intake.add_place(report=report, fix=yala, now=now)

    report.case.refresh_from_db()
    assert report.case.district_id == "9501"


def test_words_that_come_later_stand_beside_the_report(directory, now):
    report = make_alert(now=now)

    intake.add_words(report=report, text="ประตูสีเขียว", now=now)

    assert report.messages.get().text == "ประตูสีเขียว"
    assert Report.objects.get().narrative == ""
    assert Case.objects.get().events.last().kind == "MESSAGE_ADDED"


def test_another_message_from_the_same_page_is_kept_and_the_same_one_again_is_not(directory, now):
    report = make_alert(now=now)

    for text in ("ประตูสีเขียว", "เขากลับมาแล้ว", "ประตูสีเขียว"):
        intake.add_words(report=report, text=text, submission="page", now=now)

    assert [message.text for message in report.messages.order_by("pk")] == ["ประตูสีเขียว", "เขากลับมาแล้ว"]


def test_no_name_or_place_stands_in_the_history(directory, now):
    report = make_alert(now=now, narrative="Malee in the green house", contact="081")

    told = str([event.facts for event in CaseEvent.objects.all()])

    assert report.narrative not in told
    assert str(BETONG.x) not in told


def test_words_to_a_closed_case_are_brought_before_the_desk(directory, anong, now):
    report = make_alert(now=now)
    casework.close(case=report.case, reason="HELPED", text="", by=anong, now=now)

    intake.add_words(report=Report.objects.get(), text="He is back", now=now)

    [told] = Notification.objects.filter(dedupe_key__startswith="message/")
    assert told.contact_point.agency.name_en == "Yala Desk"
    assert "He is back" not in told.subject + told.body


def test_a_place_that_comes_after_a_written_report_is_brought_before_its_desk(directory, now):
    report = intake.receive(sent=written(narrative="six people"), now=now)

    intake.add_place(report=report, fix=None, area="9502", now=now)

    told = [n.contact_point.agency.name_en for n in Notification.objects.order_by("pk")]
    assert told == ["National Desk", "Yala Desk"]
    assert Report.objects.get().province_id == "95"


def test_who_allows_only_a_rough_place_is_nowhere_kept_more_exactly(directory, now):
    exact = Fix(longitude=101.0725, latitude=5.7740, accuracy_m=25)
    sent = Sent(kind=Report.Kind.LOCATION_ALERT, language="th", fix=exact, may_tell=NEAREST_HELP, is_place_rough=True)

    report = intake.receive(sent=sent, now=now)
    intake.add_place(report=report, fix=exact, read=READ, text="6.5412, 101.2834", now=now)

    kept = [(place.point.coords, place.accuracy_m) for place in report.positions.all()]
    assert kept == [((101.07, 5.77), 825), ((101.07, 5.77), 825), ((101.28, 6.54), 810)]
    assert "Betong Police" in [dispatch.agency.name_en for dispatch in report.case.dispatches.all()]


@given(longitude=st.floats(97.3, 105.7), latitude=st.floats(5.5, 20.5))
def test_a_rough_place_lies_within_the_accuracy_that_it_says(longitude, latitude):
    rough = Fix(longitude=longitude, latitude=latitude).rough()

    north, east = rough.latitude - latitude, (rough.longitude - longitude) * cos(radians(latitude))
    assert hypot(north, east) * 111_320 <= rough.accuracy_m
