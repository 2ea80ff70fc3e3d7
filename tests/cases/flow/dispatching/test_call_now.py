"""The call to make now comes with the red light, and goes when somebody takes the case."""

from datetime import timedelta

import pytest

from cases.flow import casework, dispatching
from cases.flow.dispatching.call_now import call_now
from cases.models import CallNow, Case
from cases.privacy import history
from cases.privacy.actor import Actor

pytestmark = pytest.mark.django_db

Result = CallNow.Result


def call_of(case: Case) -> CallNow:
    return case.calls_to_make.get()


def test_a_case_that_turns_red_asks_for_the_call_in_the_same_moment(red, now):
    call = call_of(red)

    assert (call.kind, call.created_at, call.due_at) == ("CALL_NOW", red.red_since, red.red_since)
    assert call.done_at is None


def test_a_case_that_is_not_red_asks_for_no_call(case):
    assert not case.calls_to_make.exists()


def test_a_round_that_fails_leaves_neither_light_nor_call(case, now, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(dispatching.escalating.asking, "ask_again", broken)
    dispatching.escalate_overdue(now=now + timedelta(minutes=5))

    case.refresh_from_db()
    assert case.red_since is None
    assert not case.calls_to_make.exists()


def test_a_canary_asks_for_no_call(case, now):
    case.is_canary = True  # in memory: a stored case cannot become one

    call_now(case, now=now)

    assert not case.calls_to_make.exists()


def test_silent_rounds_leave_one_call_open(red, now):
    for minutes in (15, 25):
        dispatching.escalate_overdue(now=now + timedelta(minutes=minutes))

    assert call_of(red).created_at == red.red_since


def test_who_holds_the_case_ends_the_call(red, betong_police, now):
    police = red.dispatches.get(agency=betong_police)

    dispatching.acknowledge(dispatch=police, name="Wichai", arrival_minutes=9, by=Actor.link_holder(police), now=now)

    assert (call_of(red).result, call_of(red).done_at, call_of(red).done_by) == (Result.HELD, now, None)


def test_an_answer_that_does_not_hold_it_ends_the_call_until_the_next_silent_round(red, yala_desk, now):
    desk = red.dispatches.get(agency=yala_desk)
    dispatching.acknowledge(dispatch=desk, name="Anong", arrival_minutes=None, by=Actor.link_holder(desk), now=now)
    assert call_of(red).result == Result.ACKNOWLEDGED

    dispatching.escalate_overdue(now=now + timedelta(minutes=30))

    assert red.calls_to_make.open().count() == 1
    assert red.calls_to_make.count() == 2


def test_closing_the_case_ends_the_call(red, anong, now):
    casework.close(case=red, reason=Case.ClosureReason.FALSE_ALARM, text="", by=anong, now=now)

    assert call_of(red).result == Result.CLOSED


def test_an_officer_who_called_down_the_list_ends_it_with_a_result_in_the_history(red, anong, now):
    call = dispatching.finish_call(case=red, result=Result.NOBODY, by=anong, now=now)

    assert (call.done_by, call.result) == (anong, Result.NOBODY)
    line = red.events.get(kind="CALL_DONE")
    assert (line.officer, line.facts) == (anong, {"result": "NOBODY"})
    assert history.first_broken_line(red) is None
    assert dispatching.finish_call(case=red, result=Result.REACHED, by=anong, now=now) is None


def test_while_nobody_holds_it_the_next_silent_round_asks_for_calls_again(red, anong, now):
    dispatching.finish_call(case=red, result=Result.NOBODY, by=anong, now=now + timedelta(minutes=6))

    dispatching.escalate_overdue(now=now + timedelta(minutes=15))

    assert red.calls_to_make.open().get().created_at == now + timedelta(minutes=15)
