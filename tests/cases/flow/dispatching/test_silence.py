"""An agency that took a case and reports nothing is reminded once; then it is asked again."""

from datetime import timedelta

import pytest

from agencies.models import ContactPoint, Notification
from cases.flow import casework, dispatching
from cases.models import Case, Dispatch
from cases.privacy import history
from cases.privacy.actor import Actor
from tests.cases.flow.dispatching.test_answering import asked, take
from tests.conftest import make_alert

pytestmark = pytest.mark.django_db

POLICE, HOSPITAL = "Betong Police", "Betong Hospital"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def taken(case, now) -> Dispatch:
    """The police said: there in 12 minutes."""
    return take(asked(case, POLICE), now)


def kinds(case: Case) -> list[str]:
    return [event.kind for event in case.events.all()]


def sweep(case: Case, at) -> Case:
    dispatching.escalate_overdue(now=at)
    case.refresh_from_db()
    return case


def test_a_reminder_leaves_fifteen_minutes_after_the_time_that_was_said(taken, case, now):
    early = kinds(sweep(case, now + 26 * MINUTE))

    sweep(case, now + 27 * MINUTE)

    assert "REMINDED" not in early
    assert kinds(case)[-1] == "REMINDED"
    assert case.state == "held"
    message = taken.notifications.latest("pk")
    assert "NO WORD SINCE" in message.subject
    assert "/a/" in message.body


def test_who_said_no_time_is_reminded_after_half_an_hour(case, now):
    take(asked(case, POLICE), now, arrival_minutes=None)

    early = kinds(sweep(case, now + 29 * MINUTE))

    assert "REMINDED" not in early
    assert "REMINDED" in kinds(sweep(case, now + 30 * MINUTE))


def test_the_reminder_leaves_once(taken, case, now):
    for minutes in (27, 28, 35, 41):
        sweep(case, now + minutes * MINUTE)

    assert kinds(case).count("REMINDED") == 1


def test_silent_after_the_reminder_it_is_held_no_longer_and_asked_again(taken, case, now):
    sweep(case, now + 27 * MINUTE)

    sweep(case, now + 42 * MINUTE)

    taken.refresh_from_db()
    assert case.held_at is None
    assert case.ring > 1
    assert case.next_ring_at > now + 42 * MINUTE
    assert taken.state == "asked"
    assert {"NO_LONGER_HELD", "ASKED_AGAIN", "ESCALATED"} <= set(kinds(case))
    assert history.first_broken_line(case) is None


@pytest.mark.parametrize("minutes", [20, 30])
def test_an_arrival_before_or_after_the_reminder_ends_the_waiting(taken, case, now, minutes):
    for minute in range(minutes):
        sweep(case, now + minute * MINUTE)

    dispatching.arrive(dispatch=taken, by=Actor.link_holder(taken), now=now + minutes * MINUTE)

    assert sweep(case, now + 300 * MINUTE).state == "held"


def test_an_outcome_ends_the_waiting_too(taken, case, now):
    dispatching.give_outcome(dispatch=taken, outcome="FOUND", by=Actor.link_holder(taken), now=now + 20 * MINUTE)

    assert "REMINDED" not in kinds(sweep(case, now + 300 * MINUTE))


def test_taken_anew_it_is_held_and_waited_for_anew(taken, case, now):
    sweep(case, now + 27 * MINUTE)
    sweep(case, now + 42 * MINUTE)

    take(taken, now + 45 * MINUTE)

    case.refresh_from_db()
    assert case.state == "held"
    assert kinds(sweep(case, now + 71 * MINUTE)).count("REMINDED") == 1
    assert kinds(sweep(case, now + 72 * MINUTE)).count("REMINDED") == 2


def test_while_another_holds_the_case_only_the_silent_one_is_asked_again(taken, case, now):
    take(asked(case, HOSPITAL), now, arrival_minutes=600)
    sweep(case, now + 27 * MINUTE)

    sweep(case, now + 42 * MINUTE)

    taken.refresh_from_db()
    assert case.state == "held"
    assert taken.acknowledged_at is None
    assert "NO_LONGER_HELD" not in kinds(case)


def test_a_desk_that_helps_along_is_not_waited_for(case, now):
    desk = take(asked(case, "Yala Desk"), now)

    desk.refresh_from_db()
    assert desk.reminder_due_at is None


def test_a_closed_case_reminds_nobody(taken, case, now, anong):
    casework.close(case=case, reason=Case.ClosureReason.HELPED, text="", by=anong, now=now)
    before = Notification.objects.count()

    dispatching.escalate_overdue(now=now + 300 * MINUTE)

    assert Notification.objects.count() == before


def test_who_has_no_address_any_more_is_called(taken, case, betong_police, now):
    ContactPoint.objects.filter(agency=betong_police).update(verified_at=None, confirmed_at=None)

    sweep(case, now + 27 * MINUTE)

    assert case.events.last().facts["no_contact_point"] is True


def test_one_that_cannot_be_reminded_stops_no_other(taken, case, now, monkeypatch, caplog):
    second = make_alert(now=now).case
    take(asked(second, POLICE), now)
    history_of = history.record

    def break_first(subject, *lines, **fields):
        if subject.pk == case.pk:
            raise RuntimeError
        return history_of(subject, *lines, **fields)

    monkeypatch.setattr(history, "record", break_first)

    dispatching.escalate_overdue(now=now + 27 * MINUTE)

    assert "could not be reminded" in caplog.text
    assert kinds(second)[-1] == "REMINDED"
    assert "REMINDED" not in kinds(case)
