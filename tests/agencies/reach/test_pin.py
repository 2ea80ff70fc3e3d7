"""An agency's PIN: not the first that somebody guesses, and a change of it is told."""

import pytest
from django.contrib.auth.hashers import check_password
from django.core.exceptions import PermissionDenied

from agencies.models import Hotline, Notification
from agencies.reach.pin import PinTooSimple, Why, set_pin

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("all_transports")]


@pytest.mark.argon2
@pytest.mark.parametrize("pin", ["3971", "840213", "90517362"])
def test_a_pin_is_kept_as_argon2_only(betong_police, pim, now, pin):
    set_pin(agency=betong_police, pin=pin, by=pim, now=now)

    betong_police.refresh_from_db()
    assert betong_police.pin_hash.startswith("argon2")
    assert check_password(pin, betong_police.pin_hash)


@pytest.mark.parametrize(
    ("pin", "why"),
    [
        ("397", Why.SHAPE),
        ("397139713", Why.SHAPE),
        ("39 71", Why.SHAPE),
        ("๓๙๗๑", Why.SHAPE),
        ("abcd", Why.SHAPE),
        ("0000", Why.REPEATED),
        ("1212", Why.REPEATED),
        ("397397", Why.REPEATED),
        ("1234", Why.RUN),
        ("87654321", Why.RUN),
        ("1987", Why.YEAR),
        ("2569", Why.YEAR),
        ("1300", Why.KNOWN),
        ("7321", Why.KNOWN),
    ],
)
def test_a_pin_that_is_guessed_first_is_refused_and_it_says_why(betong_police, pim, now, pin, why):
    Hotline.objects.create(number="1300", name_th="1300", name_en="1300", source="test")
    betong_police.phone = "073 213 212"
    betong_police.save()

    with pytest.raises(PinTooSimple) as refused:
        set_pin(agency=betong_police, pin=pin, by=pim, now=now)

    assert refused.value.why == why


def test_the_contact_points_are_told_that_it_was_changed_and_not_what_it_is(betong_police, pim, now):
    set_pin(agency=betong_police, pin="3971", by=pim, now=now)
    set_pin(agency=betong_police, pin="8402", by=pim, now=now)

    told = list(Notification.objects.order_by("pk").select_related("contact_point"))
    assert ["WAS SET" in told[0].subject, "WAS CHANGED" in told[-1].subject] == [True, True]
    assert {message.contact_point.audience for message in told} == {"DUTY", "SUPERVISOR"}
    assert not any("3971" in message.body + message.subject or "8402" in message.body for message in told)
    assert [event.kind for event in betong_police.events.order_by("pk")] == ["PIN_SET", "PIN_CHANGED"]


@pytest.mark.parametrize("name", ["anong", "somchai"])
def test_officers_of_elsewhere_do_not_set_it(request, betong_police, name, now):
    with pytest.raises(PermissionDenied):
        set_pin(agency=betong_police, pin="3971", by=request.getfixturevalue(name), now=now)


def test_an_administrator_does(betong_police, krit, now):
    assert set_pin(agency=betong_police, pin="3971", by=krit, now=now)


def test_a_new_pin_forgets_what_was_guessed_at_the_old_one(betong_police, pim, now):
    betong_police.pin_wrong, betong_police.pin_wrong_since = 20, now
    betong_police.save()

    set_pin(agency=betong_police, pin="3971", by=pim, now=now)

    betong_police.refresh_from_db()
    assert (betong_police.pin_wrong, betong_police.pin_wrong_since) == (0, None)
