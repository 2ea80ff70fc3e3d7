"""A contact point counts only after somebody there has read a code."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from agencies.models import ContactPoint, DirectoryEvent, VerificationCode
from agencies.reach import verification
from agencies.reach.verification import NoCode, NotVerifiable, TooManyCodes, WrongCode
from tests.agencies.reach.conftest import another, code_to

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("all_transports")]


def send(contact_point, by, now):
    return verification.send_code(contact_point=contact_point, by=by, now=now)


def enter(contact_point, code, by, now):
    return verification.enter_code(contact_point=contact_point, code=code, by=by, now=now)


def test_the_code_in_the_message_verifies_the_address_and_it_does_not_count_yet(new_address, pim, now):
    send(new_address, pim, now)

    enter(new_address, code_to(new_address), pim, now)

    new_address.refresh_from_db()
    assert new_address.verified_at == now
    assert new_address not in ContactPoint.objects.usable()


def test_the_code_stands_nowhere_but_in_the_message(new_address, pim, now):
    row = send(new_address, pim, now)

    code = code_to(new_address).replace(" ", "")
    assert code not in str(VerificationCode.objects.filter(pk=row.pk).values().get())
    assert code not in row.notification.subject


@pytest.mark.parametrize("typed", ["{}", " {} ", "{0[0]}{0[1]}{0[2]}{0[3]}-{0[5]}{0[6]}{0[7]}{0[8]}"])
def test_spaces_and_hyphens_do_not_matter(new_address, pim, now, typed):
    send(new_address, pim, now)

    enter(new_address, typed.format(code_to(new_address)), pim, now)

    assert ContactPoint.objects.get(pk=new_address.pk).verified_at


def test_thai_digits_are_digits(new_address, pim, now):
    send(new_address, pim, now)
    thai = code_to(new_address).translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))

    enter(new_address, thai, pim, now)

    assert ContactPoint.objects.get(pk=new_address.pk).verified_at


def test_a_wrong_code_says_how_many_tries_are_left_and_after_five_it_is_dead(new_address, pim, now):
    send(new_address, pim, now)
    code = code_to(new_address)

    left = []
    for _ in range(4):
        with pytest.raises(WrongCode) as wrong:
            enter(new_address, another(code), pim, now)
        left.append(wrong.value.left)
    with pytest.raises(NoCode):
        enter(new_address, another(code), pim, now)
    with pytest.raises(NoCode):
        enter(new_address, code, pim, now)

    assert left == [4, 3, 2, 1]
    assert DirectoryEvent.objects.filter(kind="CODE_SPENT", officer=pim).count() == 1


def test_a_code_is_good_once(new_address, pim, now):
    send(new_address, pim, now)
    enter(new_address, code_to(new_address), pim, now)

    with pytest.raises(NoCode):
        enter(new_address, code_to(new_address), pim, now)


def test_a_code_by_mail_lasts_a_day(new_address, pim, now):
    send(new_address, pim, now)

    with pytest.raises(NoCode):
        enter(new_address, code_to(new_address), pim, now + timedelta(hours=24))
    enter(new_address, code_to(new_address), pim, now + timedelta(hours=23, minutes=59))


def test_a_newer_code_kills_the_older(new_address, pim, now):
    send(new_address, pim, now)
    older = code_to(new_address)
    send(new_address, pim, now + timedelta(minutes=1))

    with pytest.raises(WrongCode):
        enter(new_address, older, pim, now + timedelta(minutes=2))


def test_the_code_of_one_address_is_none_of_another(new_address, betong_police, pim, now):
    other = betong_police.contact_points.create(address="other@agency.example")
    send(new_address, pim, now)
    send(other, pim, now)

    with pytest.raises(WrongCode):
        enter(other, code_to(new_address), pim, now)


def test_nobody_is_flooded_with_codes(new_address, pim, now):
    for minute in range(3):
        send(new_address, pim, now + timedelta(minutes=minute))

    with pytest.raises(TooManyCodes) as refused:
        send(new_address, pim, now + timedelta(minutes=10))

    assert refused.value.until == now + timedelta(hours=1)
    send(new_address, pim, refused.value.until)


def test_an_agency_cannot_be_used_to_write_to_strangers(betong_police, pim, now):
    points = [betong_police.contact_points.create(address=f"stranger{n}@agency.example") for n in range(13)]
    for point in points[:12]:
        send(point, pim, now)

    with pytest.raises(TooManyCodes):
        send(points[12], pim, now)


def test_a_failing_address_works_again_when_its_code_is_entered_and_needs_no_second_person(betong_police, pim, now):
    duty = betong_police.contact_points.get(audience="DUTY")
    ContactPoint.objects.filter(pk=duty.pk).update(failing_since=now)
    later = now + timedelta(hours=1)

    send(duty, pim, later)
    enter(duty, code_to(duty), pim, later)

    duty.refresh_from_db()
    assert (duty.failing_since, duty.verified_at) == (None, later)
    assert duty in ContactPoint.objects.usable()


def test_what_works_needs_no_code(betong_police, pim, now):
    with pytest.raises(NotVerifiable):
        send(betong_police.contact_points.get(audience="DUTY"), pim, now)


def test_a_transport_that_this_portal_does_not_have_sends_no_code(new_address, pim, now, settings):
    settings.TRANSPORTS = ["SMS"]

    with pytest.raises(NotVerifiable):
        send(new_address, pim, now)


def test_officers_of_other_agencies_neither_ask_for_a_code_nor_enter_it(new_address, anong, somchai, pim, now):
    send(new_address, pim, now)

    for stranger in (anong, somchai):
        with pytest.raises(PermissionDenied):
            send(new_address, stranger, now)
        with pytest.raises(PermissionDenied):
            enter(new_address, code_to(new_address), stranger, now)


def test_by_sms_the_whole_text_is_short_and_has_no_link(betong_police, pim, now):
    phone = betong_police.contact_points.create(transport="SMS", address="0810000000")

    message = send(phone, pim, now).notification

    assert len(message.body.strip()) <= 201
    assert "http" not in message.body
    assert "1 ชม." in message.body
