"""The one thing to do next with a case, and which agencies must be called."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.models import Notification
from cases.flow import casework, dispatching
from cases.flow.dispatching.widening import widen
from cases.models import Case, Dispatch
from cases.privacy.actor import Actor
from cases.reads import case_file
from cases.reads.case_file import StepKind
from tests.conftest import make_alert

pytestmark = pytest.mark.django_db


def next_of(case, officer):
    case = Case.objects.get(pk=case.pk)
    found = case_file.next_step(case, list(case.dispatches.select_related("agency")), officer=officer)
    return (found.step, found.dispatch.agency if found.dispatch else None) if found else None


def take(dispatch, now):
    by = Actor.link_holder(dispatch)
    return dispatching.acknowledge(dispatch=dispatch, name="Wichai", arrival_minutes=None, by=by, now=now)


def test_our_own_office_answers_first(case, anong, yala_desk):
    assert next_of(case, anong) == (StepKind.ANSWER, yala_desk)


def test_then_somebody_else_is_asked(case, anong, yala_desk, now):
    take(case.dispatches.get(agency=yala_desk), now)

    assert next_of(case, anong) == (StepKind.ASK, None)


def test_red_is_called_down_the_list_whatever_numbers_are_known(case, anong, now):
    for minutes in (5, 10):
        dispatching.escalate_overdue(now=now + timedelta(minutes=minutes))

    assert next_of(case, anong) == (StepKind.CALL, None)


def test_held_goes_from_arrival_to_outcome_to_the_end(case, anong, betong_police, now):
    police = take(case.dispatches.get(agency=betong_police), now)
    steps = [next_of(case, anong)]
    dispatching.arrive(dispatch=police, by=Actor.link_holder(police), now=now)
    steps.append(next_of(case, anong))
    dispatching.give_outcome(dispatch=police, outcome="FOUND", by=Actor.link_holder(police), now=now)
    steps.append(next_of(case, anong))
    casework.close(case=case, reason=Case.ClosureReason.HELPED, text="", by=anong, now=now)
    steps.append(next_of(case, anong))

    assert steps == [
        (StepKind.ARRIVAL, betong_police),
        (StepKind.OUTCOME, betong_police),
        (StepKind.CLOSE, None),
        None,
    ]


def test_an_override_waits_for_a_second_person_only(directory, anong, somchai, yala_desk, now):
    case = make_alert(now=now, may_tell="SOCIAL_WORKERS").case
    take(case.dispatches.get(agency=yala_desk), now)
    widen(case=case, reason="A child", by=anong, now=now)

    assert next_of(case, somchai) == (StepKind.REVIEW, None)
    assert next_of(case, anong) == (StepKind.ARRIVAL, yala_desk)


def test_who_holds_it_stands_first_and_who_declined_last(case, betong_police, betong_hospital, now):
    take(case.dispatches.get(agency=betong_police), now)
    hospital = case.dispatches.get(agency=betong_hospital)
    dispatching.decline(dispatch=hospital, reason="BUSY", by=Actor.link_holder(hospital), now=now)

    agencies = [line.dispatch.agency for line in case_file.asked(case)]

    assert (agencies[0], agencies[-1]) == (betong_police, betong_hospital)


@pytest.mark.parametrize(
    ("states", "is_unreachable", "was_refused"),
    [
        ([], True, False),
        (["FAILED"], True, True),
        (["CANCELLED"], True, False),
        (["QUEUED"], False, False),
        (["SENT"], False, False),
        (["FAILED", "QUEUED"], False, True),
    ],
)
def test_an_agency_whom_no_message_reached_must_be_called(states, is_unreachable, was_refused):
    sent = [Notification(state=state) for state in states]

    line = case_file.Asked(Dispatch(), sent)

    assert (line.is_unreachable, line.was_refused) == (is_unreachable, was_refused)


def test_told_is_when_the_first_message_left(now):
    later = now + timedelta(minutes=1)

    line = case_file.Asked(Dispatch(), [Notification(), Notification(sent_at=now), Notification(sent_at=later)])

    assert line.told_at == now
    assert case_file.Asked(Dispatch(), []).told_at is None


def test_a_case_of_this_province_is_offered_to_a_report(case, areas, dao, now):
    elsewhere = make_alert(now=timezone.now(), at=areas["9401"].centroid).case
    report = case.reports.get()

    offered = case_file.open_cases_beside(report, officer=dao)

    assert case in offered
    assert elsewhere not in offered
