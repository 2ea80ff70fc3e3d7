"""A live share begins with a press and ends by a stop, by its time or with the case; later points are refused."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point

from cases.flow import casework, intake, returning, sharing
from cases.flow.intake import Fix, Sent
from cases.flow.intake.sent import ROUGH_M
from cases.models import LiveShare, Position, Report
from cases.privacy import history
from cases.reads.track import track_of
from tests.conftest import make_alert

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
PATTANI = Fix(longitude=101.254, latitude=6.868, accuracy_m=10)


def at(number: int, **fields) -> Fix:
    """Some 110 m further north with each number."""
    return Fix(longitude=101.0725, latitude=5.7740 + number / 1000, accuracy_m=12, **fields)


def track(share) -> list[float]:
    return [round(position.point.y, 4) for position in share.positions.order_by("captured_at")]


def kinds(case) -> list[str]:
    return [event.kind for event in case.events.order_by("sequence")]


def test_it_lasts_half_an_hour_and_stands_in_the_history_once(share, case, now):
    sharing.add_point(share=share, fix=at(1), now=now + MINUTE)
    sharing.add_point(share=share, fix=at(2), now=now + 2 * MINUTE)

    assert share.ends_at == now + timedelta(minutes=30)
    assert track(share) == [5.775, 5.776]
    assert kinds(case)[-1] == "SHARING_STARTED"
    assert history.first_broken_line(case) is None


def test_the_history_says_nothing_of_where_somebody_is(share, case, now):
    sharing.add_point(share=share, fix=PATTANI, now=now + MINUTE)
    sharing.stop_sharing(share=share, now=now + 2 * MINUTE)

    facts = {event.kind: event.facts for event in case.events.all()}
    assert facts["SHARING_STARTED"] == {}
    assert facts["SHARING_STOPPED"] == {"by": "REPORTER"}
    assert facts["MOVED_AWAY"] == {"province": "94"}


def test_a_second_press_while_it_runs_gives_the_same_one(share, alert, now):
    assert sharing.start_sharing(report=alert, now=now + MINUTE) == share
    assert LiveShare.objects.count() == 1


def test_it_can_be_made_longer_until_two_hours_and_no_more(share, case, now):
    lasts = [sharing.share_longer(share=share, now=now).ends_at - now for _ in range(5)]

    assert [int(each / MINUTE) for each in lasts] == [60, 90, 120, 120, 120]
    assert kinds(case).count("SHARING_LONGER") == 3


def test_what_has_ended_is_not_made_longer(share, now):
    with pytest.raises(sharing.SharingOver):
        sharing.share_longer(share=share, now=now + 31 * MINUTE)


def test_after_the_end_nothing_more_is_kept(share, now):
    with pytest.raises(sharing.SharingOver):
        sharing.add_point(share=share, fix=at(1), now=now + 30 * MINUTE)

    assert track(share) == []


def test_what_was_measured_in_time_and_had_no_connection_is_kept_when_it_comes(share, now):
    late = at(1, captured_at=now + 29 * MINUTE)

    sharing.add_point(share=share, fix=late, now=now + 40 * MINUTE)

    [position] = share.positions.all()
    assert (position.captured_at, position.received_at) == (now + 29 * MINUTE, now + 40 * MINUTE)
    with pytest.raises(sharing.SharingOver):
        sharing.add_point(share=share, fix=late, now=now + 61 * MINUTE)


def test_after_a_stop_nothing_is_kept_not_even_what_was_measured_before(share, now):
    sharing.stop_sharing(share=share, now=now + 5 * MINUTE)

    with pytest.raises(sharing.SharingOver):
        sharing.add_point(share=share, fix=at(1, captured_at=now + MINUTE), now=now + 6 * MINUTE)

    assert track(share) == []


def test_a_phone_that_read_it_before_the_stop_is_refused_all_the_same(share, now):
    stale = LiveShare.objects.select_related("report").get(pk=share.pk)
    sharing.stop_sharing(share=share, now=now + MINUTE)

    with pytest.raises(sharing.SharingOver):
        sharing.add_point(share=stale, fix=at(1), now=now + 2 * MINUTE)


def test_stopping_twice_is_stopping_once(share, case, now):
    sharing.stop_sharing(share=share, now=now + MINUTE)
    sharing.stop_sharing(share=share, now=now + 2 * MINUTE)

    share.refresh_from_db()
    assert share.stopped_at == now + MINUTE
    assert kinds(case).count("SHARING_STOPPED") == 1


def test_a_withdrawal_stops_it_and_says_so(share, alert, case, now):
    returning.withdraw(report=alert, now=now + MINUTE)

    share.refresh_from_db()
    assert (share.stopped_at, share.stopped_by) == (now + MINUTE, "WITHDRAWAL")
    assert kinds(case)[-2:] == ["WITHDRAWN", "SHARING_STOPPED"]


def test_the_end_of_the_case_ends_it(share, alert, case, anong, now):
    casework.close(case=case, reason="HELPED", text="", by=anong, now=now + MINUTE)
    share = LiveShare.objects.select_related("report").get(pk=share.pk)

    with pytest.raises(sharing.SharingOver):
        sharing.add_point(share=share, fix=at(1), now=now + 2 * MINUTE)
    with pytest.raises(sharing.SharingOver):
        sharing.start_sharing(report=alert, now=now + 2 * MINUTE)
    assert not LiveShare.objects.live(now=now + 2 * MINUTE).exists()


def test_a_report_that_allows_only_roughly_is_never_followed_exactly(directory, now):
    report = make_alert(is_place_rough=True)
    share = sharing.start_sharing(report=report, now=now)

    sharing.add_point(share=share, fix=at(3), now=now + MINUTE)

    [position] = share.positions.all()
    assert (position.point.y, position.point.x) == (5.78, 101.07)
    assert position.accuracy_m == 12 + ROUGH_M


def test_the_first_place_of_an_alert_without_one_decides_who_is_asked(directory, now):
    report = make_alert(at=None)
    share = sharing.start_sharing(report=report, now=now)
    assert not report.case.dispatches.filter(agency__name_en="Betong Police").exists()

    sharing.add_point(share=share, fix=at(0), now=now + MINUTE)
    sharing.add_point(share=LiveShare.objects.get(pk=share.pk), fix=at(1), now=now + 2 * MINUTE)

    assert report.case.dispatches.filter(agency__name_en="Betong Police").exists()
    assert report.positions.places().count() == 1
    assert track(share) == [5.775]


def test_a_case_stays_where_it_is_and_the_desk_is_told_once_of_another_province(share, case, now):
    asked = case.dispatches.count()
    for minutes in (1, 2, 3):
        sharing.add_point(share=share, fix=PATTANI, now=now + minutes * MINUTE)

    case.refresh_from_db()
    assert case.province_id == "95"
    assert case.dispatches.count() == asked
    assert kinds(case).count("MOVED_AWAY") == 1


def test_rings_that_go_out_later_ask_near_the_newest_point(share, case, now):
    sharing.add_point(share=share, fix=at(5), now=now + MINUTE)

    newest = Position.objects.filter(report__case=case).surest_first().first()

    assert round(newest.point.y, 4) == 5.779


def test_a_point_that_comes_late_is_not_taken_for_the_newest(share, case, now):
    sharing.add_point(share=share, fix=at(1, captured_at=now + MINUTE), now=now + 10 * MINUTE)
    intake.add_place(report=share.report, fix=at(9, captured_at=now + 9 * MINUTE), now=now + 9 * MINUTE)

    newest = Position.objects.filter(report__case=case).surest_first().first()

    assert round(newest.point.y, 4) == 5.783


@pytest.mark.parametrize("ahead", [10 * MINUTE, timedelta(days=365)])
def test_a_phone_whose_clock_is_ahead_is_followed_as_any_other(share, case, now, ahead):
    for minutes in (1, 2):
        moment = now + minutes * MINUTE
        sharing.add_point(share=share, fix=at(minutes, captured_at=moment + ahead), now=moment)

    sharing.add_point(share=share, fix=at(3, captured_at=now + 3 * MINUTE), now=now + 3 * MINUTE)

    assert track(share) == [5.775, 5.776, 5.777]
    assert track_of(case, now=now).newest.captured_at == now + 3 * MINUTE


def test_who_sends_without_pause_fills_no_table(share, now, monkeypatch):
    monkeypatch.setattr(sharing, "MOST_POINTS", 3)
    for number in range(1, 8):
        sharing.add_point(share=share, fix=at(number), now=now + number * timedelta(seconds=4))

    assert track(share) == [5.775, 5.776, 5.781]  # the newest took the last one's place


def test_points_within_three_seconds_are_one(share, now):
    for number, seconds in ((1, 10), (2, 11), (3, 12), (4, 13)):
        sharing.add_point(share=share, fix=at(number), now=now + timedelta(seconds=seconds))

    assert share.positions.count() == 1
    assert track(share) == [5.778]


def test_the_same_point_sent_twice_is_kept_once(share, now):
    for _ in range(2):
        sharing.add_point(share=share, fix=at(1, captured_at=now + MINUTE), now=now + 2 * MINUTE)

    assert track(share) == [5.775]


def test_it_is_begun_a_few_times_and_not_without_end(alert, now, monkeypatch):
    monkeypatch.setattr(sharing, "MOST_SHARES", 2)
    for minutes in (0, 1):
        share = sharing.start_sharing(report=alert, now=now + minutes * MINUTE)
        sharing.stop_sharing(share=share, now=now + minutes * MINUTE)

    with pytest.raises(sharing.EnoughShares):
        sharing.start_sharing(report=alert, now=now + 2 * MINUTE)


def test_a_report_without_a_case_can_be_followed_too(directory, now):
    sent = Sent(kind=Report.Kind.WRITTEN, language="th", fix=at(0))
    report = intake.receive(sent=sent, now=now)

    share = sharing.start_sharing(report=report, now=now)
    sharing.add_point(share=share, fix=PATTANI, now=now + MINUTE)
    sharing.stop_sharing(share=share, now=now + 2 * MINUTE)

    assert track(share) == [6.868]


def test_a_place_sent_by_itself_moves_the_case_although_the_way_there_is_known(share, case, alert, now):
    sharing.add_point(share=share, fix=PATTANI, now=now + MINUTE)

    intake.add_place(report=Report.objects.get(pk=alert.pk), fix=PATTANI, now=now + 2 * MINUTE)

    case.refresh_from_db()
    assert case.province_id == "94"


def test_only_its_own_reports_points_are_in_a_share(share, now):
    sharing.add_point(share=share, fix=at(1), now=now + MINUTE)

    assert {position.report for position in share.positions.all()} == {share.report}
    assert isinstance(share.positions.get().point, Point)
