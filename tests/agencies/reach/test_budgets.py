"""When the money for SMS is spent, messages go another way. A real gateway on loopback, and a real mail server."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from agencies.models import Agency, ContactPoint, Notification, Precedence
from agencies.reach import delivery
from tests.agencies.reach.test_delivery import POLICE
from tests.agencies.reach.transports.conftest import ALL, LONG_AGO
from tests.agencies.reach.transports.test_sms import gateway
from tests.conftest import NOW
from tests.providers.sms import ThaiBulkSms

pytestmark = pytest.mark.django_db

State = Notification.State
FIRST = {"is_first": True, "precedence": Precedence.FIRST}
SUPERVISOR = "national-desk-supervisor@agency.example"


@pytest.fixture
def carrier(started, settings) -> ThaiBulkSms:
    """Ten texts an hour are paid for, so eight of them for a case that is no emergency."""
    server = started(ThaiBulkSms())
    settings.SMS_GATEWAY, settings.TRANSPORTS = gateway(server.url), ALL
    settings.BUDGETS = {"SMS": (10, 1000), "LINE": (10, 1000)}
    settings.MESSAGES_APART = 1000
    return server


@pytest.fixture
def number(betong_police) -> ContactPoint:
    return ContactPoint.objects.create(
        agency=betong_police, transport="SMS", address="0812345678", priority=0, verified_at=NOW, confirmed_at=NOW
    )


def owe(to: ContactPoint, count: int, *, key: str = "dispatch", **fields) -> list[Notification]:
    return Notification.objects.owe(
        Notification(
            contact_point=to,
            subject="PROTECT-U 7K3F-9QTM",
            body="b",
            dedupe_key=f"{key}/{n}>{to.pk}",
            due_at=LONG_AGO,
            created_at=LONG_AGO,
            **fields,
        )
        for n in range(count)
    )


def deliver_all() -> None:
    for transport in ("SMS", "EMAIL"):
        delivery.deliver_due(transport=transport)


def test_what_is_beyond_the_budget_goes_by_mail(carrier, mail, number):
    owed = owe(number, 12, **FIRST)

    deliver_all()

    assert len(carrier.texts) == 8
    assert mail.told().count(POLICE) == 4
    for row in Notification.objects.filter(pk__in=[row.pk for row in owed[8:]]):
        assert (row.state, row.last_error, row.body) == (State.PASSED_ON, "budget", "")
        assert row.said_by.sent_at is not None


def test_a_share_is_kept_for_emergencies_and_no_more_than_that(carrier, mail, number):
    owe(number, 9, **FIRST)
    deliver_all()
    owe(number, 3, key="urgent", is_first=True, precedence=Precedence.EMERGENCY)

    deliver_all()

    assert len(carrier.texts) == 10
    assert mail.told().count(POLICE) == 2


@pytest.mark.parametrize(("precedence", "spent"), [("AGAIN", 6), ("REST", 4)])
def test_what_is_slower_spends_a_part_and_leaves_the_rest_to_alerts(carrier, mail, number, precedence, spent):
    owe(number, 12, precedence=Precedence[precedence])
    deliver_all()
    owe(number, 12, key="alert", is_first=True, precedence=Precedence.EMERGENCY)

    deliver_all()

    assert len(carrier.texts) == 10
    texts = Notification.objects.filter(transport="SMS", state=State.SENT)
    assert texts.filter(precedence=Precedence[precedence]).count() == spent


def test_the_supervisor_hears_of_it_once(carrier, mail, number, national_desk):
    owe(number, 14)

    deliver_all()

    assert mail.told().count(SUPERVISOR) == 1


def test_without_another_contact_point_it_stays_until_there_is_money_again(carrier, mail, number):
    ContactPoint.objects.filter(agency=number.agency, transport="EMAIL").update(failing_since=NOW)
    owe(number, 9, **FIRST)
    deliver_all()
    [left] = Notification.objects.filter(state=State.QUEUED)
    assert (left.last_error, left.attempts) == ("budget", 0)

    Notification.objects.filter(state=State.SENT).update(sent_at=Now() - timedelta(minutes=61))
    Notification.objects.filter(pk=left.pk).update(due_at=Now())
    deliver_all()

    assert len(carrier.texts) == 9


def test_the_day_has_a_budget_too(carrier, mail, number, settings):
    settings.BUDGETS = {"SMS": (10, 5)}
    owe(number, 4, **FIRST)
    deliver_all()
    Notification.objects.filter(state=State.SENT).update(sent_at=Now() - timedelta(hours=2))

    owe(number, 1, key="later", **FIRST)
    deliver_all()

    assert len(carrier.texts) == 4
    assert mail.told().count(POLICE) == 1


def test_mail_has_no_budget(carrier, mail, betong_police: Agency):
    owe(betong_police.contact_points.filter(audience="DUTY")[0], 30)

    deliver_all()

    assert mail.told().count(POLICE) == 30
