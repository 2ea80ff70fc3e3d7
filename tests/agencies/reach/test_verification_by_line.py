"""A chat is bound by a code that somebody sends from it: once, within ten minutes, with five tries."""

from datetime import timedelta

import pytest

from agencies.models import ContactPoint, DirectoryEvent, LineTries, Notification
from agencies.reach import verification
from agencies.reach.verification import TooManyCodes, bind_line, line_joined_by, line_left, looks_like_a_code
from tests.agencies.reach.conftest import GROUP, OTHER_GROUP, another, owed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("all_transports")]


@pytest.fixture
def code(unbound, pim, now) -> str:
    return verification.make_line_code(contact_point=unbound, by=pim, now=now)


@pytest.fixture
def group(betong_police, now) -> ContactPoint:
    """In use."""
    return betong_police.contact_points.create(
        transport="LINE", address=GROUP, verified_at=now, confirmed_at=now, priority=0
    )


def test_the_chat_that_sends_the_code_is_verified_and_waits_for_a_second_person(unbound, code, now):
    bound = bind_line(code=code, line_id=GROUP, now=now)

    unbound.refresh_from_db()
    assert bound == unbound
    assert (unbound.address, unbound.verified_at, unbound.confirmed_at) == (GROUP, now, None)
    assert unbound not in ContactPoint.objects.usable()
    assert list(ContactPoint.objects.at(GROUP)) == [unbound]


def test_a_code_binds_once(code, now):
    bind_line(code=code, line_id=GROUP, now=now)

    assert bind_line(code=code, line_id=OTHER_GROUP, now=now) is None


def test_after_ten_minutes_it_binds_nothing(unbound, code, now):
    assert bind_line(code=code, line_id=GROUP, now=now + timedelta(minutes=10)) is None

    unbound.refresh_from_db()
    assert unbound.address == ""


def test_five_wrong_codes_silence_a_chat_for_ten_minutes_and_no_other(unbound, code, pim, now):
    for _ in range(5):
        assert bind_line(code=another(code), line_id=GROUP, now=now) is None

    assert bind_line(code=code, line_id=GROUP, now=now) is None
    assert bind_line(code=code, line_id=OTHER_GROUP, now=now) == unbound


def test_after_its_ten_minutes_a_chat_may_try_again(unbound, code, pim, now):
    for _ in range(5):
        bind_line(code=another(code), line_id=GROUP, now=now)
    later = now + timedelta(minutes=10)

    fresh = verification.make_line_code(contact_point=unbound, by=pim, now=later)

    assert bind_line(code=fresh, line_id=GROUP, now=later) == unbound


def test_what_was_counted_is_forgotten_and_names_no_chat(code, now):
    bind_line(code=another(code), line_id=GROUP, now=now)
    assert GROUP not in LineTries.objects.get().line_index

    bind_line(code=another(code), line_id=OTHER_GROUP, now=now + timedelta(minutes=11))

    assert LineTries.objects.count() == 1


@pytest.mark.parametrize("line_id", ["", "X" + "0" * 32, GROUP[:-1], GROUP.upper(), GROUP + "\n"])
def test_what_is_no_chat_is_not_bound(code, now, line_id):
    assert bind_line(code=code, line_id=line_id, now=now) is None


@pytest.mark.parametrize("text", ["12345678", "1234 5678", " 1234-5678 ", "๑๒๓๔ ๕๖๗๘"])
def test_what_looks_like_a_code(text):
    assert looks_like_a_code(text)


@pytest.mark.parametrize("text", ["", "1234567", "0812345678", "12345678 please", "1234\x005678", "²³⁴⁵⁶⁷⁸⁹"])
def test_what_does_not(text):
    assert not looks_like_a_code(text)


def test_a_new_code_takes_the_place_of_the_first(unbound, code, pim, now):
    second = verification.make_line_code(contact_point=unbound, by=pim, now=now)

    assert bind_line(code=code, line_id=GROUP, now=now) is None
    assert bind_line(code=second, line_id=GROUP, now=now) == unbound


def test_codes_for_one_chat_are_throttled(unbound, pim, now):
    for _ in range(3):
        verification.make_line_code(contact_point=unbound, by=pim, now=now)

    with pytest.raises(TooManyCodes):
        verification.make_line_code(contact_point=unbound, by=pim, now=now)


def test_a_group_that_was_left_fails_and_its_supervisor_hears_once(group, betong_police, now):
    line_left(line_id=GROUP, at=now)
    line_left(line_id=GROUP, at=now + timedelta(minutes=1))

    group.refresh_from_db()
    assert group.failing_since == now
    [message] = owed(betong_police)
    assert message.contact_point.audience == "SUPERVISOR"
    assert f"/directory/{betong_police.pk}/" in message.body


def test_a_group_that_was_left_comes_back_with_a_code_from_the_same_group_only(group, pim, now):
    line_left(line_id=GROUP, at=now)
    code = verification.make_line_code(contact_point=group, by=pim, now=now)

    assert bind_line(code=code, line_id=OTHER_GROUP, now=now) is None
    assert bind_line(code=code, line_id=GROUP, now=now) == group

    group.refresh_from_db()
    assert group in ContactPoint.objects.usable()


def test_a_newcomer_in_the_group_is_said_to_the_supervisor_once_an_event(group, betong_police, now):
    for moment in (now, now, now + timedelta(seconds=1)):
        line_joined_by(line_id=GROUP, now=moment)

    assert len(owed(betong_police, "joined/")) == 2
    assert DirectoryEvent.objects.filter(kind="GROUP_JOINED", contact_point=group).count() == 2


def test_a_group_of_nobody_changes_nothing(group, now):
    line_left(line_id=OTHER_GROUP, at=now)
    line_joined_by(line_id=OTHER_GROUP, now=now)

    assert not Notification.objects.exists()
    assert not DirectoryEvent.objects.exists()


def test_one_group_of_two_agencies_is_raised_for_both(group, betong_hospital, now):
    betong_hospital.contact_points.create(transport="LINE", address=GROUP, verified_at=now, confirmed_at=now)

    line_left(line_id=GROUP, at=now)

    assert {event.agency.name_en for event in DirectoryEvent.objects.all()} == {"Betong Police", "Betong Hospital"}


def test_a_departure_before_the_last_verification_marks_nothing(group, now):
    line_left(line_id=GROUP, at=now - timedelta(minutes=1))
    assert group in ContactPoint.objects.usable()

    line_left(line_id=GROUP, at=now + timedelta(minutes=1))
    assert group not in ContactPoint.objects.usable()
