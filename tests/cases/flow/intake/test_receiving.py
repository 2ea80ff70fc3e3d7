"""Stage 1: what somebody sent is committed with everything that must follow."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point
from django.db import DatabaseError

from agencies.models import Notification
from cases.flow import intake
from cases.flow.intake import Fix, Sent
from cases.models import Case, CaseEvent, Dispatch, Report
from cases.privacy import history
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
