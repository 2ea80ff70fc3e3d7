"""What was written while the database's clock was ahead is due once it is right, and nothing else is."""

from copy import deepcopy
from datetime import timedelta

import pytest
from django.db.models import F
from django.db.models.functions import Now

from agencies import clock, lines
from agencies.models import ContactPoint, Notification, TransportState, VerificationCode
from agencies.reach import delivery, verification
from cases.flow import attaching, casework, catching_up, contacting, dispatching, sharing, wishes
from cases.flow.attaching import Given
from cases.flow.conversing import first_word
from cases.flow.dispatching import answering, silence, withholding
from cases.flow.intake import Fix
from cases.flow.wishes import Reaching
from cases.models import Bundle, Canary, Case, Conversation, Dispatch, Report
from cases.privacy.safe_contact import Reach
from cases.reads import ahead, audit
from cases.reads.ahead import others
from cases.reads.untold import untold
from tests import files
from tests.cases.flow.dispatching.test_answering import asked, take
from tests.conftest import BETONG, make_alert

pytestmark = pytest.mark.django_db

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
AHEAD = [30 * SECOND, 5 * MINUTE, timedelta(hours=1), timedelta(days=1)]
by_any = pytest.mark.parametrize("ahead", AHEAD, ids=str)
State = Notification.State


@pytest.fixture
def now():
    return clock.now()


def found(now) -> set[str]:
    return {finding.code for finding in audit.findings(now=now) if finding.code.endswith("_ahead")}


def stands_within(moment, span) -> bool:
    return moment <= clock.now() + span


@by_any
def test_the_first_words_of_an_alert_that_was_pressed_under_a_clock_ahead(directory, now, ahead):
    make_alert(now=now + ahead)
    assert not Notification.objects.due().exists()
    assert "message_ahead" in found(now)

    catching_up.bring_back()

    assert Notification.objects.due().count() == Notification.objects.count() >= 3
    assert found(clock.now()) == set()


@by_any
def test_a_message_that_was_tried_under_a_clock_ahead(directory, now, ahead):
    """Up to the longest wait of ours nobody can tell."""
    make_alert(now=now)
    Notification.objects.update(attempts=4, due_at=Now() + ahead + 20 * SECOND)

    catching_up.bring_back()

    assert all(stands_within(message.due_at, delivery.FARTHEST) for message in Notification.objects.all())


@by_any
def test_a_first_word_that_waited_to_be_gathered_under_a_clock_ahead(directory, now, ahead):
    make_alert(now=now)
    Notification.objects.update(due_at=Now() + ahead)

    catching_up.bring_back()

    assert Notification.objects.due().count() == Notification.objects.count()


def test_a_gathered_one_waits_once_and_not_for_as_long_as_the_clock_was_ahead(directory, now):
    make_alert(now=now + timedelta(days=1))

    catching_up.bring_back()

    assert not Notification.objects.filter(created_at__gt=Now()).exists()


@by_any
def test_what_was_sent_in_the_future_was_sent_now(directory, now, ahead):
    """Or a budget, a gathering and the judgement of a transport would count it tomorrow."""
    make_alert(now=now)
    Notification.objects.update(state="SENT", sent_at=now + ahead, body="")

    catching_up.bring_back()

    assert not Notification.objects.filter(sent_at__gt=Now()).exists()


@by_any
def test_a_line_that_failed_under_a_clock_ahead_is_down_in_time(db, settings, now, ahead):
    TransportState.note_failure("EMAIL", "ConnectError")
    TransportState.objects.update(failing_since=Now() + ahead, failed_at=Now() + ahead)

    catching_up.bring_back()
    TransportState.objects.update(failing_since=F("failing_since") - lines.LATE)

    assert [line.transport for line in lines.down()] == ["EMAIL"]


@by_any
def test_that_nobody_was_told_is_seen_in_time(directory, now, ahead):
    make_alert(now=now + ahead)

    catching_up.bring_back()
    Case.objects.update(opened_at=F("opened_at") - lines.LATE)

    assert untold().count() == 1


def test_one_that_was_given_and_not_answered_waits_its_quarter_of_an_hour(directory, now):
    make_alert(now=now)
    given = {"attempts": 2, "times_given": 2, "given_at": Now()}
    Notification.objects.update(due_at=Now() + delivery.FARTHEST_GIVEN, **given)

    assert catching_up.bring_back() == 0
    Notification.objects.update(due_at=Now() + delivery.FARTHEST_GIVEN + timedelta(minutes=1))
    assert catching_up.bring_back() == Notification.objects.count()


@pytest.mark.parametrize("ahead", AHEAD[2:], ids=str)
def test_the_lease_of_a_worker_that_died_under_a_clock_ahead_ends_in_a_minute(directory, now, ahead):
    message = make_alert(now=now).case.dispatches.first().notifications.get()
    fields = {"state": State.SENDING, "lease_token": message.idempotency_key, "leased_until": Now() + ahead}
    fields["due_at"] = Now() + ahead
    Notification.objects.filter(pk=message.pk).update(**fields)

    catching_up.bring_back()

    message.refresh_from_db()
    assert stands_within(message.leased_until, Notification.HELD_ON)
    assert stands_within(message.due_at, timedelta())


@by_any
def test_the_next_ring_comes_when_it_comes_for_everybody(directory, now, ahead):
    case = make_alert(now=now + ahead).case
    assert "ring_ahead" in found(now)

    catching_up.bring_back()

    case.refresh_from_db()
    assert stands_within(case.next_ring_at, 5 * MINUTE)
    assert all(stands_within(dispatch.acknowledgement_due_at, 5 * MINUTE) for dispatch in case.dispatches.all())
    assert all(stands_within(dispatch.asked_at, timedelta()) for dispatch in case.dispatches.all())


@by_any
def test_a_flood_that_is_kept_back_is_let_go_after_its_three_minutes(directory, now, ahead):
    case = make_alert(now=now).case
    Case.objects.filter(pk=case.pk).update(ring=0, next_ring_at=now + ahead + 3 * MINUTE)

    catching_up.bring_back()

    case.refresh_from_db()
    assert stands_within(case.next_ring_at, 5 * MINUTE)


@by_any
def test_an_agency_that_took_the_case_is_reminded_in_time(directory, now, ahead):
    case = make_alert(now=now).case
    take(asked(case, "Betong Police"), now + ahead)

    catching_up.bring_back()

    assert stands_within(Dispatch.objects.get(reminder_due_at__isnull=False).reminder_due_at, 35 * MINUTE)


@pytest.mark.parametrize("ahead", AHEAD[2:], ids=str)
def test_files_do_not_wait_for_cleaners_of_the_future(alert, now, ahead):
    for _ in range(attaching.AT_ONCE):
        attaching.attach(report=alert, files=[Given(files.photo(), 1)], now=now + ahead)
        attaching._claim_next(now=now + ahead)
    attaching.attach(report=alert, files=[Given(files.photo(), 1)], now=now)

    catching_up.bring_back()

    assert attaching._claim_next(now=clock.now())
    assert attaching._claim_next(now=clock.now())


@by_any
def test_a_person_who_is_followed_is_followed_on(case, alert, now, ahead):
    share = sharing.start_sharing(report=alert, now=now + ahead)
    sharing.add_point(share=share, fix=Fix(101.08, 5.78), now=now + ahead + 5 * SECOND)

    catching_up.bring_back()
    share.refresh_from_db()
    share = sharing.add_point(share=share, fix=Fix(101.09, 5.79), now=clock.now() + 20 * SECOND)

    assert stands_within(share.ends_at, sharing.LASTS)
    assert share.positions.surest_first().first().point.x == 101.09


@by_any
def test_no_place_of_the_future_is_for_ever_the_newest(directory, now, ahead):
    report = make_alert(now=now + ahead)

    catching_up.bring_back()
    later = report.positions.create(
        source="GPS", point=BETONG, captured_at=clock.now() + SECOND, received_at=clock.now() + SECOND
    )

    assert report.positions.surest_first().first() == later


@by_any
def test_an_answer_after_the_clock_was_right_again_is_told_once(alert, anong, now, ahead):
    chat = Conversation.objects.create(
        report=alert, line_id="U" + 32 * "a", opened_at=now + ahead, heard_at=now + ahead, may_write_at=now + ahead
    )
    casework.write_to_reporter(report=alert, text="We come.", by=anong, now=now + ahead)
    Conversation.objects.update(told_until=now + ahead)

    catching_up.bring_back()
    assert not Conversation.objects.owed_word(now=clock.now()).exists()
    casework.write_to_reporter(report=alert, text="Soon.", by=anong, now=clock.now())

    assert Conversation.objects.owed_word(now=clock.now()).get() == chat


def test_a_chat_that_line_did_not_take_is_tried_again_within_the_hour(alert, now):
    Conversation.objects.create(
        report=alert, line_id="U" + 32 * "a", opened_at=now, heard_at=now, tries=1, try_at=now + timedelta(days=1)
    )

    catching_up.bring_back()

    assert stands_within(Conversation.objects.get().try_at, timedelta())


@by_any
def test_of_a_permission_and_a_no_of_the_same_time_the_no_counts(alert, anong, now, ahead):
    Report.objects.filter(pk=alert.pk).update(safe_contact="DO_NOT_CONTACT")
    report = Report.objects.get(pk=alert.pk)
    contacting.open_contact(report=report, reason="A child", by=anong, now=now + ahead)
    rule = {"safe_contact": Report.SafeContact.DO_NOT_CONTACT, "reaching": Reaching()}
    wishes.say_how_to_reach(report=report, now=now + ahead + SECOND, **rule)

    catching_up.bring_back()

    assert not Reach.of(report, now=clock.now()).is_open


@by_any
def test_the_canary_is_pressed_again(db, now, ahead):
    Canary.objects.create(pressed_at=now + ahead)
    assert "canary_ahead" in found(now)

    catching_up.bring_back()

    assert stands_within(Canary.objects.get().pressed_at, timedelta())


@by_any
def test_an_address_that_was_proved_in_the_future_may_fail_today(betong_police, now, ahead):
    ContactPoint.objects.update(verified_at=now + ahead)

    catching_up.bring_back()

    assert not ContactPoint.objects.filter(verified_at__gt=Now()).exists()


@by_any
def test_a_code_lives_no_longer_than_its_time(betong_police, pim, now, ahead):
    point = ContactPoint.objects.create(agency=betong_police, address="new@agency.example", audience="DUTY")
    verification.send_code(contact_point=point, by=pim, now=now + ahead)

    catching_up.bring_back()

    assert stands_within(VerificationCode.objects.get().expires_at, timedelta(hours=24))


@pytest.fixture
def as_late_as_it_may_be(directory, betong_police, anong, pim, now):
    """Of everything that waits one that waits as long as it may."""
    report = make_alert(now=now)
    take(asked(report.case, "Betong Police"), now)
    waiting = make_alert(now=now)
    plan = deepcopy(waiting.case.plan)
    plan["rings"][0]["minutes"] = 60
    Case.objects.filter(pk=waiting.case_id).update(plan=plan, next_ring_at=now + 60 * MINUTE)
    attaching.attach(report=report, files=[Given(files.photo(), 1)], now=now)
    attaching._claim_next(now=now)
    sharing.share_longer(share=sharing.start_sharing(report=report, now=now), now=now)
    point = ContactPoint.objects.create(agency=betong_police, address="new@agency.example", audience="DUTY")
    verification.send_code(contact_point=point, by=pim, now=now)
    Conversation.objects.create(
        report=report, line_id="U" + 32 * "a", opened_at=now, heard_at=now, tries=9, try_at=now + 60 * MINUTE
    )
    Bundle.objects.create(of_many=3, opened_at=now)
    Canary.objects.create()
    dispatching.escalate_overdue(now=now)
    Notification.objects.filter(is_first=False).update(attempts=9, due_at=now + delivery.FARTHEST)


def test_what_waits_as_long_as_it_may_is_left_alone(as_late_as_it_may_be, now):
    assert {kind.code for kind in [*others()] if kind.rows.exists()} == set()
    assert catching_up.bring_back() == 0
    assert found(now) == set()


def test_a_file_that_ended_its_cleaner_rests_for_as_long_as_it_has_to(alert, now):
    attaching.attach(report=alert, files=[Given(files.photo(), 1)], now=now)
    alert.attachments.update(setbacks=7, due_at=now + attaching.LONGEST_SETBACK)

    assert catching_up.bring_back() == 0
    alert.attachments.update(due_at=now + attaching.LONGEST_SETBACK + MINUTE)
    assert catching_up.bring_back() == 1


def test_the_waits_of_the_flow_are_those_that_the_questions_below_it_know():
    assert (ahead.FILE_LEASE, ahead.FILE_SETBACK) == (attaching.LEASE, attaching.LONGEST_SETBACK)
    assert ahead.CHAT_WAITS == first_word.LONGEST_WAIT
    assert ahead.SHORTEST_RING * MINUTE == answering.PAUSE == withholding.LOOK_WITHIN
    assert ahead.GRACE * MINUTE == answering.GRACE
    assert max(answering.GRACE_UNSAID, silence.AFTER_REMINDER) <= (ahead.REMINDED_AFTER + ahead.GRACE) * MINUTE


def test_our_waits_are_no_longer_than_what_is_called_the_farthest():
    waits = [delivery._wait_after(attempts, asked=10**6) for attempts in range(1, 100) for _ in range(20)]

    assert max(waits) <= delivery.FARTHEST


def test_while_the_clock_is_in_doubt_only_messages_are_brought_back(directory, now, monkeypatch):
    """If it is an hour behind, everything stands an hour off, and a ring must not go out for that."""
    case = make_alert(now=now + timedelta(hours=1)).case
    monkeypatch.setattr(clock, "has_moved", lambda: True)

    catching_up.bring_back()

    case.refresh_from_db()
    assert case.next_ring_at > now + timedelta(hours=1)
    assert Notification.objects.due().count() == Notification.objects.count()
