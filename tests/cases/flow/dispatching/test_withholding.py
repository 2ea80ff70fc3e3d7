"""Of many from one network the desk hears first, and the others after its look or three minutes."""

from datetime import timedelta

import pytest

from agencies.models import Notification
from cases.flow import casework, dispatching, intake
from cases.flow.intake import Fix
from cases.models import Bundle, Case
from cases.privacy import history
from cases.privacy.actor import Actor
from cases.reads import audit
from tests.cases.flow.flood import NEAREST_HELP, THREE_MINUTES, asked, fill, press
from tests.conftest import BETONG

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_numbers")]


def test_after_three_minutes_the_nearest_are_told_by_themselves(directory, now):
    fill(8, may_tell=NEAREST_HELP)
    case = press(may_tell=NEAREST_HELP).case

    dispatching.escalate_overdue(now=now + THREE_MINUTES - timedelta(seconds=1))
    before = asked(case)
    dispatching.escalate_overdue(now=now + THREE_MINUTES)

    case.refresh_from_db()
    assert before == {"Yala Desk"}
    assert asked(case) == {"Yala Desk", "Betong Police", "Betong Hospital"}
    assert (case.ring, case.next_ring_at) == (1, now + THREE_MINUTES + timedelta(minutes=5))
    kinds = [event.kind for event in case.events.all()]
    assert kinds == ["OPENED", "ASKED", "HELD_BACK", "RELEASED", "ASKED", "ASKED"]
    assert history.first_broken_line(case) is None


def test_after_a_look_they_are_told_at_once_and_the_history_says_who_looked(directory, anong, now):
    fill(8, may_tell=NEAREST_HELP)
    cases = [press(may_tell=NEAREST_HELP).case for _ in range(2)]
    looked_at = now + timedelta(seconds=40)

    told = dispatching.look(bundle=Bundle.objects.get(), by=anong, now=looked_at)
    dispatching.escalate_overdue(now=looked_at)

    assert told == 2
    for case in cases:
        assert "Betong Police" in asked(case)
        released = case.events.get(kind="RELEASED")
        assert (released.officer, released.at) == (anong, looked_at)


def test_social_workers_only_reaches_the_next_ring_when_it_would_have_anyway(directory, now):
    fill()
    case = press().case

    dispatching.escalate_overdue(now=now + THREE_MINUTES)

    case.refresh_from_db()
    assert asked(case) == {"Yala Desk"}
    assert (case.ring, case.next_ring_at) == (1, now + timedelta(minutes=5))


def test_the_desks_answer_does_not_keep_the_nearest_waiting(directory, anong, now):
    fill(8, may_tell=NEAREST_HELP)
    case = press(may_tell=NEAREST_HELP).case
    desk = case.dispatches.get()

    dispatching.acknowledge(dispatch=desk, name="Anong", arrival_minutes=None, by=Actor.of(anong), now=now)

    case.refresh_from_db()
    assert case.next_ring_at == now + THREE_MINUTES


def test_a_desk_that_cannot_lets_the_nearest_hear_at_once(directory, anong, now):
    fill(8, may_tell=NEAREST_HELP)
    case = press(may_tell=NEAREST_HELP).case
    casework.take(case=case, by=anong, now=now)

    dispatching.decline(dispatch=case.dispatches.get(), reason="BUSY", by=Actor.of(anong), now=now)
    dispatching.escalate_overdue(now=now + THREE_MINUTES)

    assert {"National Desk", "Betong Police"} <= asked(case)


def test_a_place_that_comes_while_it_is_withheld_tells_that_places_desk_and_no_agency(directory, now):
    fill(8, may_tell=NEAREST_HELP)
    report = press(may_tell=NEAREST_HELP, at=None)

    intake.add_place(report=report, fix=Fix(BETONG.x, BETONG.y), now=now + timedelta(seconds=2))

    case = Case.objects.get(pk=report.case.pk)
    assert asked(case) == {"National Desk", "Yala Desk"}
    assert case.next_ring_at == now + THREE_MINUTES


def test_without_any_desk_nothing_is_withheld(betong_police):
    fill(8, may_tell=NEAREST_HELP)

    case = press(may_tell=NEAREST_HELP).case

    assert asked(case) == {"Betong Police"}
    assert case.ring == 1


def test_the_audit_finds_nothing_wrong_with_a_case_that_is_withheld(directory, now):
    fill(4)

    codes = {finding.code for finding in audit.findings(now=now)}

    assert codes.isdisjoint({"step_overdue", "case_asks_nobody", "held_by_nobody"})


def test_closing_one_of_a_bundle_leaves_the_message_for_the_others_owed(directory, anong, now):
    fill()
    one, _other = press(), press()

    casework.close(case=one.case, reason="FALSE_ALARM", text="", by=anong, now=now)

    assert Notification.objects.get(dedupe_key__startswith="bundle/").state == "QUEUED"
