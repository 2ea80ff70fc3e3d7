"""Of which cases was nobody told? Each way in which somebody was, and each way in which nobody was."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from agencies.models import Notification
from cases.flow import casework
from cases.models import Case
from cases.reads.untold import untold
from tests.cases.flow.dispatching.test_answering import asked, take
from tests.conftest import make_alert

pytestmark = pytest.mark.django_db

State = Notification.State


@pytest.fixture
def case(directory, now) -> Case:
    """Opened days ago, by the database's clock."""
    case = make_alert(now=now).case
    assert case
    return case


def is_untold(case: Case) -> bool:
    return untold().filter(pk=case.pk).exists()


def one_of(case: Case) -> "Notification":
    return Notification.objects.filter(dispatches__case=case).order_by("pk")[0]


@pytest.mark.parametrize("state", [State.QUEUED, State.FAILED, State.CANCELLED])
def test_nobody_was_told_while_nothing_was_taken(case, state):
    Notification.objects.update(state=state)

    assert is_untold(case)


def test_nobody_was_told_where_no_agency_can_be_written_to(case):
    case.dispatches.first().notifications.clear()
    Notification.objects.all().delete()

    assert is_untold(case)


@pytest.mark.parametrize("state", [State.SENT, State.DELIVERED])
def test_one_message_that_was_taken_is_enough(case, state, now):
    said = {"sent_at": now, "body": ""} | ({"delivered_at": now} if state == State.DELIVERED else {})
    Notification.objects.filter(pk=one_of(case).pk).update(state=state, **said)

    assert not is_untold(case)


def test_one_that_was_gathered_into_another_counts_when_that_was_taken(case, now):
    first = one_of(case)
    other = Notification.objects.create(
        contact_point=first.contact_point, subject="s", body="b", dedupe_key="gathered/1", due_at=now, created_at=now
    )
    Notification.objects.filter(pk=first.pk).pass_on_to(other)
    before = is_untold(case)
    Notification.objects.filter(pk=other.pk).update(state=State.SENT, sent_at=now)

    assert before
    assert not is_untold(case)


def test_one_that_the_next_address_was_given_counts(case, now):
    first = one_of(case)
    other = Notification.objects.create(
        contact_point=first.contact_point, subject="s", body="b", dedupe_key="next>2", due_at=now, created_at=now
    )
    Notification.objects.filter(pk=first.pk).update(successor=other, state=State.FAILED)
    before = is_untold(case)
    Notification.objects.filter(pk=other.pk).update(state=State.SENT, sent_at=now)

    assert before
    assert not is_untold(case)


def test_within_two_minutes_it_may_still_be_on_its_way(case):
    Case.objects.update(opened_at=Now() - timedelta(seconds=90))

    assert not is_untold(case)


def test_who_took_it_or_owns_it_knows(case, now, anong):
    casework.take(case=case, by=anong, now=now)

    assert not is_untold(case)
    Case.objects.update(owner=None)
    assert is_untold(case)
    take(asked(case, "Yala Desk"), now)
    assert not is_untold(case)


def test_what_is_closed_or_a_canary_is_not_counted(case, now):
    canary = Case.objects.get(pk=case.pk)
    canary.pk, canary.reference, canary.is_canary, canary.is_exercise = None, "AAAA-0002", True, True
    canary.save()
    Case.objects.filter(pk=case.pk).update(closed_at=now, closure_reason="HELPED")

    assert not untold().exists()
