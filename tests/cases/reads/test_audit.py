"""The audit finds each way in which an open case could be forgotten, and nothing where all is well."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.models import Heartbeat, Notification
from cases.flow import attaching, casework
from cases.flow.attaching import Given
from cases.models import AccessEvent, Attachment
from cases.reads import audit
from tests import files
from tests.cases.flow.dispatching.test_answering import asked, take
from tests.conftest import make_alert

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    """The age of a message is told by the database's clock."""
    return timezone.now()


@pytest.fixture
def case(directory, now):
    return make_alert(now=now).case


@pytest.fixture(autouse=True)
def all_beating(db, now):
    for process in Heartbeat.Process:
        Heartbeat.beat(process, now=now)


def codes(now) -> dict[str, int]:
    return {finding.code: finding.count for finding in audit.findings(now=now)}


def test_a_case_that_was_just_asked_is_well(case, now):
    assert codes(now) == {}


def test_a_case_that_an_agency_took_is_well(case, now):
    take(asked(case, "Betong Police"), now)

    assert codes(now) == {}


def test_a_ring_that_did_not_go_out_is_found(case, now):
    case.next_ring_at = now - timedelta(minutes=3)
    case.save()

    assert codes(now) == {"step_overdue": 1}


def test_a_ring_that_is_due_just_now_is_not(case, now):
    case.next_ring_at = now - timedelta(minutes=1)
    case.save()

    assert codes(now) == {}


def test_a_case_that_asks_nobody_is_found(case, now):
    case.dispatches.update(ended_at=now)

    assert codes(now) == {"case_asks_nobody": 1}


def test_a_red_case_is_not_forgotten_though_it_asks_nobody(case, now):
    case.dispatches.update(ended_at=now)
    case.red_since = now
    case.save()

    assert codes(now) == {}


@pytest.mark.parametrize(("minutes", "found"), [(14, {}), (16, {"file_waits": 1})])
def test_a_file_that_nobody_works_on_is_found(case, now, minutes, found):
    sent = [Given(files.photo(), size=1)]
    attaching.attach(report=case.reports.get(), files=sent, now=now - timedelta(minutes=minutes))

    assert codes(now) == found


@pytest.mark.parametrize(("files_set_back", "found"), [(2, {}), (3, {"cleaner_killed": 3})])
def test_cleaners_that_are_killed_are_found_and_one_poisoned_file_raises_no_alarm(case, now, files_set_back, found):
    for number in range(files_set_back):
        sent = [Given(files.photo() + bytes(number), size=1)]
        attaching.attach(report=case.reports.get(), files=sent, now=now - timedelta(hours=1))
    Attachment.objects.update(setbacks=3)

    assert codes(now) == found


def test_a_file_that_was_made_anew_or_refused_waits_for_nobody(case, now):
    sent = [Given(files.photo(), size=1), Given(b"%PDF-1.7 and no more", size=1)]
    attaching.attach(report=case.reports.get(), files=sent, now=now - timedelta(minutes=16))

    attaching.clean_waiting(now=now)

    assert {file.state for file in Attachment.objects.all()} == {"READY", "REFUSED"}
    assert codes(now) == {}


def test_a_case_held_by_nobody_is_found(case, now):
    take(asked(case, "Betong Police"), now)
    case.dispatches.update(ended_at=now)

    assert codes(now) == {"held_by_nobody": 1}


def test_a_case_that_an_officer_answers_for_is_held_by_somebody(case, now, anong):
    take(asked(case, "Betong Police"), now)
    case.dispatches.update(ended_at=now)

    casework.take(case=case, by=anong, now=now)

    assert codes(now) == {}


def test_messages_that_nobody_delivers_are_counted(case, now):
    Notification.objects.update(due_at=now - timedelta(minutes=3), created_at=now - timedelta(minutes=3))

    assert codes(now) == {"message_overdue": Notification.objects.count()}


def written(now, *, by):
    report = make_alert(now=now)
    casework.close(case=report.case, reason="HELPED", text="", by=by, now=now)
    report.refresh_from_db()
    report.case, report.settled_at = None, None
    report.received_at = now - timedelta(hours=25)
    report.save()
    return report


def test_a_report_that_nobody_opened_for_a_day_is_found_until_somebody_does(directory, now, anong):
    report = written(now, by=anong)
    before = codes(now)

    AccessEvent.objects.create(what=AccessEvent.What.REPORT, at=now, officer=anong, report=report)

    assert before == {"report_unseen": 1}
    assert codes(now) == {}


def test_a_refused_reading_is_no_reading(directory, now, anong):
    report = written(now, by=anong)

    AccessEvent.objects.create(what=AccessEvent.What.REPORT, at=now, officer=anong, report=report, is_refused=True)

    assert codes(now) == {"report_unseen": 1}


@pytest.mark.parametrize("process", ["WATCH", "WORKER"])
def test_a_silent_process_is_named(now, process):
    Heartbeat.objects.filter(process=process).update(at=now - timedelta(minutes=2))

    assert codes(now) == {f"{process.lower()}_silent": 1}


def test_a_closed_case_is_done(case, now, anong):
    casework.close(case=case, reason="HELPED", text="", by=anong, now=now)
    case.refresh_from_db()

    assert codes(now) == {}


def test_it_only_asks(case, now, django_assert_num_queries):
    with django_assert_num_queries(47) as asked_for:
        audit.findings(now=now)

    assert all(query["sql"].startswith("SELECT") for query in asked_for.captured_queries)
