"""What the retention rules name is erased once and noted, and erased again after a restore."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from agencies.models import Notification, Officer
from cases.flow import casework, dispatching, erasing
from cases.flow.dispatching.widening import widen
from cases.models import Attachment, Case, Erasure, Message, Note, Position, Report
from cases.privacy import history, ledger, retention
from cases.privacy.actor import Actor
from tests.conftest import make_alert, make_officer

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
TEN_YEARS = timedelta(days=3651)


@pytest.fixture
def closed(directory, anong, somchai, now):
    """A case with words in every place that holds some, closed at `now`."""
    words = {"narrative": "a boat", "wants": "to go home", "contact": "my sister", "place": "the blue gate"}
    report = make_alert(**words)
    case = report.case
    Position.objects.create(report=report, source="TEXT", text="the pier", captured_at=now, received_at=now)
    Message.objects.create(report=report, text="hurry", at=now)
    casework.add_note(case=case, text="she called", by=anong, now=now)
    widen(case=case, reason="a child", by=anong, now=now)
    by = Actor.of(anong)
    dispatching.acknowledge(dispatch=case.dispatches.first(), name="Pim", arrival_minutes=None, by=by, now=now)
    casework.close(case=case, reason="HELPED", text="", by=anong, now=now)
    Notification.objects.update(state="SENT", body="", sent_at=now)
    case.refresh_from_db()
    return case


def words_of(case: Case) -> dict[str, str]:
    report = Report.objects.get(case=case)
    taken = case.dispatches.filter(acknowledged_at__isnull=False).get()
    return {
        "narrative": report.narrative,
        "wants": report.wants,
        "contact": report.contact,
        "place": report.place,
        "landmark": Position.objects.get(source="TEXT").text,
        "message": Message.objects.get().text,
        "note": Note.objects.get().text,
        "reason": Case.objects.get(pk=case.pk).widened_reason,
        "name": taken.acknowledged_by_name,
    }


def test_before_its_day_nothing_is_erased(closed, now):
    erased = erasing.erase_due(now=now + 89 * DAY)

    assert erased.total() == 0
    assert Erasure.objects.count() == 0
    assert words_of(closed)["landmark"] == "the pier"


def test_after_90_days_the_place_is_the_district_and_the_landmark_is_gone(closed, now, areas):
    erasing.erase_due(now=now + 91 * DAY)

    measured = Position.objects.order_by("pk").first()
    assert (measured.point, measured.accuracy_m, measured.area) == (None, None, areas["9502"])
    assert words_of(closed)["landmark"] == erasing.ERASED
    assert words_of(closed)["contact"] == "my sister"


def test_after_a_year_nobody_can_be_called_any_more(closed, now):
    erasing.erase_due(now=now + 366 * DAY)

    words = words_of(closed)
    assert words["contact"] == words["place"] == erasing.ERASED
    assert words["narrative"] == "a boat"


def test_after_ten_years_no_word_is_left_and_the_history_still_holds(closed, now):
    erasing.erase_due(now=now + TEN_YEARS)

    assert set(words_of(closed).values()) == {erasing.ERASED}
    assert history.first_broken_line(closed) is None
    assert closed.events.count() >= 5


def test_after_ten_years_no_file_is_left(closed, now):
    file = {"report": closed.reports.get(), "kind": "PHOTO", "size": 5, "received_at": now, "due_at": now}
    ready = Attachment.objects.create(**file, state="READY", content=b"photo", preview=b"blur")
    waiting = Attachment.objects.create(**file, original=b"photo")

    erasing.erase_due(now=now + TEN_YEARS)

    ready.refresh_from_db()
    waiting.refresh_from_db()
    assert (ready.content, ready.preview, ready.original) == (b"", b"", None)
    assert (waiting.original, waiting.content) == (b"", None)
    assert Erasure.objects.filter(column__startswith="cases.Attachment").count() == 3
    assert erasing.erase_due(now=now + TEN_YEARS).total() == 0


def test_an_open_case_is_never_erased(directory, now):
    make_alert(narrative="a boat")

    assert erasing.erase_due(now=now + 2 * TEN_YEARS).total() == 0


def test_a_place_abroad_becomes_a_tenth_of_a_degree(closed, now):
    Report.objects.update(district=None, province=None)

    erasing.erase_due(now=now + 91 * DAY)

    point = Position.objects.order_by("pk").first().point
    assert (point.x, point.y) == (101.1, 5.8)


def test_the_ledger_says_which_and_when_and_never_what(closed, now):
    erasing.erase_due(now=now + 366 * DAY)

    line = Erasure.objects.get(column="cases.Report.contact")
    assert (line.row, line.at) == (closed.reports.get().pk, now + 366 * DAY)
    assert {field.name for field in Erasure._meta.get_fields()} == {"id", "column", "row", "at"}


def test_a_second_night_erases_nothing_again(closed, now):
    first = erasing.erase_due(now=now + 366 * DAY)

    second = erasing.erase_due(now=now + 367 * DAY)

    assert first.total() > 0
    assert second.total() == 0


def test_more_rows_than_a_batch(directory, anong, now, monkeypatch):
    monkeypatch.setattr(erasing, "BATCH", 2)
    for number in range(5):
        case = make_alert(contact=f"number {number}").case
        casework.close(case=case, reason="HELPED", text="", by=anong, now=now)

    erased = erasing.erase_due(now=now + 366 * DAY)

    assert erased["cases.Report.contact"] == 5
    assert {report.contact for report in Report.objects.all()} == {erasing.ERASED}


def test_a_rule_that_fails_stops_no_other(closed, now, monkeypatch):
    monkeypatch.setattr(erasing, "_coarsen", lambda rows: 1 / 0)

    erased = erasing.erase_due(now=now + 366 * DAY)

    assert erased["failed"] == 1
    assert words_of(closed)["contact"] == erasing.ERASED
    assert Position.objects.order_by("pk").first().point is not None


def test_an_officer_who_left_loses_the_name_after_a_year_and_one_who_came_back_does_not(closed, now, yala_desk):
    gone, back = (make_officer(name, yala_desk, "TRIAGE") for name in ("Gone", "Back"))
    Officer.objects.filter(pk__in=[gone.pk, back.pk]).update(is_active=False)
    erasing.erase_due(now=now)
    Officer.objects.filter(pk=back.pk).update(is_active=True)

    erasing.erase_due(now=now + 366 * DAY)

    names = dict(Officer.objects.values_list("username", "display_name"))
    assert (names["gone"], names["back"], names["anong"]) == (erasing.ERASED, "Back", "Anong")


def test_a_message_that_was_given_up_keeps_its_words_a_week(directory, now):
    make_alert()
    failed, owed = Notification.objects.order_by("pk")[:2]
    Notification.objects.filter(pk=failed.pk).update(state="FAILED")

    erasing.erase_due(now=now + 6 * DAY)
    before = Notification.objects.get(pk=failed.pk).body
    erasing.erase_due(now=now + 8 * DAY)

    assert "/a/" in before
    assert Notification.objects.get(pk=failed.pk).body == erasing.ERASED
    assert "/a/" in Notification.objects.get(pk=owed.pk).body


def test_every_rule_that_has_an_end_can_be_carried_out_on_real_rows(closed, now, yala_desk):
    Officer.objects.filter(pk=make_officer("Gone", yala_desk, "TRIAGE").pk).update(is_active=False, left_at=now)

    erased = erasing.erase_due(now=now + TEN_YEARS)

    reached = {rule.column for rule in retention.rules().values() if rule.ended}
    assert erased["failed"] == 0
    assert {"cases.Report.narrative", "cases.Position.point", "agencies.Officer.display_name"} <= erased.keys()
    assert erased.keys() - {"failed"} <= reached


# ---- after a restore ------------------------------------------------------------------------------------------


@pytest.fixture
def outside(tmp_path, settings):
    settings.ERASURE_LEDGER = str(tmp_path / "ledger")
    return tmp_path / "ledger"


def restore(report: Report) -> None:
    """What a restore to a moment before the erasure does to it."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cases_erasure")
    Report.objects.filter(pk=report.pk).update(contact="my sister")


def test_what_a_restore_brought_back_is_erased_again(closed, now, outside, capsys):
    report = closed.reports.get()
    erasing.erase_and_export(now=now + 366 * DAY)
    restore(report)

    call_command("replay_erasures")

    assert Report.objects.get(pk=report.pk).contact == erasing.ERASED
    assert Erasure.objects.filter(column="cases.Report.contact", row=report.pk).exists()
    assert "erased again" in capsys.readouterr().out


def test_replaying_twice_is_replaying_once(closed, now, outside):
    erasing.erase_and_export(now=now + 366 * DAY)
    restore(closed.reports.get())

    first, second = erasing.replay(outside), erasing.replay(outside)

    assert first > 0
    assert second == 0


def test_after_a_restore_the_ledger_is_not_written_on_before_it_was_replayed(closed, now, outside):
    erasing.erase_and_export(now=now + 366 * DAY)
    restore(closed.reports.get())

    with pytest.raises(erasing.RestoredWithoutReplay):
        erasing.export(outside)
    erasing.replay(outside)

    assert erasing.export(outside) == 0


def test_a_new_row_with_the_number_of_a_lost_one_is_left_alone(closed, now, outside):
    report = closed.reports.get()
    erasing.erase_and_export(now=now + 366 * DAY)
    restore(report)
    Report.objects.filter(pk=report.pk).update(settled_at=now + 400 * DAY)

    erasing.replay(outside)

    assert Report.objects.get(pk=report.pk).contact == "my sister"


def test_only_what_is_new_is_added_to_the_ledger_outside(closed, now, outside):
    erasing.erase_and_export(now=now + 91 * DAY)
    before = outside.read_bytes()

    erasing.erase_and_export(now=now + 366 * DAY)

    assert outside.read_bytes().startswith(before)
    noted = [entry for block in ledger.read(outside) for entry in block.entries]
    assert len(noted) == Erasure.objects.count() == len(set(noted))


def test_a_replay_without_a_ledger_says_so(db):
    with pytest.raises(CommandError, match="no such ledger"):
        call_command("replay_erasures")


def test_an_address_that_was_removed_goes_after_a_year_with_what_it_was_found_by(yala_desk, now):
    gone, kept = yala_desk.contact_points.order_by("pk")
    type(gone).objects.filter(pk=gone.pk).update(removed_at=now)

    erasing.erase_due(now=now + 366 * DAY)

    gone.refresh_from_db()
    kept.refresh_from_db()
    assert (gone.address, gone.address_index) == (erasing.ERASED, "")
    assert "@" in kept.address
    assert kept.address_index
