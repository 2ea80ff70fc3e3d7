"""The queue: who sees which lines, in which order, and every line once."""

from datetime import timedelta

import pytest
from django.db import connection

from agencies.models import Role
from cases.flow import casework, dispatching, triage
from cases.flow.intake import Sent, receive
from cases.models import Case, Report
from cases.privacy.actor import Actor
from cases.privacy.visibility import reports_for
from cases.reads import queue
from cases.reads.queue import Cursor, Wanted
from tests.conftest import make_alert, make_officer

pytestmark = pytest.mark.django_db


def written(now, **fields):
    fields.setdefault("area", "9501")
    return receive(
        sent=Sent(kind=Report.Kind.WRITTEN, language="th", narrative="They may not leave.", **fields), now=now
    )


def references(officer, now, **wanted):
    page = queue.page(officer=officer, wanted=Wanted(**wanted), after=None, now=now)
    return [line.report.reference for line in page.lines]


def acknowledge(case, agency, now):
    dispatch = case.dispatches.get(agency=agency)
    return dispatching.acknowledge(
        dispatch=dispatch, name="Sergeant Wichai", arrival_minutes=10, by=Actor.link_holder(dispatch), now=now
    )


def turn_red(case, now):
    for minutes in (5, 10):
        dispatching.escalate_overdue(now=now + timedelta(minutes=minutes))
    case.refresh_from_db()
    assert case.state == "red"


def test_the_most_pressing_stand_first_and_the_oldest_among_equals(directory, anong, betong_police, now):
    red = make_alert(now=now)
    turn_red(red.case, now)
    held = make_alert(now=now, people_count=1)
    acknowledge(held.case, betong_police, now)
    to_read = written(now)
    needs_help = make_alert(now=now, may_tell=Report.MayTell.SOCIAL_WORKERS)
    younger = make_alert(now=now + timedelta(minutes=1))
    older = make_alert(now=now, people_count=2)

    found = references(anong, now)

    assert found == [report.reference for report in (red, older, younger, needs_help, to_read, held)]


def test_each_report_stands_on_exactly_one_page(directory, anong, now, monkeypatch):
    monkeypatch.setattr(queue, "PAGE", 3)
    # The same moment for all: the order must not rest on the time alone.
    for _ in range(5):
        written(now)
        make_alert(now=now)

    seen, after, pages = [], None, 0
    while True:
        page = queue.page(officer=anong, wanted=Wanted(), after=after, now=now)
        seen += [line.report.pk for line in page.lines]
        pages += 1
        if page.next is None:
            break
        after = Cursor.parse(str(page.next))

    assert pages == 4
    assert sorted(seen) == sorted(Report.objects.values_list("pk", flat=True))


@pytest.mark.parametrize(
    "text", ["", "x", "1.2", "1.2.3.4", "99.1.1", "1.1.-5", f"1.{10**30}.1", "1.1.99999999999999999999"]
)
def test_a_cursor_that_is_none_of_ours_is_the_first_page(text):
    assert Cursor.parse(text) is None


def test_a_cursor_survives_the_address(now):
    cursor = Cursor(rank=2, received_at=now + timedelta(microseconds=7), pk=41)

    assert Cursor.parse(str(cursor)) == cursor


def test_another_province_is_not_in_the_queue(directory, pattani_desk, now):
    nok = make_officer("Nok", pattani_desk, Role.TRIAGE)
    make_alert(now=now)
    written(now)

    assert references(nok, now) == []
    assert queue.counts(officer=nok, exercises="shown", now=now).waiting == 0


def test_a_sealed_report_is_in_the_custodians_queue_and_in_no_province(directory, anong, somchai, dao, now):
    alert = make_alert(now=now, officials_involved=True)
    report = written(now, officials_involved=True)

    assert set(references(dao, now)) == {alert.reference, report.reference}
    for officer in (anong, somchai):
        assert references(officer, now) == []
        counts = queue.counts(officer=officer, exercises="shown", now=now)
        assert (counts.waiting, counts.to_read, counts.red) == (0, 0, 0)


def test_what_is_settled_leaves_the_queue(directory, anong, now):
    report, alert = written(now), make_alert(now=now)

    triage.dismiss(report=report, reason=triage.DismissReason.SPAM, by=anong, now=now)
    casework.close(case=alert.case, reason=Case.ClosureReason.HELPED, text="", by=anong, now=now)

    assert references(anong, now) == []


def test_filters_narrow_and_do_not_widen(directory, anong, betong_police, now):
    red, to_read = make_alert(now=now), written(now)
    turn_red(red.case, now)
    held = make_alert(now=now)
    acknowledge(held.case, betong_police, now)
    gentle = make_alert(now=now, may_tell=Report.MayTell.SOCIAL_WORKERS)
    casework.take(case=gentle.case, by=anong, now=now)

    def found(**wanted):
        return set(references(anong, now, **wanted))

    assert found(state="red") == {red.reference}
    assert found(state="held") == {held.reference}
    assert found(state="waiting") == {gentle.reference}
    assert found(state="report") == found(view="to-read") == found(kind="WRITTEN") == {to_read.reference}
    assert found(urgency="URGENT") == {gentle.reference}
    assert found(view="mine") == {gentle.reference}
    assert found(view="overdue") == {red.reference}
    assert found(province="95") == found()
    assert found(province="94") == set()
    assert found(view="mine", state="red") == set()


def test_a_case_past_its_time_is_overdue_before_it_is_red(directory, anong, now):
    alert = make_alert(now=now)

    later = now + timedelta(minutes=5)

    assert references(anong, now, view="overdue") == []
    assert references(anong, later, view="overdue") == [alert.reference]
    assert queue.counts(officer=anong, exercises="shown", now=later).overdue == 1


def test_exercises_are_hidden_until_asked_for(directory, anong, now):
    real, drill = make_alert(now=now), make_alert(now=now, is_exercise=True)

    assert references(anong, now) == [real.reference]
    assert set(references(anong, now, exercises="shown")) == {real.reference, drill.reference}
    assert references(anong, now, exercises="only") == [drill.reference]
    assert queue.counts(officer=anong, exercises="hidden", now=now).waiting == 1


def test_a_line_says_who_is_asked_who_declined_and_how_long_is_left(
    directory, anong, betong_hospital, betong_police, now
):
    alert = make_alert(now=now)
    dispatch = alert.case.dispatches.get(agency=betong_hospital)
    dispatching.decline(dispatch=dispatch, reason="BUSY", by=Actor.link_holder(dispatch), now=now)

    [line] = queue.page(officer=anong, wanted=Wanted(), after=None, now=now + timedelta(seconds=61)).lines

    assert line.state == "waiting"
    assert betong_police in [dispatch.agency for dispatch in line.waiting_for]
    assert betong_hospital not in [dispatch.agency for dispatch in line.waiting_for]
    assert line.declined == 1
    assert line.minutes_left == 4


def test_a_line_says_who_holds_it(directory, anong, betong_police, now):
    alert = make_alert(now=now)
    acknowledge(alert.case, betong_police, now)

    [line] = queue.page(officer=anong, wanted=Wanted(), after=None, now=now).lines

    assert line.state == "held"
    assert [dispatch.agency for dispatch in line.held_by] == [betong_police]
    assert line.minutes_left is None


def test_nothing_that_a_person_wrote_is_loaded_for_the_queue(directory, anong, now):
    make_alert(now=now, narrative="They beat us.", contact="081")

    [line] = queue.page(officer=anong, wanted=Wanted(), after=None, now=now).lines

    assert {"narrative", "wants", "contact", "place"} <= line.report.get_deferred_fields()
    assert "widened_reason" in line.case.get_deferred_fields()


@pytest.mark.parametrize("said", ["{0}", " {0} ", "{1}", "{2}"])
def test_a_reference_is_found_as_people_say_it(directory, anong, now, said):
    alert = make_alert(now=now)
    reference = alert.reference

    text = said.format(reference, reference.replace("-", ""), reference.lower())

    assert queue.reference_known(officer=anong, text=text) == alert


def test_a_reference_of_elsewhere_is_not_known(directory, anong, now):
    sealed = make_alert(now=now, officials_involved=True)

    assert queue.reference_known(officer=anong, text=sealed.reference) is None


def test_the_officers_own_provinces_are_offered(directory, anong, dao):
    assert [area.code for area in queue.provinces(anong)] == ["95"]
    assert {area.code for area in queue.provinces(dao)} == {"90", "94", "95"}


def test_what_is_over_costs_the_queue_nothing(directory, anong, now):
    open_one = make_alert(now=now)
    closed = Case.objects.bulk_create(
        Case(
            reference=f"=={number:06}",
            urgency="URGENT",
            may_tell="NEAREST_HELP",
            province_id="95",
            plan={},
            opened_at=now,
            closed_at=now,
            closure_reason="HELPED",
        )
        for number in range(3_000)
    )
    Report.objects.bulk_create(
        Report(reference=case.reference, kind="LOCATION_ALERT", case=case, received_at=now, settled_at=now)
        for case in closed
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE cases_case, cases_report")

    seen = reports_for(anong).unsettled().with_rank()

    assert list(seen) == [open_one]
    assert "cases_report_unsettled" in seen.explain()
    assert "Seq Scan on cases_case" not in seen.explain()
