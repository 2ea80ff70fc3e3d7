"""Delivery: at least once, and not twice if it can be helped. The SMTP server is a real one."""

import logging
import threading
import uuid
from datetime import UTC, datetime, timedelta
from email.message import Message

import pytest
from cryptography.fernet import Fernet
from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Now

from agencies.models import Agency, ContactPoint, Notification
from agencies.reach import delivery, receipts
from agencies.reach.transports import TransportError, email
from tests.agencies.smtp import TricklingServer, free_port, url_of
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

State = Notification.State
# Delivery goes by the database's clock, which no test can stop.
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
POLICE = "betong-police-duty@agency.example"
SECOND = "second@agency.example"
SUPERVISOR = "betong-police-supervisor@agency.example"


def owe(agency: Agency, key: str = "dispatch:1", **fields) -> Notification:
    to = agency.contact_points.filter(audience="DUTY").order_by("pk")[0]
    said = {"subject": "เรื่องด่วน 7K3F-9QTM", "body": "เปิดดู: http://portal.example/a/x/\n", "due_at": LONG_AGO}
    return Notification.objects.create(
        contact_point=to, dedupe_key=f"{key}>{to.pk}", created_at=LONG_AGO, **{**said, **fields}
    )


@pytest.fixture
def owed(betong_police) -> Notification:
    return owe(betong_police)


@pytest.fixture
def second_address(betong_police) -> ContactPoint:
    return ContactPoint.objects.create(
        agency=betong_police, address=SECOND, priority=2, verified_at=NOW, confirmed_at=NOW
    )


def told_duty() -> QuerySet[Notification]:
    """All but what a supervisor is told of a failing address."""
    return Notification.objects.filter(contact_point__audience="DUTY")


def text_of(message: Message) -> str:
    payload = message.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode().strip()


def due_again(notification: Notification) -> None:
    """The wait is over."""
    Notification.objects.filter(pk=notification.pk).update(due_at=Now())


def test_an_accepted_message_is_sent_and_its_body_blanked(mail, owed):
    assert delivery.deliver_due() == 1

    owed.refresh_from_db()
    assert (owed.state, owed.body, owed.attempts, owed.last_error) == (State.SENT, "", 1, "")
    assert owed.sent_at is not None
    assert owed.lease_token is None
    assert delivery.deliver_due() == 0


def test_the_message_has_one_recipient_and_the_right_headers(mail, owed, settings):
    delivery.deliver_due()

    [(recipients, message)] = mail.taken
    assert recipients == [POLICE]
    assert message["To"] == POLICE
    assert message["From"] == settings.MAIL_FROM
    assert message["Message-ID"].startswith(f"<{owed.idempotency_key}@")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"]
    assert message["Cc"] is None
    assert text_of(message) == "เปิดดู: http://portal.example/a/x/"


def test_what_is_not_due_yet_waits(mail, betong_police):
    owe(betong_police, due_at=LONG_AGO + timedelta(days=36500))

    assert delivery.deliver_due() == 0
    assert mail.taken == []


def test_somebody_else_has_the_first_seconds(mail, betong_police):
    young = owe(betong_police)
    due_again(young)

    assert delivery.deliver_due(due_for=timedelta(seconds=3)) == 0
    assert delivery.deliver_due() == 1


def test_an_address_that_does_not_exist_is_failing_and_the_next_one_is_told(mail, owed, second_address):
    mail.refusals[POLICE] = "550 no such mailbox"

    assert delivery.deliver_due() == 3

    owed.refresh_from_db()
    assert (owed.state, owed.last_error) == (State.FAILED, "refused [550]")
    assert ContactPoint.objects.get(pk=owed.contact_point_id).failing_since is not None
    assert mail.told() == [SECOND, SUPERVISOR]
    successor = Notification.objects.get(contact_point=second_address)
    assert (successor.state, successor.subject) == (State.SENT, owed.subject)
    assert text_of(mail.taken[0][1]) == owed.body.strip()


def test_when_no_address_is_left_it_is_said_and_nothing_loops(mail, owed, second_address, caplog):
    mail.refusals |= {POLICE: "550 no such mailbox", SECOND: "550 no such mailbox"}

    with caplog.at_level(logging.ERROR, "agencies.reach.delivery"):
        assert delivery.deliver_due() == 4

    assert set(told_duty().values_list("state", flat=True)) == {State.FAILED}
    assert "no other contact point" in caplog.text


def test_a_supervisors_address_never_stands_in_for_duty(mail, owed, betong_police):
    mail.refusals[POLICE] = "550 no such mailbox"

    delivery.deliver_due()

    assert betong_police.contact_points.filter(audience="SUPERVISOR").exists()
    assert [(row.contact_point.address, row.state) for row in told_duty()] == [(POLICE, State.FAILED)]


def test_a_full_mailbox_is_tried_again_later(mail, owed):
    mail.refusals[POLICE] = "450 mailbox busy"

    assert delivery.deliver_due() == 1

    owed.refresh_from_db()
    assert (owed.state, owed.attempts, owed.last_error) == (State.QUEUED, 1, "refused [450]")
    assert not Notification.objects.due().exists()  # it waits a little

    mail.refusals.clear()
    due_again(owed)
    delivery.deliver_due()
    owed.refresh_from_db()
    assert (owed.state, owed.attempts) == (State.SENT, 2)
    assert ContactPoint.objects.get(pk=owed.contact_point_id).failing_since is None


def test_both_attempts_carry_the_same_message_id(mail, owed):
    mail.to_data = "451 later"
    delivery.deliver_due()
    mail.to_data = "250 taken"
    due_again(owed)

    delivery.deliver_due()

    assert mail.taken[0][1]["Message-ID"].startswith(f"<{owed.idempotency_key}@")


def test_a_server_that_dislikes_our_content_does_not_condemn_the_address(mail, owed):
    mail.to_data = "554 looks like spam"

    delivery.deliver_due()

    owed.refresh_from_db()
    assert (owed.state, owed.last_error) == (State.QUEUED, "SMTP 554")
    assert ContactPoint.objects.get(pk=owed.contact_point_id).failing_since is None


def test_a_recipient_that_is_refused_after_the_content_is_the_recipient(mail, owed, second_address):
    mail.to_data = "550 5.1.1 User unknown"

    delivery.deliver_due(most=1)

    owed.refresh_from_db()
    assert (owed.state, owed.last_error) == (State.FAILED, "SMTP 550 5.1.1")
    assert ContactPoint.objects.get(pk=owed.contact_point_id).failing_since is not None
    assert told_duty().filter(contact_point=second_address).exists()


def test_after_some_tries_the_next_address_is_told_as_well(mail, owed, second_address):
    mail.refusals[POLICE] = "450 mailbox busy"

    for _ in range(delivery.FALL_BACK_AT):
        delivery.deliver_due()
        due_again(owed)

    delivery.deliver_due()
    owed.refresh_from_db()
    assert owed.state == State.QUEUED
    assert mail.told() == [SECOND]
    assert Notification.objects.filter(contact_point=second_address).count() == 1


def test_however_often_an_address_fails_one_other_is_told(mail, owed, second_address, betong_police):
    third = "third@agency.example"
    ContactPoint.objects.create(agency=betong_police, address=third, priority=3, verified_at=NOW, confirmed_at=NOW)
    mail.refusals[POLICE] = "450 mailbox busy"

    for _ in range(delivery.FALL_BACK_AT + 3):
        delivery.deliver_due()
        due_again(owed)

    owed.refresh_from_db()
    assert owed.attempts == delivery.FALL_BACK_AT + 3
    assert mail.told() == [SECOND]


def test_the_waits_grow_and_stay_within_five_minutes():
    waits = [delivery._wait_after(attempts).total_seconds() for attempts in range(1, delivery.MOST_ATTEMPTS)]

    assert 1.6 <= waits[0] <= 2.4
    assert waits[0] < waits[2] < waits[4] < waits[6]
    assert max(waits) <= 1.2 * 300


def test_a_server_that_is_not_there_is_a_temporary_failure(owed, settings):
    settings.SMTP = url_of(free_port())

    delivery.deliver_due()

    owed.refresh_from_db()
    assert owed.state == State.QUEUED
    assert owed.last_error


def test_a_server_that_trickles_meets_the_deadline(owed, settings, monkeypatch):
    monkeypatch.setattr(email, "OPENING_SECONDS", 1)
    server = TricklingServer()
    settings.SMTP = server.url

    delivery.deliver_due()

    assert server.was_left.wait(server.patience)
    server.stop()
    owed.refresh_from_db()
    assert (owed.state, owed.last_error) == (State.QUEUED, "deadline")


def test_the_deadline_is_for_sender_and_recipient_together_not_for_each_answer(mail, owed, monkeypatch):
    monkeypatch.setattr(email, "DEADLINE_SECONDS", 1)
    mail.slowness, mail.slow_at = 0.7, {"MAIL", "RCPT"}

    delivery.deliver_due()

    owed.refresh_from_db()
    assert (owed.state, owed.last_error) == (State.QUEUED, "deadline")


class Fake:
    """A transport that does something else while it sends."""

    def __init__(self, act) -> None:
        self.act = act
        self.sent: list[int] = []

    def send(self, *, to: str, notification: Notification) -> None:
        self.sent.append(notification.pk)
        self.act(notification)


@pytest.fixture
def through(monkeypatch):
    def install(act) -> Fake:
        fake = Fake(act)
        monkeypatch.setattr(delivery, "transport_for", lambda contact_point: fake)
        return fake

    return install


@pytest.mark.parametrize("outcome", [None, TransportError("late"), TransportError("gone", is_permanent=True)])
def test_who_lost_the_lease_records_nothing(through, owed, second_address, outcome):
    theirs = uuid.uuid4()

    def taken_over(notification: Notification) -> None:
        Notification.objects.update(lease_token=theirs, leased_until=Now() + timedelta(minutes=1))
        if outcome:
            raise outcome

    through(taken_over)

    assert delivery.deliver_due() == 1

    owed.refresh_from_db()
    assert (owed.state, owed.lease_token, owed.last_error) == (State.SENDING, theirs, "")
    assert Notification.objects.count() == 1
    assert not ContactPoint.objects.filter(failing_since__isnull=False).exists()


def test_the_lease_of_a_dead_worker_runs_out(mail, owed):
    hand = {"state": State.SENDING, "lease_token": uuid.uuid4(), "attempts": 1}
    Notification.objects.update(leased_until=Now() + timedelta(seconds=30), **hand)
    assert delivery.deliver_due() == 0

    Notification.objects.update(leased_until=Now() - timedelta(seconds=1))

    assert delivery.deliver_due() == 1
    owed.refresh_from_db()
    assert (owed.state, owed.attempts) == (State.SENT, 2)


@pytest.mark.parametrize("attempts", [3, 4, 7])
def test_when_a_worker_dies_in_the_third_attempt_or_later_the_next_address_is_told_all_the_same(
    mail, owed, second_address, attempts
):
    hand = {"state": State.SENDING, "lease_token": uuid.uuid4(), "attempts": attempts}
    Notification.objects.update(leased_until=Now() - timedelta(seconds=1), **hand)
    mail.refusals[POLICE] = "450 mailbox busy"

    for _ in range(3):
        delivery.deliver_due()
        due_again(owed)

    owed.refresh_from_db()
    assert (owed.state, owed.attempts) == (State.QUEUED, attempts + 3)
    assert mail.told() == [SECOND]


@pytest.mark.parametrize("attempts", [1, 2])
def test_when_a_worker_dies_before_that_nobody_else_is_told_yet(mail, owed, second_address, attempts):
    hand = {"state": State.SENDING, "lease_token": uuid.uuid4(), "attempts": attempts}
    Notification.objects.update(leased_until=Now() - timedelta(seconds=1), **hand)

    delivery.deliver_due()

    assert mail.told() == [POLICE]


def test_an_address_that_is_added_during_the_outage_is_told_too(mail, owed, betong_police):
    mail.refusals[POLICE] = "450 mailbox busy"
    for _ in range(delivery.FALL_BACK_AT + 1):
        delivery.deliver_due()
        due_again(owed)
    ContactPoint.objects.create(agency=betong_police, address=SECOND, priority=2, verified_at=NOW, confirmed_at=NOW)

    delivery.deliver_due()
    delivery.deliver_due()

    assert mail.told() == [SECOND]


def test_an_address_that_is_refused_for_good_after_the_third_attempt_tells_nobody_twice(
    mail, owed, second_address, betong_police
):
    third = "third@agency.example"
    ContactPoint.objects.create(agency=betong_police, address=third, priority=3, verified_at=NOW, confirmed_at=NOW)
    mail.refusals[POLICE] = "450 mailbox busy"
    for _ in range(delivery.FALL_BACK_AT):
        delivery.deliver_due()
        due_again(owed)
    mail.refusals[POLICE] = "550 no such mailbox"

    delivery.deliver_due()

    assert mail.told() == [SECOND, SUPERVISOR]


def test_no_transaction_is_open_while_the_world_is_spoken_to(through, owed):
    depth = len(connection.savepoint_ids)
    depths = []
    through(lambda notification: depths.append(len(connection.savepoint_ids)))

    delivery.deliver_due()

    assert depths == [depth]


def spoil(column: str, table: str, pk: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = 'no key fits' WHERE id = %s", [pk])


@pytest.mark.parametrize("attempts", [0, 2, 98, 99])
@pytest.mark.parametrize("spoilt", ["body", "address"])
def test_a_poisoned_row_does_not_stop_the_next(mail, owed, second_address, yala_desk, spoilt, attempts):
    Notification.objects.update(attempts=attempts)
    if spoilt == "body":
        spoil("body", "agencies_notification", owed.pk)
    else:
        spoil("address", "agencies_contactpoint", owed.contact_point_id)
    owe(yala_desk, "dispatch:2", due_at=LONG_AGO + timedelta(days=1))

    delivery.deliver_due()

    assert "yala-desk-duty@agency.example" in mail.told()
    states = Notification.objects.filter(pk=owed.pk).values_list("state", "last_error")
    assert states.get() == ("QUEUED", "InvalidToken")


def test_what_no_key_fits_is_owed_until_one_does(mail, owed, settings):
    """The web knows a new key already and this worker does not: it was not restarted yet."""
    old, settings.FIELD_KEYS = settings.FIELD_KEYS, [Fernet.generate_key().decode(), *settings.FIELD_KEYS]
    Notification.objects.get(pk=owed.pk).save()  # written anew, under the new key
    new, settings.FIELD_KEYS = settings.FIELD_KEYS, old
    Notification.objects.update(attempts=delivery.MOST_ATTEMPTS)

    for _ in range(3):
        delivery.deliver_due()
        Notification.objects.update(due_at=LONG_AGO)
    unread = Notification.objects.unread().count()
    settings.FIELD_KEYS = new
    delivery.deliver_due()

    assert unread == 1
    assert len(mail.told()) == 1
    assert not Notification.objects.unread().exists()


def test_when_one_address_cannot_be_read_the_next_one_is_told(mail, owed, second_address):
    Notification.objects.update(attempts=delivery.FALL_BACK_AT - 1)
    spoil("address", "agencies_contactpoint", owed.contact_point_id)

    delivery.deliver_due()

    assert mail.told() == [SECOND]


@pytest.mark.django_db(transaction=True)
def test_two_workers_empty_the_outbox_and_send_nothing_twice(mail, betong_police, settings):
    settings.MESSAGES_APART = 1000
    for number in range(60):
        owe(betong_police, f"dispatch:{number}", subject=f"{number}")
    tried: list[int] = []

    def work() -> None:
        try:
            tried.append(delivery.deliver_due())
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)

    assert sorted(int(message["Subject"]) for _, message in mail.taken) == list(range(60))
    assert sum(tried) == 60
    assert min(tried) > 0
    assert set(Notification.objects.values_list("state", "attempts")) == {("SENT", 1)}


def test_what_is_no_longer_owed_is_not_tried_again_when_its_last_try_fails(owed, second_address, monkeypatch):
    def refuse(self, *, to, notification):
        Notification.objects.filter(pk=notification.pk).owe_no_more()
        raise TransportError("450 greylisted")

    monkeypatch.setattr(email.EmailTransport, "send", refuse)

    delivery.deliver_due()

    owed.refresh_from_db()
    assert (owed.state, owed.last_error) == (State.CANCELLED, "450 greylisted")
    assert not Notification.objects.due().exists()
    assert told_duty().count() == 1


def test_the_last_try_of_a_dead_worker_is_not_repeated(owed):
    sending = Notification.objects.filter(pk=owed.pk)
    sending.update(state=State.SENDING, lease_token=uuid.uuid4(), leased_until=LONG_AGO)
    sending.owe_no_more()

    assert delivery.deliver_due() == 0

    receipts.forget(now=NOW)
    owed.refresh_from_db()
    assert owed.state == State.CANCELLED
