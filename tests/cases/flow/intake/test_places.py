"""Places that come with a report, and places that come after it."""

from datetime import timedelta

import pytest

from agencies.models import Notification
from cases.flow import intake
from cases.flow.intake import Fix, Sent
from cases.models import Case, Position, Report
from cases.rings import choosing
from tests.conftest import BETONG, make_alert

pytestmark = pytest.mark.django_db

NEAREST_HELP, SOCIAL_WORKERS = Report.MayTell.NEAREST_HELP, Report.MayTell.SOCIAL_WORKERS


def written(**fields) -> Sent:
    return Sent(kind=Report.Kind.WRITTEN, language="th", **fields)


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
