"""What is owed about a dispatch follows what became of it, whichever address of the agency gets it."""

from datetime import timedelta

import pytest

from agencies.models import ContactPoint, Notification
from agencies.reach import fallback
from cases.flow import casework, dispatching
from cases.models import Case, Dispatch
from cases.privacy.actor import Actor
from cases.reads import case_file
from tests.cases.flow.dispatching.test_answering import asked, take
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

POLICE, HOSPITAL, DESK = "Betong Police", "Betong Hospital", "Yala Desk"
State, FOUND = Notification.State, Dispatch.Outcome.FOUND
MINUTE = timedelta(minutes=1)


@pytest.fixture
def second_address(betong_police) -> ContactPoint:
    return ContactPoint.objects.create(
        agency=betong_police, address="second@agency.example", priority=2, verified_at=NOW, confirmed_at=NOW
    )


def ask_of(case: Case, name: str) -> Notification:
    return asked(case, name).notifications.order_by("pk")[0]


def sent(case: Case, *names: str) -> None:
    """These agencies have got what is owed to them; with no name, all."""
    owed = Notification.objects.filter(dispatches__case=case, state=State.QUEUED)
    owed = owed.filter(dispatches__agency__name_en__in=names) if names else owed
    Notification.objects.filter(pk__in=owed.values("pk")).update(state=State.SENT, sent_at=NOW, body="")


def by(dispatch: Dispatch) -> Actor:
    return Actor.link_holder(dispatch)


def decline(dispatch: Dispatch, now) -> None:
    dispatching.decline(dispatch=dispatch, reason=Dispatch.DeclineReason.BUSY, by=by(dispatch), now=now)


def states(case: Case, name: str) -> list[str]:
    return list(asked(case, name).notifications.order_by("pk").values_list("state", flat=True))


def subjects(case: Case, name: str) -> list[str]:
    owed = asked(case, name).notifications.exclude(state=State.CANCELLED).order_by("pk")
    return [message.dedupe_key.partition("/")[0] for message in owed]


def test_the_message_to_the_next_address_belongs_to_the_same_dispatch(case, second_address):
    first = ask_of(case, POLICE)
    Notification.objects.filter(pk=first.pk).update(state=State.FAILED)

    next_one = fallback.owe_to_next(first)
    Notification.objects.filter(pk=next_one.pk).update(state=State.SENT, sent_at=NOW, body="")

    [police] = [each for each in case_file.asked(case) if each.dispatch.agency.name_en == POLICE]
    assert police.told_at == NOW
    assert not police.is_unreachable


def test_closing_ends_the_message_to_the_next_address(case, second_address, anong, now):
    fallback.owe_to_next(ask_of(case, POLICE))

    casework.close(case=case, reason="HELPED", text="", by=anong, now=now)

    assert states(case, POLICE) == [State.CANCELLED, State.CANCELLED]


def test_the_next_address_of_a_gathered_message_belongs_to_all_that_it_speaks_for(case, second_address, now):
    first = ask_of(case, POLICE)
    gathered = Notification.objects.create(
        contact_point=first.contact_point,
        subject="2",
        body="2",
        dedupe_key="gathered/x>1",
        due_at=now,
        created_at=now,
    )
    Notification.objects.filter(pk=first.pk).pass_on_to(gathered)

    next_one = fallback.owe_to_next(gathered)

    assert next_one in asked(case, POLICE).notifications.all()


def test_who_has_not_heard_of_it_is_asked_no_more_once_somebody_took_it(case, now):
    sent(case, POLICE, DESK)

    take(asked(case, POLICE), now)

    assert states(case, HOSPITAL) == [State.CANCELLED]
    assert subjects(case, DESK) == ["dispatch", "taken"]


def test_an_ask_that_is_being_sent_at_that_moment_is_followed_by_the_news_and_not_tried_again(case, now):
    sent(case, POLICE)
    hospital = Notification.objects.filter(pk=ask_of(case, HOSPITAL).pk)
    hospital.update(state=State.SENDING, lease_token="6b1f4f5e-3f2a-4a8e-9b59-0f3c6b1f2a10", leased_until=now)

    take(asked(case, POLICE), now)

    assert subjects(case, HOSPITAL) == ["dispatch", "taken"]
    assert not hospital.due().exists()


@pytest.mark.parametrize(
    "answer",
    [
        take,
        decline,
        lambda police, now: dispatching.arrive(dispatch=police, by=by(police), now=now),
        lambda police, now: dispatching.give_outcome(
            dispatch=police, outcome=Dispatch.Outcome.FOUND, by=by(police), now=now
        ),
    ],
)
def test_after_any_answer_of_an_agency_nothing_older_is_owed_to_it(case, now, answer):
    police = asked(case, POLICE)

    answer(police, now)

    assert states(case, POLICE) == [State.CANCELLED]


def test_let_go_again_those_who_stood_down_are_asked_again(case, now):
    sent(case)
    take(asked(case, POLICE), now)
    sent(case)

    decline(asked(case, POLICE), now + MINUTE)

    assert subjects(case, HOSPITAL) == ["dispatch", "taken", "dispatch"]
    assert subjects(case, DESK) == ["dispatch", "taken", "dispatch"]


def test_let_go_again_those_who_were_never_told_are_asked(case, now):
    sent(case, POLICE)
    take(asked(case, POLICE), now)

    decline(asked(case, POLICE), now + MINUTE)

    assert states(case, HOSPITAL) == [State.CANCELLED, State.QUEUED]


def test_taken_again_after_that_they_hear_it_again(case, now):
    sent(case)
    take(asked(case, POLICE), now)
    sent(case)
    decline(asked(case, POLICE), now + MINUTE)
    sent(case)

    take(asked(case, HOSPITAL), now + 2 * MINUTE)

    assert subjects(case, DESK) == ["dispatch", "taken", "dispatch", "taken"]


def test_a_supervisor_is_not_called_for_a_case_that_somebody_took_meanwhile(red, now):
    called = Notification.objects.filter(dedupe_key__startswith=f"supervisor/{red.pk}/").values_list(
        "state", flat=True
    )
    assert set(called) == {State.QUEUED}

    take(asked(red, POLICE), now + 6 * MINUTE)

    assert set(called.all()) == {State.CANCELLED}
