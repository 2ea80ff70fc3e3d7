"""The history in words: every kind of line says something, and nothing that an officer wrote is lost."""

from datetime import timedelta

import pytest
from django.utils import translation

from cases.flow import casework, contacting, dispatching, intake, triage, wishes
from cases.flow.dispatching.widening import widen
from cases.models import CallNow, Case, ContactRule, Dispatch, Note, Report
from cases.privacy import event_kinds
from cases.privacy.actor import Actor
from cases.reads import timeline
from tests.conftest import make_alert

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(directory, anong, somchai, betong_police, betong_hospital, yala_shelter, pattani_desk, areas, now):
    """A case to which nearly everything happened."""
    report = make_alert(now=now, may_tell=Report.MayTell.SOCIAL_WORKERS)
    case, by = report.case, Actor.of(anong)
    reaching = wishes.Reaching(ways=["LINE", "CALL"], parts=["NIGHT"])
    any_time = Report.SafeContact.ANY_TIME
    wishes.say_how_to_reach(report=report, safe_contact=any_time, reaching=reaching, now=now)
    said = {"way": ContactRule.Way.LINE, "reached": ContactRule.Reached.SOMEBODY, "is_code_word_said": True}
    contacting.contacted(report=report, by=anong, now=now + timedelta(hours=2), **said)
    answers = {"POLICE": False, "HEALTH": True}
    wishes.say_who_may_know(report=report, said=answers, language="th", now=now)
    intake.add_words(report=report, text="A white truck came.", now=now)
    widen(case=case, reason="A child", by=anong, now=now)
    casework.review_widening(case=case, by=somchai, now=now)
    chosen = [betong_police, betong_hospital, yala_shelter]
    dispatching.dispatch_to(case=case, agencies=chosen, by=by, now=now, purpose=Dispatch.Purpose.RESPOND)
    hospital = case.dispatches.get(agency=betong_hospital)
    dispatching.decline(dispatch=hospital, reason="BUSY", by=Actor.link_holder(hospital), now=now)
    for minutes in (5, 10, 20):
        dispatching.escalate_overdue(now=now + timedelta(minutes=minutes))
    police = case.dispatches.get(agency=betong_police)
    dispatching.finish_call(case=case, result=CallNow.Result.NOBODY, by=anong, now=now + timedelta(minutes=21))
    by_radio = {"means": Note.Means.RADIO, "answered_by": "the night guard", "text": "Engaged."}
    call = dispatching.Call(Note.CallResult.BUSY, dispatch=police, **by_radio)
    dispatching.log_call(case=case, call=call, by=anong, now=now + timedelta(minutes=21))
    dispatching.acknowledge(dispatch=police, name="Wichai", arrival_minutes=1, by=by, now=now)
    shelter = case.dispatches.get(agency=yala_shelter)
    dispatching.acknowledge(dispatch=shelter, name="Mali", arrival_minutes=None, by=by, now=now)
    dispatching.arrive(dispatch=police, by=Actor.link_holder(police), now=now)
    dispatching.give_outcome(dispatch=police, outcome="FOUND", by=Actor.link_holder(police), now=now)
    later = intake.receive(sent=intake.Sent(kind=Report.Kind.WRITTEN, language="th", area="9501"), now=now)
    triage.attach(report=later, case=case, by=anong, now=now)
    casework.reroute(case=case, province=areas["94"], by=anong, now=now)
    casework.add_note(case=case, text="All three are safe.", by=anong, now=now + timedelta(minutes=30))
    reason = Case.ClosureReason.HELPED
    casework.close(case=case, reason=reason, text="The end.", by=anong, now=now + timedelta(minutes=31))
    with translation.override("en"):
        lines = timeline.lines(case)
    return {line.kind: line for line in lines}, lines


def test_every_line_has_a_label_and_a_hand(told):
    kinds, lines = told

    assert len(kinds) >= 16
    assert all(line.label and line.who for line in lines)


def test_facts_are_said_in_words(told):
    kinds, lines = told
    details = {kind: kinds[kind].details for kind in kinds}

    assert details["OPENED"] == "needs help"
    assert details["DECLINED"] == "busy with another case"
    assert details["CALLED"] == "by radio · busy · the night guard"
    assert details["CALL_DONE"] == "nobody could be reached"
    assert details["OUTCOME"] == "found and safe"
    assert details["ESCALATED"] == "ring 3"
    assert details["REROUTED"] == "Yala → Pattani"
    assert details["CLOSED"] == "helped"
    assert details["CONTACT_RULE"] == "you may contact me at any time · LINE, a call · at night"
    assert details["CONTACTED"] == "LINE · somebody else answered · code word said"
    assert details["CONSENT"] == "police and prosecutors: no · hospitals and health offices: yes"
    taken = [line.details for line in lines if line.kind == "ACKNOWLEDGED"]
    assert taken == ["Wichai · there in 1 minute", "Mali"]
    chosen = [line.details for line in lines if line.kind == "ASKED" and line.agency == "Betong Police"]
    assert chosen == ["chosen by an officer · 0.4 km away"]


def test_a_secret_place_has_no_distance_in_the_history_either(told):
    _, lines = told

    assert [line.details for line in lines if line.kind == "ASKED" and line.agency == "Yala Shelter"] == [
        "chosen by an officer"
    ]


def test_what_was_written_stands_with_its_line(told):
    kinds, _ = told

    assert kinds["CALLED"].text == "Engaged."
    assert kinds["NOTED"].text == "All three are safe."
    assert kinds["CLOSED"].text == "The end."
    assert kinds["OUTCOME"].text == ""


def test_a_kind_of_line_that_is_new_has_words(told):
    """When this fails, a kind was registered: give its facts words, or name it here."""
    silent = {
        "SHARING_STARTED",
        "SHARING_LONGER",
        "TRACK_KEPT",
        "MESSAGE_ADDED",
        "ANSWERED",
        "WITHDRAWN",
        "CONTACT_HIDDEN",
        "CONTACT_SHOWN",
        "CONTACT_OPENED",
        "CONTACT_REVIEWED",
        "TAKEN",
        "RED",
        "RELEASED",
        "HELD",
        "NO_LONGER_HELD",
        "ARRIVED",
        "NOTED",
        "WIDENED",
        "WIDENING_REVIEWED",
    }
    with_words = {code for code in event_kinds.codes() if any(event_kinds.kind_of(code).facts.values())}

    assert set(event_kinds.codes()) - with_words == silent


def test_two_notes_of_one_hand_in_one_microsecond_stand_each_with_its_own_line(case, anong, now, in_english):
    casework.add_note(case=case, text="First.", by=anong, now=now)
    casework.add_note(case=case, text="Second.", by=anong, now=now)

    assert [line.text for line in timeline.lines(case) if line.kind == "NOTED"] == ["First.", "Second."]


def test_notes_cost_no_query_of_their_own(case, anong, now, django_assert_num_queries):
    for _ in range(3):
        casework.add_note(case=case, text="A note.", by=anong, now=now)

    with django_assert_num_queries(1):
        timeline.lines(case)
