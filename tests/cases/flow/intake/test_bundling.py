"""Of many reports from one network all are taken, and the desk is told once for many."""

import threading
from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from agencies.models import Notification
from cases.flow import dispatching, erasing, intake
from cases.flow.intake import Sent
from cases.models import Bundle, Case, Report
from cases.privacy.networks import network_of
from tests.cases.flow.flood import ELSEWHERE, NEAREST_HELP, SHELTER, THREE_MINUTES, asked, fill, press

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_numbers")]

YAROM = Point(101.13, 5.83, srid=4326)  # some 9 km from BETONG


def test_up_to_the_limit_nothing_is_different(directory):
    reports = [press() for _ in range(3)]

    assert [report.marks for report in reports] == [[], [], []]
    assert not Bundle.objects.exists()


def test_beyond_the_limit_it_is_taken_with_a_case_and_the_desk_is_told_once_for_all(directory):
    fill()

    bundled = [press() for _ in range(4)]

    assert len({report.reference for report in bundled}) == 4
    assert all(report.case and asked(report.case) == {"Yala Desk"} for report in bundled)
    assert {tuple(report.marks) for report in bundled} == {("FLOOD",)}
    [bundle] = Bundle.objects.all()
    assert (bundle.of_many, bundle.province_id) == (4, "95")
    told = Notification.objects.get(dedupe_key__startswith="bundle/")
    assert told.dispatches.count() == 4
    assert Notification.objects.count() == 3 + 1
    assert "4" in told.subject
    assert f"/desk/bundles/{bundle.pk}/" in told.body


def test_no_address_is_stored_and_what_is_stored_changes_each_hour(directory, now):
    first = press()
    later = press(now=now + timedelta(hours=1))
    elsewhere = press(address=ELSEWHERE)

    assert len({first.network, later.network, elsewhere.network}) == 3
    assert SHELTER not in str(Report.objects.values())


def test_the_hour_rolls_on_across_the_change_of_the_key(directory, now):
    fill(now=now)

    assert press(now=now + timedelta(minutes=59)).bundle is not None
    assert press(now=now + timedelta(minutes=61), address=ELSEWHERE).bundle is None
    assert press(now=now + timedelta(hours=2)).bundle is None


def test_another_network_is_not_harmed(directory):
    fill(5)

    report = press(address=ELSEWHERE)

    assert (report.marks, report.bundle) == ([], None)


def test_neighbours_in_one_network_are_counted_as_one(directory):
    fill()

    assert press(address="203.0.113.250").bundle is not None


@pytest.mark.parametrize("danger", [{"may_tell": NEAREST_HELP}, {"in_danger_now": True}])
def test_danger_is_marked_but_not_bundled(directory, now, danger):
    fill()

    report = press(**danger)

    assert (report.marks, report.bundle) == (["FLOOD"], None)
    assert report.case.next_ring_at == now + timedelta(minutes=5)
    if "may_tell" in danger:
        assert "Betong Police" in asked(report.case)


def test_a_distinct_place_is_not_bundled(directory):
    fill()

    far, again = press(at=YAROM), press(at=YAROM)

    assert (far.marks, far.bundle) == (["FLOOD"], None)
    assert again.bundle is not None


def test_without_a_place_no_place_is_distinct(directory):
    fill()

    assert press(at=None).bundle is not None


def test_beyond_a_crowd_what_it_says_of_itself_counts_no_more(directory, now):
    fill(8, may_tell=NEAREST_HELP)

    report = press(may_tell=NEAREST_HELP, at=YAROM)

    assert report.bundle is not None
    assert report.case.urgency == "EMERGENCY"
    assert asked(report.case) == {"Yala Desk"}
    assert report.case.next_ring_at == now + THREE_MINUTES


def test_what_comes_after_a_look_is_told_anew(directory, anong, now):
    fill(4)
    dispatching.look(bundle=Bundle.objects.get(), by=anong, now=now)

    press()

    assert Bundle.objects.count() == 2
    assert Notification.objects.filter(dedupe_key__startswith="bundle/").count() == 2


def test_the_desk_hears_again_when_a_bundle_is_a_quarter_of_an_hour_old(directory, now):
    fill(4, now=now)

    press(now=now + timedelta(minutes=16))

    assert Bundle.objects.count() == 2


def test_written_reports_lie_in_the_bundle_too_and_their_readers_hear_once(directory, now):
    for number in range(6):
        sent = Sent(kind=Report.Kind.WRITTEN, language="th", narrative=f"{number}", area="95")
        intake.receive(sent=sent, now=now, network=network_of(SHELTER, now=now))

    assert Report.objects.filter(bundle__isnull=False).count() == 3
    assert Notification.objects.count() == 3 + 1


def test_a_sealed_flood_is_told_to_the_custodian_only(directory):
    fill(8, officials_involved=True)

    press(officials_involved=True)

    told = Notification.objects.get(dedupe_key__startswith="bundle/")
    assert told.contact_point.agency.name_en == "Custodian"
    assert Bundle.objects.get().is_sealed


def test_an_exercise_is_neither_counted_nor_distrusted(directory):
    fill(6, is_exercise=True)

    assert not Report.objects.exclude(network="").exists()
    assert press().marks == []


def test_the_same_page_sent_twice_is_one_report_in_a_flood_too(directory):
    fill()

    first, again = press(submission="key"), press(submission="key", address=ELSEWHERE)

    assert first == again


def test_the_first_twenty_cost_one_question_more_and_the_others_few(directory):
    def questions(**how) -> int:
        with CaptureQueriesContext(connection) as asked_for:
            press(**how)
        return len(asked_for)

    unknown, first = questions(address="127.0.0.1"), questions()
    fill()
    questions()  # opens the bundle
    bundled = questions()
    fill(20)

    assert first == unknown + 1
    assert bundled <= unknown + 6
    assert questions() <= bundled


@pytest.mark.django_db(transaction=True)
def test_forty_at_once_do_not_fail(directory, settings):
    settings.FLOOD_LIMIT, settings.FLOOD_CROWD = 10, 20
    taken: list[Report] = []

    def work() -> None:
        try:
            taken.extend(press(may_tell=NEAREST_HELP) for _ in range(10))
        finally:
            connection.close()

    people = [threading.Thread(target=work) for _ in range(4)]
    for person in people:
        person.start()
    for person in people:
        person.join(120)

    assert len(taken) == 40
    assert Report.objects.count() == Case.objects.count() == 40
    # Those that arrived in one moment did not see each other: the limit is soft.
    assert 10 <= Report.objects.filter(bundle__isnull=False).count() <= 20
    assert Notification.objects.filter(dedupe_key__startswith="bundle/").count() == Bundle.objects.count()
    assert not Case.objects.exclude(dispatches__isnull=False).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("before", [0, 3, 4, 9], ids=["first", "opens the bundle", "bundled", "crowd"])
def test_one_that_is_not_committed_yet_holds_up_nobody_of_its_network(directory, before):
    fill(before, may_tell=NEAREST_HELP)
    other: list[Report] = []

    def work() -> None:
        try:
            other.append(press(may_tell=NEAREST_HELP))
        finally:
            connection.close()

    with transaction.atomic():
        press(may_tell=NEAREST_HELP)
        person = threading.Thread(target=work)
        person.start()
        person.join(60)
        assert len(other) == 1


def test_two_hours_later_nothing_can_be_tied_to_a_network(directory, now):
    fill(5, now=now)
    young = press(now=now + timedelta(hours=1), address=ELSEWHERE)

    forgotten = erasing.forget_networks(now=now + timedelta(hours=2, seconds=1))

    assert forgotten == 5
    assert list(Report.objects.exclude(network="")) == [young]
    assert Bundle.objects.get().network == ""
    assert Report.objects.filter(bundle__isnull=False).count() == 2
