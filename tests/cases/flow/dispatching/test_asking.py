"""When an agency holds the case, the others that were asked are told so once."""

from datetime import timedelta

import pytest
from django.db import transaction

from agencies.models import ContactPoint, Notification
from cases.flow import dispatching
from cases.models import Case, Dispatch, Report
from cases.privacy.actor import Actor
from tests.cases.flow.dispatching import test_answering
from tests.cases.flow.dispatching.test_answering import asked
from tests.conftest import make_alert

pytestmark = pytest.mark.django_db

POLICE, HOSPITAL, DESK = "Betong Police", "Betong Hospital", "Yala Desk"


def take(dispatch: Dispatch, now) -> Dispatch:
    """Everybody has got what was owed to them before this agency takes the case."""
    Notification.objects.filter(state="QUEUED").update(state="SENT", sent_at=now, body="")
    return test_answering.take(dispatch, now)


def told() -> list[str]:
    """The agencies that hear "taken", in the order of their names."""
    messages = Notification.objects.filter(dedupe_key__startswith="taken/")
    return sorted(message.contact_point.agency.name_en for message in messages)


def decline(dispatch, now):
    return dispatching.decline(dispatch=dispatch, reason="BUSY", by=Actor.link_holder(dispatch), now=now)


def test_the_others_hear_it_and_the_holder_does_not(case, now):
    take(asked(case, POLICE), now)

    assert told() == [HOSPITAL, DESK]


def test_it_says_that_and_names_nobody(case, now):
    take(asked(case, POLICE), now)

    message = asked(case, HOSPITAL).notifications.get(dedupe_key__startswith="taken/")
    assert "TAKEN" in message.subject
    assert case.reference in message.body
    assert "Another agency has taken this case" in message.body
    assert not any(words in message.body for words in ("Police", "Pim", "http", "Betong"))
    assert message.due_at == now


def test_an_answer_that_does_not_hold_the_case_is_told_to_nobody(case, now):
    take(asked(case, DESK), now)

    assert told() == []


def test_who_declined_hears_nothing(case, now):
    decline(asked(case, HOSPITAL), now)

    take(asked(case, POLICE), now)

    assert told() == [DESK]


def test_a_second_answer_tells_nobody_again(case, now):
    take(asked(case, POLICE), now)
    before = told()

    take(asked(case, HOSPITAL), now)

    assert told() == before


def test_let_go_and_taken_by_another_before_they_were_asked_again_nobody_hears_it_twice(case, now):
    take(asked(case, POLICE), now)
    Notification.objects.filter(state="QUEUED").update(state="SENT", sent_at=now, body="")
    decline(asked(case, POLICE), now)

    test_answering.take(asked(case, HOSPITAL), now + timedelta(minutes=1))

    case.refresh_from_db()
    assert case.state == "held"
    assert told() == [HOSPITAL, DESK]


def test_who_was_asked_for_something_else_is_still_wanted(case, yala_shelter, anong, now):
    refer = Dispatch.Purpose.REFER
    dispatching.dispatch_to(case=case, agencies=[yala_shelter], by=Actor.of(anong), now=now, purpose=refer)

    take(asked(case, POLICE), now)

    assert "Yala Shelter" not in told()


def test_an_agency_without_an_address_stops_nothing(case, betong_hospital, now):
    ContactPoint.objects.filter(agency=betong_hospital).update(verified_at=None, confirmed_at=None)

    take(asked(case, POLICE), now)

    assert told() == [DESK]


def test_held_by_social_workers_the_other_desk_hears_it(directory, now):
    case = make_alert(now=now, may_tell=Report.MayTell.SOCIAL_WORKERS).case
    dispatching.escalate_overdue(now=case.next_ring_at)

    take(asked(case, DESK), case.next_ring_at)

    assert DESK not in told()
    assert told() == sorted(case.dispatches.exclude(agency__name_en=DESK).values_list("agency__name_en", flat=True))


def test_hold_and_messages_are_committed_together_or_not_at_all(case, now, monkeypatch):
    monkeypatch.setattr(Notification.objects.__class__, "owe", lambda *_: 1 / 0)

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        take(asked(case, POLICE), now)

    assert Case.objects.get().held_at is None
