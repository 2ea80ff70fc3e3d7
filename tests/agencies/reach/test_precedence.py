"""Alerts leave before all else, however much of the rest waits. The SMTP server is a real one."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now

from agencies.models import Agency, ContactPoint, Notification, Precedence
from agencies.reach import delivery, fallback
from tests.agencies.reach.test_delivery import LONG_AGO, SECOND, owe
from tests.agencies.smtp import MailServer
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

State = Notification.State
DAY = timedelta(days=1)


def of(precedence: Precedence) -> dict[str, object]:
    return {"is_first": precedence <= Precedence.FIRST, "precedence": precedence}


def backlog(agency: Agency, count: int) -> None:
    """So many slow messages that have been due for years."""
    to = agency.contact_points.filter(audience="DUTY")[0]
    Notification.objects.bulk_create(
        Notification(
            contact_point=to,
            subject=f"slow {n}",
            body="b",
            dedupe_key=f"slow/{n}",
            due_at=LONG_AGO + timedelta(seconds=n),
            created_at=LONG_AGO,
        )
        for n in range(count)
    )


def subjects(mail: MailServer) -> list[str]:
    return [str(message["Subject"]) for _, message in mail.taken]


def test_first_words_leave_before_reminders_and_reminders_before_the_rest(mail, betong_police, settings):
    settings.MESSAGES_APART = 1000
    for days, precedence in enumerate(reversed(Precedence)):
        at = {"due_at": LONG_AGO + days * DAY}
        owe(betong_police, precedence.name, subject=precedence.name, **at, **of(precedence))

    delivery.deliver_due()

    assert subjects(mail) == ["EMERGENCY", "FIRST", "AGAIN", "REST"]


def test_five_thousand_slow_messages_do_not_delay_a_first_word(mail, betong_police, yala_desk):
    backlog(betong_police, 5000)
    owe(yala_desk, "alert", subject="alert", **of(Precedence.EMERGENCY))

    delivery.deliver_due(most=1)

    assert subjects(mail) == ["alert"]


def test_five_thousand_slow_messages_to_the_same_reader_are_not_gathered_in_its_place(mail, betong_police, settings):
    settings.MESSAGES_APART = 1
    owe(betong_police, "before", sent_at=Now(), state=State.SENT)
    backlog(betong_police, 5000)
    at = {"due_at": LONG_AGO + DAY}  # it has waited to be gathered
    alert = owe(betong_police, "alert", subject="alert", **at, **of(Precedence.EMERGENCY))

    delivery.deliver_due(most=1)

    alert.refresh_from_db()
    assert alert.said_by.state == State.SENT
    assert alert.said_by.precedence == Precedence.EMERGENCY


def test_the_claim_reads_one_row_of_the_index_and_sorts_nothing(betong_police):
    backlog(betong_police, 5000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE agencies_notification")
    first = Notification.objects.due().filter(transport="EMAIL").order_by("precedence", "due_at", "pk")

    plan = first[:1].explain()

    assert "agencies_notification_owed_by" in plan
    assert "Seq Scan" not in plan


def test_who_takes_alerts_alone_leaves_the_rest(mail, betong_police):
    owe(betong_police, "slow", subject="slow")
    owe(betong_police, "again", subject="again", **of(Precedence.AGAIN))

    assert delivery.deliver_due(only_alerts=True) == 1

    assert subjects(mail) == ["again"]


@pytest.mark.parametrize("precedence", Precedence)
def test_the_next_address_gets_it_as_early_as_the_first(betong_police, precedence):
    ContactPoint.objects.create(agency=betong_police, address=SECOND, priority=2, verified_at=NOW, confirmed_at=NOW)

    successor = fallback.owe_to_next(owe(betong_police, **of(precedence)))

    assert successor
    assert (successor.precedence, successor.is_first) == (precedence, precedence <= Precedence.FIRST)
