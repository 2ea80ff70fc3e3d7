"""An address that fails is raised to a supervisor: once, and to somebody whom a message reaches."""

import pytest
from django.db import connection

from agencies.models import ContactPoint, Notification
from agencies.reach import delivery
from agencies.reach.failing import mark_failing, supervisors_of
from tests.agencies.reach.test_delivery import POLICE, owe

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("all_transports")]


def addresses(points) -> set[str]:
    return {point.address for point in points}


def raised() -> list[Notification]:
    return list(Notification.objects.filter(dedupe_key__startswith="failing/").select_related("contact_point"))


def test_a_mailbox_that_does_not_exist_is_raised_to_the_agencys_supervisor(mail, betong_police, second_owed):
    mail.refusals[POLICE] = "550 no such mailbox"

    delivery.deliver_due()

    [message] = raised()
    assert message.contact_point.address == "betong-police-supervisor@agency.example"
    assert message.state == "SENT"
    assert "betong-police-supervisor@agency.example" in mail.told()


@pytest.fixture
def second_owed(betong_police) -> list[Notification]:
    return [owe(betong_police), owe(betong_police, "dispatch:2")]


def test_two_failures_of_one_address_are_raised_once_until_it_works_again(mail, betong_police, second_owed, now):
    mail.refusals[POLICE] = "550 no such mailbox"
    delivery.deliver_due()
    assert len(raised()) == 1

    ContactPoint.objects.filter(pk=second_owed[0].contact_point_id).update(failing_since=None)
    owe(betong_police, "dispatch:3")
    delivery.deliver_due()

    assert len(raised()) == 2


def test_without_a_supervisor_of_its_own_the_desk_of_the_province_hears(betong_police, yala_desk, national_desk):
    betong_police.contact_points.filter(audience="SUPERVISOR").delete()

    assert addresses(supervisors_of(betong_police)) == {"yala-desk-supervisor@agency.example"}


def test_without_a_desk_the_national_desk_hears(betong_police, yala_desk, national_desk, now):
    ContactPoint.objects.exclude(agency=national_desk).update(failing_since=now)

    assert addresses(supervisors_of(betong_police)) == {"national-desk-supervisor@agency.example"}


def test_a_supervisors_own_address_that_fails_is_not_asked_to_tell_of_itself(yala_desk, national_desk, now):
    supervisor = yala_desk.contact_points.get(audience="SUPERVISOR")

    mark_failing(contact_point=supervisor, now=now)

    [message] = raised()
    assert message.contact_point.agency == national_desk


def test_an_address_that_was_only_proposed_is_marked_and_raised_to_nobody(betong_police, now):
    proposed = betong_police.contact_points.create(address="typo@agency.example")

    assert mark_failing(contact_point=proposed, now=now)

    proposed.refresh_from_db()
    assert proposed.failing_since == now
    assert raised() == []


def test_an_address_that_no_key_opens_is_raised_like_any_other(betong_police, now):
    duty = betong_police.contact_points.get(audience="DUTY")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE agencies_contactpoint SET address = 'no key fits' WHERE id = %s", [duty.pk])

    assert mark_failing(contact_point=ContactPoint.objects.defer("address").get(pk=duty.pk), now=now)

    assert len(raised()) == 1
