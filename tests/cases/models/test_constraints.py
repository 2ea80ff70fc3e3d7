"""The database refuses what must not be: one constraint, one sentence, one name, one test."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from cases.models import (
    AccessEvent,
    Bundle,
    CallNow,
    Case,
    CaseEvent,
    Consent,
    ContactOverride,
    ContactRule,
    Conversation,
    Dispatch,
    LiveShare,
    Message,
    Note,
    Position,
    Report,
    RingChange,
    RingDecision,
    RingPolicy,
)
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


def refuses(name: str):
    return pytest.raises(IntegrityError, match=name)


UPDATES = [
    (Report, "cases_report_kind_known", {"kind": "PANIC"}),
    (Report, "cases_report_may_tell_known", {"may_tell": "ANYBODY"}),
    (Report, "cases_report_dismissed_is_settled", {"dismissed_reason": "SPAM"}),
    (Report, "cases_report_bundled_is_low_trust", {"bundle": 1}),
    (Position, "cases_position_says_where", {"point": None, "area": None, "text": ""}),
    (Case, "cases_case_is_held_or_has_a_next_step", {"next_ring_at": None}),
    (Case, "cases_case_closed_has_reason", {"closed_at": "2026-11-23T14:02Z"}),
    (Case, "cases_case_held_is_not_red", {"held_at": "2026-11-23T14:02Z", "red_since": "2026-11-23T14:02Z"}),
    (Case, "cases_case_widened_says_why", {"widened_at": "2026-11-23T14:02Z"}),
    (Dispatch, "cases_dispatch_acknowledged_has_name", {"acknowledged_at": "2026-11-23T14:02Z"}),
    (Dispatch, "cases_dispatch_reminded_once_it_was_taken", {"reminder_due_at": "2026-11-23T14:02Z"}),
    (Dispatch, "cases_dispatch_declined_has_reason", {"declined_at": "2026-11-23T14:02Z"}),
    (Dispatch, "cases_dispatch_outcome_has_time", {"outcome": "FOUND"}),
    (CaseEvent, "cases_caseevent_officer_is_named", {"actor": "OFFICER"}),
    (CaseEvent, "cases_caseevent_chained", {"previous_hash": ""}),
]


@pytest.mark.parametrize(("model", "name", "change"), UPDATES, ids=[name for _, name, _ in UPDATES])
def test_the_database_refuses(alert, model, name, change):
    with refuses(name), transaction.atomic():
        model.objects.update(**change)


def test_one_live_dispatch_an_agency(case, now):
    dispatch = case.dispatches.first()
    again = {"purpose": dispatch.purpose, "ring": 2, "why": "CHOSEN", "asked_at": now}

    with refuses("cases_dispatch_agency_asked_once"), transaction.atomic():
        Dispatch.objects.create(case=case, agency=dispatch.agency, acknowledgement_due_at=now, **again)

    case.dispatches.filter(pk=dispatch.pk).update(ended_at=now)
    Dispatch.objects.create(case=case, agency=dispatch.agency, acknowledgement_due_at=now, **again)


def test_nobody_reviews_their_own_widening(case, anong, now):
    Case.objects.update(widened_at=now, widened_by=anong, widened_reason="a child")

    with refuses("cases_case_widening_reviewed_by_another"), transaction.atomic():
        Case.objects.update(widening_reviewed_by=anong)


def test_a_message_says_something(alert, now):
    with refuses("cases_message_says_something"):
        Message.objects.create(report=alert, text="", at=now)


RULES = [
    ("cases_contactrule_safe_contact_known", {"safe_contact": "SOMETIMES"}),
    ("cases_contactrule_time_has_two_ends", {"from_time": "20:00"}),
    ("cases_contactrule_time_has_two_ends", {"from_time": "20:00", "until_time": "20:00"}),
    ("cases_contactrule_heard_by_officer", {"heard": "PHONE"}),
]


@pytest.mark.parametrize(("name", "said"), RULES)
def test_a_contact_rule_that_makes_no_sense_is_refused(alert, now, name, said):
    with refuses(name):
        ContactRule.objects.create(**{"report": alert, "safe_contact": "ANY_TIME", "said_at": now, **said})


HEARD = [
    ("cases_contactrule_heard_by_officer", {"heard": ""}),
    ("cases_contactrule_heard_by_officer", {"heard": "RADIO"}),
    ("cases_contactrule_another_only_forbids", {"heard": "ANOTHER"}),
]


@pytest.mark.parametrize(("name", "said"), HEARD)
def test_a_contact_rule_that_an_officer_heard_says_how(alert, anong, now, name, said):
    rule = {"report": alert, "safe_contact": "ANY_TIME", "said_at": now, "officer": anong}
    with refuses(name):
        ContactRule.objects.create(**{**rule, **said})


def test_contact_details_are_opened_for_a_reason(alert, anong, now):
    with refuses("cases_contactoverride_says_why"):
        ContactOverride.objects.create(report=alert, by=anong, at=now, reason="")


def test_nobody_reviews_that_they_opened_contact_details(alert, anong, now):
    with refuses("cases_contactoverride_reviewed_by_another"):
        ContactOverride.objects.create(report=alert, by=anong, at=now, reason="a child", reviewed_by=anong)


ANSWER = {"recipient": "POLICE", "is_given": True, "text_version": "1", "language": "th", "by": "REPORTER"}
ANSWERS = [
    ("cases_consent_recipient_known", {"recipient": "PRESS"}),
    ("cases_consent_recipient_known", {"purpose": "PRESS"}),
    ("cases_consent_officer_is_named", {"by": "OFFICER", "heard": "PHONE"}),
    ("cases_consent_heard_by_officer", {"heard": "PHONE"}),
    ("cases_consent_withdrawn_after_given", {"withdrawn_at": "2026-11-01T00:00Z"}),
]


@pytest.mark.parametrize(("name", "said"), ANSWERS)
def test_a_consent_that_makes_no_sense_is_refused(alert, now, name, said):
    with refuses(name):
        Consent.objects.create(**{**ANSWER, "report": alert, "given_at": now, **said})


@pytest.mark.parametrize(
    ("name", "heard"), [("cases_consent_heard_by_officer", ""), ("cases_consent_another_only_refuses", "ANOTHER")]
)
def test_a_consent_that_an_officer_heard_says_how(alert, anong, now, name, heard):
    with refuses(name):
        Consent.objects.create(**{**ANSWER, "by": "OFFICER"}, officer=anong, heard=heard, report=alert, given_at=now)


def test_one_answer_counts_for_each_recipient(alert, now):
    Consent.objects.create(**ANSWER, report=alert, given_at=now, withdrawn_at=now)
    Consent.objects.create(**ANSWER, report=alert, given_at=now)

    with refuses("cases_consent_one_answer_a_recipient"):
        Consent.objects.create(**ANSWER, report=alert, given_at=now)


NOTES = [
    {},
    {"text": "Called them.", "call_result": "BUSY"},
    {"called_number": "191"},
    {"text": "Called.", "called_number": "191"},
]


@pytest.mark.parametrize("said", NOTES)
def test_a_call_says_whom_and_what_came_of_it(case, anong, now, said):
    with refuses("cases_note_is_words_or_a_call"):
        Note.objects.create(case=case, event=case.events.first(), by=anong, at=now, **said)


def test_one_open_task_of_a_kind(case, now):
    wanted = {"case": case, "kind": CallNow.Kind.CALL_NOW, "created_at": now, "due_at": now}
    CallNow.objects.create(**wanted, done_at=now, result="HELD")
    CallNow.objects.create(**wanted)

    with refuses("cases_callnow_one_open_of_a_kind"):
        CallNow.objects.create(**wanted)


@pytest.mark.parametrize("said", [{"done_at": "2026-11-23T14:02Z"}, {"result": "HELD"}])
def test_a_task_that_is_done_says_with_what_result(case, now, said):
    with refuses("cases_callnow_done_has_result"):
        CallNow.objects.create(case=case, kind=CallNow.Kind.CALL_NOW, created_at=now, due_at=now, **said)


def test_nobody_confirms_the_rings_that_they_proposed(somchai, now):
    change = RingChange.objects.create(rings=[], proposed_by=somchai, proposed_at=now)
    decided = {"change": change, "proposed_by": somchai, "at": now}

    with refuses("cases_ringdecision_confirmed_by_another"), transaction.atomic():
        RingDecision.objects.create(is_confirmed=True, by=somchai, **decided)

    RingDecision.objects.create(is_confirmed=False, by=somchai, **decided)


def test_an_access_names_who_and_what(case, now):
    with refuses("cases_accessevent_somebody_read_something"):
        AccessEvent.objects.create(what="CASE", at=now, case=case)


def test_one_history_line_a_number(case):
    line = case.events.get(sequence=2)
    line.pk = None

    with refuses("cases_caseevent_one_line_a_number"):
        line.save(force_insert=True)


POLICIES = [
    ("cases_ringpolicy_has_a_timer", {"minutes": 0}),
    ("cases_ringpolicy_counts_from_one", {"ring": 0}),
    ("cases_ringpolicy_within_bounds", {"minutes": 61}),
    ("cases_ringpolicy_within_bounds", {"how_many": 21}),
    ("cases_ringpolicy_within_bounds", {"radius_m": 300_001}),
    ("cases_ringpolicy_first_ring_requires", {"ring": 2, "requires": ["RESPOND"]}),
]


@pytest.mark.parametrize(("name", "change"), POLICIES)
def test_a_ring_policy_that_makes_no_sense_is_refused(db, name, change):
    with refuses(name):
        RingPolicy.objects.create(**{"ring": 1, "tells": ["DESK"], "minutes": 5, **change})


def test_one_policy_row_a_ring_even_where_province_and_urgency_are_not_named(db):
    RingPolicy.objects.create(ring=1, tells=["DESK"], minutes=5)

    with refuses("cases_ringpolicy_one_row_a_ring"):
        RingPolicy.objects.create(ring=1, tells=["DESK"], minutes=6)


def test_an_open_case_always_has_a_next_step(case, now):
    Case.objects.update(held_at=now, next_ring_at=None)
    assert Case.objects.overdue(now=now + timedelta(days=1)).count() == 0

    with refuses("cases_case_is_held_or_has_a_next_step"), transaction.atomic():
        Case.objects.update(held_at=None)


def test_a_bundle_was_looked_at_by_somebody(db, now):
    with refuses("cases_bundle_looked_at_by_somebody"), transaction.atomic():
        Bundle.objects.create(of_many=21, opened_at=now, looked_at=now)


SHARES = [
    ("cases_liveshare_ends_within_two_hours", {"minutes": 121}),
    ("cases_liveshare_ends_within_two_hours", {"minutes": 0}),
    ("cases_liveshare_stopped_by_somebody", {"stopped_by": "REPORTER"}),
    ("cases_liveshare_stopped_by_somebody", {"stopped_at": NOW}),
    ("cases_liveshare_kept_says_who_and_why", {"kept_at": NOW, "kept_reason": "x"}),
]


@pytest.mark.parametrize(("name", "change"), SHARES)
def test_a_live_share_that_makes_no_sense_is_refused(alert, now, name, change):
    ends_at = now + timedelta(minutes=change.get("minutes", 120))
    said = {"report": alert, "started_at": now, "ends_at": ends_at, **change}
    said.pop("minutes", None)

    with refuses(name), transaction.atomic():
        LiveShare.objects.create(**said)


CHATS = [
    ("cases_conversation_one_a_chat", {"line_id": "U1"}),
    ("cases_conversation_tried_has_next", {"tries": 1}),
    ("cases_conversation_heard_once_open", {"heard_at": "2020-01-01T00:00Z"}),
]


@pytest.mark.parametrize(("name", "change"), CHATS)
def test_a_chat_that_cannot_be_is_refused(alert, now, name, change):
    Conversation.objects.create(report=alert, line_id="U1", opened_at=now, heard_at=now)

    with refuses(name):
        Conversation.objects.create(**{"report": alert, "line_id": "U2", "opened_at": now, "heard_at": now, **change})
