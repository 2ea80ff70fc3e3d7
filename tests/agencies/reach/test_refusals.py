"""Our own mail server refuses everybody: nobody is marked for it, all stays owed, and it is known. Real servers."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now

from agencies.models import ContactPoint, DirectoryEvent, Notification
from agencies.reach import delivery, receipts, refusals
from agencies.reach.webhooks.provider_receipts import Outcome
from tests.agencies.reach.test_delivery import LONG_AGO, POLICE, owe
from tests.agencies.reach.transports.conftest import ALL
from tests.agencies.reach.transports.conftest import owe as owe_by
from tests.agencies.reach.transports.test_line import Line, LineChannel, said
from tests.agencies.reach.transports.test_sms import ThaiBulkSms, gateway

pytestmark = pytest.mark.django_db

State = Notification.State
GONE = "550 5.1.1 User unknown"


@pytest.fixture
def alert(betong_police, yala_desk, national_desk) -> list[Notification]:
    """One message to each of three agencies."""
    return [owe(agency, f"dispatch:{n}") for n, agency in enumerate((betong_police, yala_desk, national_desk))]


def failing() -> int:
    return ContactPoint.objects.filter(failing_since__isnull=False).count()


def troubled() -> list[str]:
    return [transport for transport in ContactPoint.Transport.values if refusals.are_ours(transport)]


def all_due() -> None:
    Notification.objects.filter(state=State.QUEUED).update(due_at=Now())


def about_a_case() -> dict[str, str]:
    rows = Notification.objects.filter(dedupe_key__startswith="dispatch:").select_related("contact_point")
    return {row.contact_point.address: row.state for row in rows}


@pytest.mark.parametrize(
    "said",
    [
        "554 5.7.1 Relay access denied",
        "530 5.7.0 Authentication required",
        "541 refused",
        "550 5.7.1 blocked",
        "550 5.1.8 bad sender",
        "552 5.2.2 mailbox full",
    ],
)
def test_a_word_of_our_own_relay_condemns_nobody(mail, alert, said):
    mail.to_all = said

    delivery.deliver_due()

    assert failing() == 0
    assert set(about_a_case().values()) == {State.QUEUED}
    assert {row.last_error for row in Notification.objects.all()} == {
        f"refused [{said[:3]}] {said.split()[1] if '.' in said else ''}".strip()
    }


def test_when_everybody_is_unknown_the_third_one_shows_that_it_is_us(mail, alert):
    mail.to_all = GONE

    delivery.deliver_due()

    assert failing() == 0
    assert set(about_a_case().values()) == {State.QUEUED}
    assert troubled() == ["EMAIL"]


def test_once_the_relay_is_well_everybody_is_told_and_the_next_alert_too(mail, alert, betong_police):
    mail.to_all = GONE
    delivery.deliver_due()
    mail.to_all = ""

    all_due()
    delivery.deliver_due()

    assert set(about_a_case().values()) == {State.SENT}
    assert troubled() == []
    assert betong_police.contact_points.usable().filter(audience="DUTY").exists()


def test_no_supervisor_reads_of_addresses_that_do_not_fail(mail, alert, betong_police):
    mail.to_all = GONE
    delivery.deliver_due()
    mail.to_all = ""
    all_due()

    delivery.deliver_due()

    assert set(Notification.objects.filter(dedupe_key__startswith="failing/").values_list("state", flat=True)) == {
        State.CANCELLED
    }
    kinds = list(DirectoryEvent.objects.filter(agency=betong_police).order_by("pk").values_list("kind", flat=True))
    assert kinds[:2].count("FAILING") == kinds.count("NOT_FAILING") > 0


def test_two_dead_mailboxes_are_two_dead_mailboxes(mail, betong_police, yala_desk):
    mail.refusals |= {POLICE: GONE, "yala-desk-duty@agency.example": GONE}
    owe(betong_police, "dispatch:1")
    owe(yala_desk, "dispatch:2")

    delivery.deliver_due()

    assert set(about_a_case().values()) == {State.FAILED}
    assert failing() == 2
    assert troubled() == []


def test_three_dead_mailboxes_are_condemned_when_the_server_takes_others_meanwhile(
    mail, betong_police, yala_desk, national_desk
):
    for n, agency in enumerate((betong_police, yala_desk, national_desk)):
        dead = owe(agency, f"dispatch:{n}")
        mail.refusals[dead.contact_point.address] = GONE
        delivery.deliver_due()  # and the supervisor's message is taken

    assert failing() == 3
    assert troubled() == []


def test_refusals_of_an_hour_ago_do_not_save_a_dead_mailbox(mail, betong_police, yala_desk, national_desk):
    for n, agency in enumerate((yala_desk, national_desk)):
        past = owe(agency, f"past:{n}", state=State.FAILED)
        Notification.objects.filter(pk=past.pk).update(refused_at=Now() - timedelta(hours=1))
    mail.refusals[POLICE] = GONE
    owe(betong_police)

    delivery.deliver_due(most=1)

    assert failing() == 1


def test_one_address_that_is_refused_thrice_is_one_address(mail, betong_police):
    mail.refusals[POLICE] = GONE
    for n in range(3):
        owe(betong_police, f"dispatch:{n}", due_at=LONG_AGO)

    delivery.deliver_due(most=3)

    assert failing() == 1


def test_what_is_refused_to_the_end_is_given_up_and_still_condemns_nobody(mail, alert):
    mail.to_all = GONE
    Notification.objects.update(attempts=delivery.MOST_ATTEMPTS - 1)

    delivery.deliver_due(most=3)

    assert failing() == 0
    assert about_a_case()["national-desk-duty@agency.example"] == State.FAILED


def test_what_was_given_up_for_good_is_not_owed_again_when_another_one_is_refused(mail, alert, yala_desk):
    mail.to_all = GONE
    delivery.deliver_due()
    last = Notification.objects.filter(pk=alert[0].pk)
    last.update(attempts=delivery.MOST_ATTEMPTS - 1, due_at=LONG_AGO)
    delivery.deliver_due(most=1)
    assert last.get().state == State.FAILED

    owe(yala_desk, "dispatch:9")
    delivery.deliver_due(most=1)

    assert last.get().state == State.FAILED


def test_codes_of_new_addresses_stay_owed_too(mail, betong_police, yala_desk, national_desk):
    mail.to_all = GONE
    codes = [
        owe(agency, f"code:{n}", is_about_address=True)
        for n, agency in enumerate((betong_police, yala_desk, national_desk))
    ]

    delivery.deliver_due(most=3)

    states = Notification.objects.filter(pk__in=[code.pk for code in codes]).values_list("state", flat=True)
    assert set(states) == {State.QUEUED}


@pytest.mark.parametrize("transport", ["SMS", "LINE"])
def test_other_lines_are_guarded_too_and_the_mailboxes_are_told_meanwhile(
    started, settings, mail, betong_police, yala_desk, national_desk, transport
):
    settings.TRANSPORTS = ALL
    server = started(ThaiBulkSms() if transport == "SMS" else Line())
    settings.SMS_GATEWAY = gateway(server.url)
    settings.LINE_CHANNEL = LineChannel(url=server.root, token="the-token")
    if transport == "SMS":
        server.unknown_numbers |= {f"6681234567{n}" for n in range(3)}
    else:
        server.says = said(400, "Failed to send messages")
    agencies = (betong_police, yala_desk, national_desk)
    for n, agency in enumerate(agencies):
        owe_by(agency, transport, f"081234567{n}" if transport == "SMS" else f"C{n}" + "0" * 31, key=f"dispatch:{n}")

    delivery.deliver_due(transport=transport)
    delivery.deliver_due()

    assert failing() == 0
    assert troubled() == [transport]
    assert {agency.contact_points.get(transport="EMAIL", audience="DUTY").address for agency in agencies} <= set(
        mail.told()
    )


def test_receipts_that_refuse_every_number_condemn_none_and_no_text_is_paid_for_again(
    settings, betong_police, yala_desk, national_desk
):
    settings.TRANSPORTS = ALL
    for n, agency in enumerate((betong_police, yala_desk, national_desk)):
        sent = owe_by(agency, "SMS", f"081234567{n}", key=f"dispatch:{n}", state=State.SENT, sent_at=LONG_AGO)
        receipts.record(notification=sent, outcome=Outcome.FAILED)

    assert failing() == 0
    assert set(Notification.objects.filter(transport="SMS").values_list("state", flat=True)) == {State.FAILED}
    assert Notification.objects.filter(transport="EMAIL", dedupe_key__startswith="dispatch:").count() == 3


@pytest.mark.django_db(transaction=True)
def test_workers_that_refuse_at_the_same_moment_count_each_other(mail, directory):
    """Four hands, and each message to another agency."""
    mail.to_all, mail.slowness = GONE, 0.2
    points = ContactPoint.objects.filter(transport="EMAIL", audience="DUTY")[:4]
    for n, point in enumerate(points):
        said = {"subject": "s", "body": "b", "due_at": LONG_AGO, "created_at": LONG_AGO}
        Notification.objects.create(contact_point=point, dedupe_key=f"dispatch:{n}>{point.pk}", **said)

    def work() -> None:
        try:
            delivery.deliver_due(most=4)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)

    assert failing() == 0
    assert troubled() == ["EMAIL"]


def test_we_introduce_ourselves_by_a_full_name(mail, alert, settings):
    settings.MAIL_HELO = "portal.example"

    delivery.deliver_due()

    assert mail.introduced == {"portal.example"}
