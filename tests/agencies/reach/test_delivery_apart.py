"""One transport that hangs holds up no other. Real threads, a real mail server, a gateway that never answers."""

import threading
import time
from functools import partial

import pytest
from django.db import connection

from agencies import tasks
from agencies.models import ContactPoint, Notification
from agencies.reach import delivery
from cases.management.commands.watch import Watch
from protectu import celery
from protectu.gateways import SmsGateway
from tests.agencies.reach.transports.conftest import ALL, LONG_AGO, owe
from tests.providers.sms import ThaiBulkSms

pytestmark = pytest.mark.django_db(transaction=True)

State = Notification.State


@pytest.fixture
def carrier(started, settings) -> ThaiBulkSms:
    server = started(ThaiBulkSms())
    settings.SMS_GATEWAY = SmsGateway(server.url, "thaibulksms", "the-key", "the-secret", "S", "corporate")
    settings.TRANSPORTS = ALL
    return server


def in_thread(work) -> threading.Thread:
    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def wait_until(is_so, *, seconds: float) -> float:
    began = time.monotonic()
    while not is_so() and time.monotonic() - began < seconds:
        time.sleep(0.01)
    assert is_so()
    return time.monotonic() - began


def owe_mail(agency) -> Notification:
    point = agency.contact_points.filter(audience="DUTY", transport="EMAIL")[0]
    said = {"subject": "s", "body": "b", "dedupe_key": f"mail>{point.pk}"}
    return Notification.objects.owe(
        [Notification(contact_point=point, due_at=LONG_AGO, created_at=LONG_AGO, **said)]
    )[0]


def test_mail_leaves_within_a_second_while_the_gateway_hangs(carrier, mail, betong_police, yala_desk):
    """A worker's ten threads, all of them asked for SMS first."""
    carrier.manner = "hang"
    for number in range(12):
        owe(betong_police, "SMS", f"08123456{number:02}", key=f"dispatch:{number}")
    threads = [in_thread(lambda: tasks.deliver(transport="SMS")) for _ in range(8)]
    wait_until(lambda: len(carrier.calls) == delivery.HANDS, seconds=5)
    wait_until(lambda: sum(thread.is_alive() for thread in threads) == delivery.HANDS, seconds=5)

    owe_mail(yala_desk)
    in_thread(lambda: tasks.deliver(transport="EMAIL"))

    assert wait_until(lambda: len(mail.taken) == 1, seconds=5) < 1
    assert len(carrier.calls) == delivery.HANDS  # and it still hangs
    carrier.is_over.set()
    Notification.objects.filter(state=State.QUEUED).delete()
    for thread in threads:
        thread.join(30)


def test_watch_delivers_mail_by_itself_while_the_gateway_hangs(carrier, mail, betong_police, yala_desk, monkeypatch):
    monkeypatch.setattr("cases.management.commands.watch.hint", lambda *args, **kwargs: False)
    carrier.manner = "hang"
    owe(betong_police, "SMS", "0812345678")
    watch = Watch()
    threads = [in_thread(partial(watch._repeat, task)) for task in watch.tasks()]
    wait_until(lambda: len(carrier.calls) == 1, seconds=5)

    owe_mail(yala_desk)

    # watch looks once a second for what workers have left undone.
    assert wait_until(lambda: len(mail.taken) == 1, seconds=5) < 2
    watch.stopping.set()
    carrier.is_over.set()
    for thread in threads:
        thread.join(30)


def test_each_transport_claims_its_own_rows(carrier, mail, betong_police):
    text = owe(betong_police, "SMS", "0812345678")
    letter = owe_mail(betong_police)

    assert delivery.deliver_due(transport="EMAIL") == 1

    text.refresh_from_db()
    letter.refresh_from_db()
    assert (text.state, letter.state) == (State.QUEUED, State.SENT)


def test_an_old_hint_without_a_transport_means_mail(mail, betong_police):
    owe_mail(betong_police)

    tasks.deliver()

    assert len(mail.taken) == 1


def test_beat_sweeps_each_transport():
    entries = celery.app.conf.beat_schedule.values()
    swept = [entry["kwargs"]["transport"] for entry in entries if entry["task"] == "agencies.tasks.deliver"]

    assert swept == list(ContactPoint.Transport.values)


def test_a_row_of_the_release_before_is_mail(betong_police):
    """It knows no such column: the database fills it in."""
    letter = owe_mail(betong_police)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE agencies_notification SET transport = DEFAULT WHERE id = %s", [letter.pk])

    letter.refresh_from_db()
    assert letter.transport == "EMAIL"


def test_a_claim_finds_its_rows_by_the_index(betong_police):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname LIKE 'agencies_notification_owed%'")
        [[definition]] = cursor.fetchall()

    assert "(transport, due_at) WHERE" in definition
