"""A line is down when nothing that is owed on it leaves, however often it is tried; and it says why."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now

from agencies import lines
from agencies.lines import Trouble, trouble_of
from agencies.models import ContactPoint, Notification, TransportState
from agencies.reach import delivery
from agencies.reach.transports import TransportError
from tests.agencies.reach.test_delivery import POLICE, SECOND, due_again, owe
from tests.agencies.smtp import free_port, url_of
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

State = Notification.State
MINUTE = timedelta(minutes=1)


def owed_now(agency, key: str = "dispatch:1", **fields) -> Notification:
    owed = owe(agency, key, **fields)
    Notification.objects.filter(pk=owed.pk).update(created_at=Now())
    return owed


def time_passes(minutes: int) -> None:
    """What was owed, and what failed, lies so long ago."""
    Notification.objects.update(created_at=Now() - minutes * MINUTE)
    TransportState.objects.filter(failing_since__isnull=False).update(failing_since=Now() - minutes * MINUTE)


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        ("refused [451]", Trouble.REFUSES),
        ("SMTP 554", Trouble.REFUSES),
        ("HTTP 503", Trouble.REFUSES),
        ("HTTP 401 102", Trouble.REFUSES),
        ("deadline", Trouble.SILENT),
        ("SMTPConnectTimeoutError", Trouble.SILENT),
        ("SMTPConnectError", Trouble.UNREACHABLE),
        ("SMTPServerDisconnected", Trouble.UNREACHABLE),
        ("ConnectError", Trouble.UNREACHABLE),
        ("OSError", Trouble.UNREACHABLE),
        ("given, not answered", Trouble.UNANSWERED),
        ("SSLCertVerificationError", Trouble.UNTRUSTED),
        ("budget", Trouble.SPENT),
        ("not configured", Trouble.OFF),
        ("InvalidToken", Trouble.OURS),
    ],
)
def test_each_error_of_a_transport_has_a_reason(error, trouble):
    assert trouble_of(error) == trouble


@pytest.mark.parametrize("transport", ContactPoint.Transport)
def test_each_line_has_a_name_and_each_reason_names_it(in_english, transport):
    for trouble in Trouble:
        said = lines.Down(transport, NOW, trouble, failures=1, waiting=0).words
        assert len(said) > 10
        assert "%" not in said


def test_a_line_that_takes_messages_is_up(mail, betong_police):
    owed_now(betong_police)
    delivery.deliver_due()

    assert lines.down() == []
    state = TransportState.objects.get()
    assert (state.transport, state.failures, state.failing_since) == ("EMAIL", 0, None)


def test_a_mail_server_that_refuses_each_recipient_is_down_after_two_minutes_and_up_again_with_the_first_success(
    mail, betong_police
):
    owed = owed_now(betong_police)
    mail.refusals[POLICE] = "451 not now"
    for _ in range(9):
        delivery.deliver_due()
        due_again(owed)
    at_first = lines.down()
    time_passes(3)
    [line] = lines.down()
    mail.refusals.clear()
    due_again(owed)
    delivery.deliver_due()

    assert at_first == []
    assert (line.code, line.trouble, line.failures, line.waiting) == ("line_email", Trouble.REFUSES, 9, 1)
    assert lines.down() == []


def test_it_is_judged_by_when_it_was_owed_and_not_by_when_it_is_due_again(mail, betong_police):
    owed = owed_now(betong_police)
    mail.refusals[POLICE] = "451 not now"
    delivery.deliver_due()
    Notification.objects.update(created_at=Now() - 3 * MINUTE, due_at=Now() + 5 * MINUTE)

    assert [line.waiting for line in lines.down()] == [1]
    assert list(Notification.objects.unsent(owed_for=lines.LATE)) == [owed]
    assert not Notification.objects.due().exists()


def test_a_mail_server_that_is_not_there_is_down_and_says_so(betong_police, settings, in_english):
    settings.SMTP = url_of(free_port())
    owed_now(betong_police)

    delivery.deliver_due()
    time_passes(3)

    assert [line.words for line in lines.down()] == ["the mail server cannot be reached"]


def test_a_line_on_which_all_was_given_up_stays_down_until_something_leaves(mail, betong_police):
    owed_now(betong_police, attempts=delivery.MOST_ATTEMPTS - 1)
    mail.to_data = "554 no"
    delivery.deliver_due()
    time_passes(3)
    [line] = lines.down()
    mail.to_data = "250 taken"
    owed_now(betong_police, "dispatch:2")
    delivery.deliver_due()

    assert (line.waiting, line.failures) == (0, 1)
    assert Notification.objects.filter(state=State.FAILED).count() == 1
    assert lines.down() == []


def test_one_dead_mailbox_is_no_line_that_is_down(mail, betong_police):
    owed_now(betong_police)
    mail.refusals[POLICE] = "550 5.1.1 no such mailbox"

    delivery.deliver_due()
    time_passes(10)

    assert lines.down() == []


def test_one_mailbox_that_puts_us_off_while_others_are_told_is_none_either(mail, betong_police, yala_desk):
    owed = owed_now(betong_police)
    mail.refusals[POLICE] = "452 mailbox full"
    for number in range(4):
        due_again(owed)
        delivery.deliver_due()
        owed_now(yala_desk, f"dispatch:{number + 2}")
        delivery.deliver_due()
    time_passes(10)

    assert lines.down() == []
    # Yet nobody there was told.
    assert list(Notification.objects.unsent(owed_for=lines.LATE)) == [owed]


def test_who_was_told_at_the_next_address_is_told(mail, betong_police):
    ContactPoint.objects.create(agency=betong_police, address=SECOND, priority=2, verified_at=NOW, confirmed_at=NOW)
    owed = owed_now(betong_police)
    mail.refusals[POLICE] = "451 not now"
    for _ in range(delivery.FALL_BACK_AT - 1):
        delivery.deliver_due()
        due_again(owed)
    before = Notification.objects.filter(pk=owed.pk).told().exists()

    delivery.deliver_due()  # the third time, and then the next address
    time_passes(3)

    assert not before
    assert mail.told() == [SECOND]
    assert not Notification.objects.unsent(owed_for=lines.LATE).exists()
    assert Notification.objects.filter(pk=owed.pk).told().exists()


def test_a_code_for_an_address_that_is_not_verified_yet_is_not_late(mail, betong_police):
    owed_now(betong_police, is_about_address=True)
    time_passes(10)

    assert not Notification.objects.unsent(owed_for=lines.LATE).exists()


def test_a_transport_that_was_switched_off_is_no_line(betong_police, settings):
    TransportState.note_failure("SMS", "HTTP 503")
    TransportState.objects.update(failing_since=Now() - 3 * MINUTE)
    settings.TRANSPORTS = ["EMAIL"]
    off = lines.down()
    settings.TRANSPORTS = ["EMAIL", "SMS"]

    assert (off, [line.code for line in lines.down()]) == ([], ["line_sms"])


def fail_at(transport, agency, number: int, **fields) -> Notification:
    point = ContactPoint.objects.create(
        agency=agency, transport=transport, address=f"https://{number}.example/", verified_at=NOW, confirmed_at=NOW
    )
    said = {"state": State.QUEUED, "attempts": 9, "last_error": "HTTP 503", "due_at": Now(), "created_at": Now()}
    return Notification.objects.create(
        contact_point=point,
        transport=transport,
        subject="s",
        body="b",
        dedupe_key=f"d>{point.pk}",
        **{**said, **fields},
    )


def test_one_agencys_own_system_is_no_line_of_ours_once_it_was_told_otherwise(betong_police, yala_desk, settings):
    settings.TRANSPORTS = ["EMAIL", "WEBHOOK"]
    TransportState.note_failure("WEBHOOK", "HTTP 503")
    instead = owe(betong_police, state=State.SENT, sent_at=Now())
    fail_at("WEBHOOK", betong_police, 1, successor=instead)
    time_passes(3)
    one = lines.down()

    fail_at("WEBHOOK", yala_desk, 2, successor=instead)

    assert one == []
    assert [line.code for line in lines.down()] == ["line_webhook"]


def test_one_agencys_own_system_that_nobody_stands_in_for_is_said(betong_police, settings):
    settings.TRANSPORTS = ["EMAIL", "WEBHOOK"]
    TransportState.note_failure("WEBHOOK", "HTTP 503")
    fail_at("WEBHOOK", betong_police, 1)
    time_passes(3)

    assert [(line.code, line.waiting) for line in lines.down()] == [("line_webhook", 1)]


def test_what_a_spent_budget_keeps_back_is_late_and_blames_no_line(betong_police):
    owed_now(betong_police, last_error="budget", due_at=Now() + 5 * MINUTE)
    time_passes(3)

    assert Notification.objects.unsent(owed_for=lines.LATE).count() == 1
    assert lines.down() == []


def test_what_is_wrong_with_a_row_of_ours_blames_no_line(betong_police, monkeypatch):
    class Broken:
        def send(self, *, to: str, notification: Notification) -> None:
            raise ValueError("ours")

    monkeypatch.setattr(delivery, "transport_for", lambda contact_point: Broken())
    owed_now(betong_police)

    delivery.deliver_due()

    assert not TransportState.objects.exists()


def test_it_is_one_question_however_many_lines_fail(django_assert_num_queries, settings):
    settings.TRANSPORTS = ContactPoint.Transport.values
    for transport in ContactPoint.Transport.values:
        TransportState.note_failure(transport, "HTTP 503")
    TransportState.objects.update(failing_since=Now() - 3 * MINUTE)

    with django_assert_num_queries(1):
        found = [line.transport for line in lines.down()]

    assert found == ["EMAIL", "LINE", "SMS", "WEB_PUSH"]  # no agency's own system waits for anything


def test_the_question_reads_what_is_owed_and_not_what_was_sent(betong_police, settings):
    to = betong_police.contact_points.first()
    Notification.objects.bulk_create(
        Notification(
            contact_point=to, subject="s", body="", dedupe_key=f"old/{n}", state=State.SENT, sent_at=NOW, due_at=NOW,
            created_at=NOW,
        )
        for n in range(3000)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE agencies_notification")

    plan = Notification.objects.unsent(owed_for=lines.LATE).filter(transport="EMAIL").explain()

    assert "agencies_notification_owed_by" in plan


@pytest.mark.parametrize("reason", ["late", "gone"])
def test_a_permanent_refusal_blames_the_address_alone(betong_police, monkeypatch, reason):
    error = TransportError(reason, is_permanent=reason == "gone")

    class Refusing:
        def send(self, *, to: str, notification: Notification) -> None:
            raise error

    monkeypatch.setattr(delivery, "transport_for", lambda contact_point: Refusing())
    owed_now(betong_police)

    delivery.deliver_due(most=1)

    assert TransportState.objects.exists() == (reason == "late")
