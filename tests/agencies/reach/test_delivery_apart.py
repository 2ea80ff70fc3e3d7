"""One transport that hangs holds up no other. Real threads, a real mail server, a gateway that never answers."""

import threading
from collections import defaultdict
from functools import partial

import pytest
from django.db import connection

from agencies import tasks
from agencies.models import ContactPoint, Notification, Precedence
from agencies.reach import delivery, hands
from agencies.reach.transports import http
from cases.management.commands.watch import Watch
from protectu import celery
from protectu.gateways import SmsGateway
from tests.agencies.reach.transports.conftest import ALL, LONG_AGO, owe
from tests.providers.sms import ThaiBulkSms
from tests.stack import wait_for

pytestmark = pytest.mark.django_db(transaction=True)

State = Notification.State
AN_HOUR = 3600


@pytest.fixture
def carrier(started, settings, monkeypatch) -> ThaiBulkSms:
    """When it hangs, it hangs until the test ends it: nothing that waits for it goes on before that."""
    monkeypatch.setattr(http, "DEADLINE_SECONDS", AN_HOUR)
    server = started(ThaiBulkSms())
    server.patience = AN_HOUR
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


def owe_mail(agency) -> Notification:
    point = agency.contact_points.filter(audience="DUTY", transport="EMAIL")[0]
    said = {"subject": "s", "body": "b", "dedupe_key": f"mail>{point.pk}"}
    return Notification.objects.owe(
        [Notification(contact_point=point, due_at=LONG_AGO, created_at=LONG_AGO, **said)]
    )[0]


def test_mail_leaves_while_the_gateway_hangs(carrier, mail, betong_police, yala_desk):
    """A worker's ten threads, all of them asked for SMS first."""
    carrier.manner = "hang"
    for number in range(12):
        owe(betong_police, "SMS", f"08123456{number:02}", key=f"dispatch:{number}", precedence=Precedence.AGAIN)
    threads = [in_thread(lambda: tasks.deliver(transport="SMS")) for _ in range(8)]
    wait_for(lambda: len(carrier.calls) == hands.HANDS, what="all hands to hang")
    wait_for(lambda: sum(thread.is_alive() for thread in threads) == hands.HANDS, what="the others to go on")

    owe_mail(yala_desk)
    in_thread(lambda: tasks.deliver(transport="EMAIL"))

    wait_for(lambda: len(mail.taken) == 1, what="the mail")
    assert len(carrier.calls) == hands.HANDS  # and it still hangs
    assert sum(thread.is_alive() for thread in threads) == hands.HANDS
    carrier.is_over.set()
    Notification.objects.filter(state=State.QUEUED).delete()
    for thread in threads:
        thread.join(30)


def test_what_is_slow_and_hangs_leaves_hands_for_an_alert(carrier, betong_police):
    carrier.manner = "hang"
    for number in range(12):
        owe(betong_police, "SMS", f"08123456{number:02}", key=f"drill:{number}")
    threads = [in_thread(lambda: tasks.deliver(transport="SMS")) for _ in range(8)]
    wait_for(lambda: len(carrier.calls) == hands.HANDS // 2, what="the slow hands to hang")
    wait_for(lambda: sum(thread.is_alive() for thread in threads) == hands.HANDS // 2, what="the others to go on")
    carrier.manner = ""

    first = {"is_first": True, "precedence": Precedence.EMERGENCY}
    alert = owe(betong_police, "SMS", "0898765432", key="alert", **first)
    threads.append(in_thread(lambda: tasks.deliver(transport="SMS")))

    wait_for(lambda: state_of(alert) == State.SENT, what="the alert")
    assert Notification.objects.filter(precedence=Precedence.REST, state=State.SENT).count() == 0
    Notification.objects.filter(state=State.QUEUED).delete()
    carrier.is_over.set()
    for thread in threads:
        thread.join(30)


def state_of(notification: Notification) -> str:
    return Notification.objects.values_list("state", flat=True).get(pk=notification.pk)


def test_watch_delivers_an_alert_while_its_own_thread_is_busy_with_something_slow(
    carrier, betong_police, monkeypatch
):
    monkeypatch.setattr("cases.management.commands.watch.hint", lambda *args, **kwargs: False)
    carrier.manner = "hang"
    owe(betong_police, "SMS", "0812345678", key="drill")
    watch = Watch()
    threads = [in_thread(partial(watch._repeat, task)) for task in watch.tasks()]
    wait_for(lambda: len(carrier.calls) == 1, what="the text")
    carrier.manner = ""

    first = {"is_first": True, "precedence": Precedence.EMERGENCY}
    alert = owe(betong_police, "SMS", "0898765432", key="alert", **first)

    wait_for(lambda: state_of(alert) == State.SENT, what="the alert")
    watch.stopping.set()
    carrier.is_over.set()
    for thread in threads:
        thread.join(30)


class Pauses(threading.Event):
    """Keeps how many seconds each thread asked to rest."""

    def __init__(self) -> None:
        super().__init__()
        self.asked_by: dict[threading.Thread, set[float | None]] = defaultdict(set)

    def wait(self, timeout: float | None = None) -> bool:
        self.asked_by[threading.current_thread()].add(timeout)
        return super().wait(timeout)


def test_watch_delivers_mail_by_itself_while_the_gateway_hangs(carrier, mail, betong_police, yala_desk, monkeypatch):
    monkeypatch.setattr("cases.management.commands.watch.hint", lambda *args, **kwargs: False)
    carrier.manner = "hang"
    owe(betong_police, "SMS", "0812345678")
    watch = Watch()
    watch.stopping = Pauses()
    threads = [in_thread(partial(watch._repeat, task)) for task in watch.tasks()]
    wait_for(lambda: len(carrier.calls) == 1, what="the text")

    owe_mail(yala_desk)

    wait_for(lambda: len(mail.taken) == 1, what="the mail")
    transports = ContactPoint.Transport.values
    rests = dict(zip(transports, (watch.stopping.asked_by[of] for of in threads[-len(transports) :]), strict=True))
    wait_for(lambda: rests["EMAIL"] == {1}, what="watch to look once a second")
    assert rests["SMS"] == set()  # it still hangs
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

    assert "(transport, precedence, due_at) WHERE" in definition
