"""Wrong PINs over many links are limited, and do not keep the agency's own people out."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password

from cases.flow import dispatching
from cases.flow.dispatching import exact_place as verb
from cases.models import AcknowledgementLink
from cases.privacy.actor import Actor
from tests.conftest import make_alert

pytestmark = pytest.mark.django_db

PIN = "2468"


@pytest.fixture(autouse=True)
def a_fast_hash(settings):
    """Hundreds of guesses: Argon2 would take minutes."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def taken(directory, betong_police, now):
    """The police have taken the case."""
    betong_police.pin_hash = make_password(PIN)
    betong_police.save()
    dispatch = make_alert(now=now).case.dispatches.get(agency=betong_police)
    by = Actor.link_holder(dispatch)
    return dispatching.acknowledge(dispatch=dispatch, name="Wichai", arrival_minutes=5, by=by, now=now)


def new_link(dispatch, now) -> AcknowledgementLink:
    link, _token = AcknowledgementLink.mint(dispatch, now=now)
    link.save()
    return link


def guess(link, now, pin="1357", times=1) -> list[type[Exception]]:
    refusals: list[type[Exception]] = []
    for _ in range(times):
        try:
            dispatching.open_place(link=link, pin=pin, now=now)
        except dispatching.PlaceRefused as refusal:
            refusals.append(type(refusal))
    return refusals


def used_up(dispatch, now) -> list[AcknowledgementLink]:
    """Somebody has spent the agency's guesses on four links."""
    links = [new_link(dispatch, now) for _ in range(4)]
    for link in links:
        guess(link, now, times=verb.GUESSES)
    return links


def test_one_link_locks_itself_and_nobody_else(taken, now):
    stolen, ours = new_link(taken, now), new_link(taken, now)
    guess(stolen, now, times=50)

    assert guess(ours, now, times=4) == [dispatching.WrongPin] * 4
    assert guess(ours, now, pin=PIN) == []


def test_one_link_that_guesses_for_hours_never_uses_up_the_agencys_guesses(taken, now):
    stolen, ours = new_link(taken, now), new_link(taken, now)
    for minutes in range(180):
        guess(stolen, now + timedelta(minutes=minutes))

    later = now + timedelta(minutes=180)
    assert guess(ours, later) == [dispatching.WrongPin]
    assert guess(ours, later, pin=PIN) == []


def test_whatever_others_did_the_first_try_of_a_new_link_counts(taken, now):
    used_up(taken, now)

    assert guess(new_link(taken, now), now, pin=PIN) == []


def test_each_further_link_gains_a_single_guess(taken, now):
    used_up(taken, now)

    refusals = guess(new_link(taken, now), now, times=5)

    assert refusals == [dispatching.WrongPin] + [dispatching.PinLocked] * 4


def test_who_mistyped_meanwhile_waits_a_quarter_of_an_hour_at_most(taken, now):
    used_up(taken, now)
    ours = new_link(taken, now)
    guess(ours, now + timedelta(minutes=10))

    with pytest.raises(dispatching.PinLocked) as locked:
        dispatching.open_place(link=ours, pin=PIN, now=now + timedelta(minutes=11))

    assert locked.value.until == now + verb.LOCKED_FOR
    assert guess(ours, locked.value.until, pin=PIN) == []


def test_on_many_links_the_guesses_do_not_add_up(taken, now):
    """Thirty links, an hour: without the agency's own count there would be 600 guesses."""
    links = [new_link(taken, now) for _ in range(30)]
    tried = 0
    for minutes in range(60):
        for link in links:
            refusals = guess(link, now + timedelta(minutes=minutes))
            tried += refusals == [dispatching.WrongPin]

    assert tried <= 4 * verb.AGENCY_GUESSES + len(links)


def test_the_guesses_at_one_agency_are_not_counted_for_another(taken, betong_hospital, now):
    used_up(taken, now)
    betong_hospital.pin_hash = make_password("8642")
    betong_hospital.save()
    theirs = taken.case.dispatches.get(agency=betong_hospital)
    by = Actor.link_holder(theirs)
    theirs = dispatching.acknowledge(dispatch=theirs, name="Malee", arrival_minutes=5, by=by, now=now)

    assert guess(new_link(theirs, now), now, times=3) == [dispatching.WrongPin] * 3


def test_after_a_lock_a_wrong_pin_says_wrong_and_not_locked(taken, now):
    link = new_link(taken, now)
    guess(link, now, times=5)

    assert guess(link, now + timedelta(minutes=16)) == [dispatching.WrongPin]


def test_a_link_that_was_locked_once_is_no_new_link_when_the_agencys_guesses_are_spent(taken, now):
    link = new_link(taken, now)
    guess(link, now, times=verb.GUESSES)
    later = now + verb.LOCKED_FOR
    used_up(taken, later)

    assert guess(link, later) == [dispatching.PinLocked]


def test_after_a_lock_there_are_as_many_guesses_as_before_it(taken, now):
    link = new_link(taken, now)
    guess(link, now, times=verb.GUESSES)

    refusals = guess(link, now + verb.LOCKED_FOR, times=verb.GUESSES)

    assert refusals == [dispatching.WrongPin] * (verb.GUESSES - 1) + [dispatching.PinLocked]
