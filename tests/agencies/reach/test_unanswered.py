"""Given, and not answered: it may have been taken. It is waited for, given rarely again, and another one is told."""

import uuid
from datetime import timedelta

import pytest
from django.conf import settings as configured
from django.db.models.functions import Now

from agencies.models import ContactPoint, Notification, Precedence
from agencies.reach import budgets, delivery, push, receipts
from agencies.reach.signature import key_of
from agencies.reach.subscription import Subscription
from agencies.reach.transports import email, http
from agencies.reach.webhooks.provider_receipts import Outcome
from protectu.gateways import LineChannel, SmsGateway
from tests.agencies.reach.test_delivery import POLICE, SECOND, due_again, owe
from tests.agencies.reach.transports.conftest import ALL, LONG_AGO, delivered, is_failing
from tests.agencies.reach.transports.conftest import owe as owe_by
from tests.agencies.reach.transports.test_web_push import identity
from tests.agencies.smtp import MailServer
from tests.conftest import NOW
from tests.providers.agency_system import AgencySystem
from tests.providers.http import Reply
from tests.providers.line import Line
from tests.providers.push import PushService
from tests.providers.sms import JsonGateway, ThaiBulkSms

pytestmark = pytest.mark.django_db

State = Notification.State
LATE = 30.0  # no answer within the test
UNANSWERED = "given, not answered"


@pytest.fixture
def owed(betong_police) -> Notification:
    return owe(betong_police)


@pytest.fixture
def second_address(betong_police) -> ContactPoint:
    return ContactPoint.objects.create(
        agency=betong_police, address=SECOND, priority=2, verified_at=NOW, confirmed_at=NOW
    )


@pytest.fixture
def silent(mail: MailServer, monkeypatch) -> MailServer:
    """It takes each message for POLICE, and does not say so."""
    monkeypatch.setattr(email, "LATE_SECONDS", 1)
    monkeypatch.setattr(email, "ANSWER_SECONDS", 0.2)
    mail.slowness, mail.slow_at = LATE, {"DATA"}
    return mail


def is_due_within(notification: Notification, minutes: int) -> bool:
    soon = Notification.objects.due(for_longer_than=-timedelta(minutes=minutes))
    return soon.filter(pk=notification.pk).exists()


def test_an_answer_that_comes_after_twelve_seconds_is_the_answer(mail, owed, second_address, monkeypatch):
    monkeypatch.setattr(email, "LATE_SECONDS", 0.5)
    mail.slowness, mail.slow_at = 2, {"DATA"}

    delivery.deliver_due()

    owed.refresh_from_db()
    assert mail.told() == [POLICE]
    assert (owed.state, owed.attempts, owed.times_given, owed.given_at) == (State.SENT, 1, 0, None)


def test_a_refusal_that_comes_late_is_a_refusal(mail, owed, monkeypatch):
    monkeypatch.setattr(email, "LATE_SECONDS", 0.5)
    mail.slowness, mail.slow_at, mail.to_data = 2, {"DATA"}, "451 later"

    delivery.deliver_due()

    owed.refresh_from_db()
    assert (owed.state, owed.last_error, owed.times_given) == (State.QUEUED, "SMTP 451", 0)


def test_what_is_not_answered_is_given_again_much_later_and_the_next_address_is_told_at_once(
    silent, owed, second_address
):
    delivery.deliver_due(most=1)
    silent.slowness = 0

    delivery.deliver_due()

    owed.refresh_from_db()
    assert silent.told() == [POLICE, SECOND]
    assert (owed.state, owed.last_error, owed.times_given) == (State.QUEUED, UNANSWERED, 1)
    assert [is_due_within(owed, minutes) for minutes in (4, 6)] == [False, True]


def test_it_is_given_thrice_in_all_under_one_message_id_and_one_other_is_told(silent, owed, second_address):
    for _ in range(3):
        delivery.deliver_due(most=1)
        Notification.objects.filter(pk=owed.pk).update(due_at=LONG_AGO)
    silent.slowness = 0
    delivery.deliver_due()

    owed.refresh_from_db()
    assert silent.told() == [POLICE] * 3 + [SECOND]
    assert len({message["Message-ID"] for _, message in silent.taken[:3]}) == 1
    assert (owed.state, owed.last_error, owed.times_given) == (State.FAILED, UNANSWERED, 3)
    assert owed.body
    assert not is_failing(owed)


def test_a_try_that_never_came_to_giving_is_none_of_these(silent, owed, settings):
    delivery.deliver_due()
    well, settings.SMTP = settings.SMTP, settings.SMTP._replace(netloc="127.0.0.1:9")
    due_again(owed)
    delivery.deliver_due()
    owed.refresh_from_db()
    assert (owed.times_given, is_due_within(owed, 1)) == (1, True)

    settings.SMTP, silent.slowness = well, 0
    due_again(owed)
    delivery.deliver_due()

    owed.refresh_from_db()
    assert owed.state == State.SENT


def test_the_lease_is_held_while_the_answer_is_waited_for(owed):
    hand = {"state": State.SENDING, "lease_token": uuid.uuid4(), "leased_until": Now() + delivery.LEASE}
    Notification.objects.update(**hand)
    owed.refresh_from_db()

    owed.hold_on()

    late = Notification.objects.filter(leased_until__gt=Now() + timedelta(seconds=99), times_given=1)
    assert late.exists()


def test_no_lease_ends_before_the_longest_exchange():
    until_given = max(email.OPENING_SECONDS + email.DEADLINE_SECONDS + email.LATE_SECONDS, http.DEADLINE_SECONDS)
    until_answered = max(email.ANSWER_SECONDS, http.ANSWER_SECONDS + http.BODY_SECONDS)

    # Some servers greet late on purpose, or ask the mailbox's own server first: twelve seconds are no failure.
    assert min(email.OPENING_SECONDS, email.DEADLINE_SECONDS) > 12
    assert until_given < delivery.LEASE.total_seconds()
    assert 60 <= until_answered < Notification.HELD_ON.total_seconds()


def test_who_lost_the_lease_holds_nothing(owed):
    theirs = uuid.uuid4()
    Notification.objects.update(state=State.SENDING, lease_token=theirs, leased_until=Now())
    owed.lease_token = uuid.uuid4()

    owed.hold_on()

    owed.refresh_from_db()
    assert owed.times_given == 0


def died_waiting(notification: Notification, times: int) -> None:
    hand = {"state": State.SENDING, "lease_token": uuid.uuid4(), "attempts": times}
    given = {"times_given": times, "given_at": Now()}
    Notification.objects.filter(pk=notification.pk).update(leased_until=Now(), **hand, **given)


def test_when_the_worker_dies_waiting_the_next_address_is_told_and_this_one_again(mail, owed, second_address):
    died_waiting(owed, times=1)

    delivery.deliver_due()

    owed.refresh_from_db()
    assert mail.told() == [POLICE, SECOND]
    assert (owed.state, owed.times_given) == (State.SENT, 1)


def test_when_the_worker_dies_waiting_for_the_third_answer_it_is_not_given_a_fourth_time(mail, owed, second_address):
    died_waiting(owed, times=3)

    delivery.deliver_due()

    owed.refresh_from_db()
    assert mail.told() == [SECOND]
    assert (owed.state, owed.last_error, owed.lease_token) == (State.FAILED, UNANSWERED, None)


def test_what_may_have_been_taken_is_never_gathered_into_another(silent, betong_police, settings):
    settings.MESSAGES_APART = 1
    link = f"Open it.\n\n{configured.PUBLIC_URL}/a/token/\n"
    owe(betong_police, "past:1", state=State.SENT, sent_at=Now())
    first = owe(betong_police, "dispatch:1", body=link, times_given=1, given_at=LONG_AGO)
    for n in range(2):
        owe(betong_police, f"more:{n}", body=link, due_at=LONG_AGO + timedelta(days=1), attempts=1)
    silent.slowness = 0

    delivery.deliver_due()

    first.refresh_from_db()
    assert first.state == State.SENT
    assert silent.taken[0][1]["Message-ID"].startswith(f"<{first.idempotency_key}@")
    assert len(silent.taken) == 2


# ---- The other lines ------------------------------------------------------------------------------------------


@pytest.fixture
def slow(monkeypatch) -> None:
    """Answers that come after half a second are late, and those that come after two minutes never come."""
    monkeypatch.setattr(http, "DEADLINE_SECONDS", 0.5)
    monkeypatch.setattr(http, "ANSWER_SECONDS", 120)


class Slow:
    """A provider that takes it, and says so after two seconds."""

    def reply(self, call):
        answer = super().reply(call)
        self.is_over.wait(2)
        return answer


def a_slow_provider(kind: str, started, settings, agency) -> tuple[Notification, object]:
    settings.TRANSPORTS, settings.WEBHOOK_KEY, settings.WEBHOOK_TEST_HOSTS = [*ALL, "WEB_PUSH"], "key", ["127.0.0.1"]
    makes = {"SMS": ThaiBulkSms, "generic": JsonGateway, "LINE": Line, "WEBHOOK": AgencySystem}
    server = started(type("Slow", (Slow, makes[kind]), {})())
    settings.LINE_CHANNEL = LineChannel(url=server.root, token="the-token")
    profile, key = ("generic", "the-token") if kind == "generic" else ("thaibulksms", "the-key")
    settings.SMS_GATEWAY = SmsGateway(server.url, profile, key, "the-secret", "S", "corporate")
    address = {"LINE": "C" + "0" * 32, "WEBHOOK": server.url}.get(kind, "0812345678")
    owed = owe_by(agency, "SMS" if kind == "generic" else kind, address)
    if kind == "WEBHOOK":
        server.key = key_of(owed.contact_point_id)
    return owed, server


@pytest.mark.parametrize("kind", ["SMS", "generic", "LINE", "WEBHOOK"])
def test_a_provider_that_takes_twelve_seconds_is_asked_once(started, settings, betong_police, slow, kind):
    owed, server = a_slow_provider(kind, started, settings, betong_police)

    delivered(owed)

    assert (owed.state, owed.attempts, owed.times_given, len(server.calls)) == (State.SENT, 1, 0, 1)


def test_a_push_service_that_takes_twelve_seconds_is_asked_once(started, settings, pim, now, slow):
    server = started(type("Slow", (Slow, PushService), {})())
    settings.WEB_PUSH, settings.TRANSPORTS = identity(), [*ALL, "WEB_PUSH"]
    server.server_key = settings.WEB_PUSH.public_key
    phone = push.switch_on(officer=pim, subscription=Subscription.parse(server.subscribe()), now=now)
    [owed] = Notification.objects.owe([push.compose("push_asked", to=phone, key="push/7/asked/1", now=LONG_AGO)])

    delivered(owed)

    assert (owed.state, len(server.calls)) == (State.SENT, 1)


@pytest.mark.parametrize("kind", ["SMS", "LINE", "WEBHOOK"])
def test_a_provider_that_hangs_up_without_a_word_may_have_taken_it(started, settings, betong_police, kind):
    owed, server = a_slow_provider(kind, started, settings, betong_police)
    server.manner = "silent"
    server.is_over.set()

    delivered(owed)

    assert (owed.state, owed.last_error, owed.times_given) == (State.QUEUED, UNANSWERED, 1)
    assert not is_due_within(owed, 4)
    assert Notification.objects.exclude(pk=owed.pk).get().transport == "EMAIL"


@pytest.mark.parametrize("kind", ["generic", "LINE", "WEBHOOK"])
def test_a_yes_whose_body_never_ends_is_a_yes(started, settings, betong_police, monkeypatch, kind):
    monkeypatch.setattr(http, "BODY_SECONDS", 0.5)
    owed, server = a_slow_provider(kind, started, settings, betong_police)
    server.patience, server.manner = 60, "endless"

    delivered(owed)

    assert (owed.state, owed.attempts, len(server.calls)) == (State.SENT, 1, 1)


@pytest.mark.parametrize("answer", [b"", b"[]", b"{}", b'{"phone_number_list": []}'])
def test_a_yes_that_names_no_number_may_be_one(started, settings, betong_police, answer):
    owed, server = a_slow_provider("SMS", started, settings, betong_police)
    server.says = Reply(200, answer)

    delivered(owed)

    assert (owed.state, owed.times_given) == (State.QUEUED, 1)


def test_a_proxy_that_waited_for_the_gateway_in_vain_says_nothing_of_the_text(started, settings, betong_police):
    owed, server = a_slow_provider("SMS", started, settings, betong_police)
    server.says = Reply(504, b"")

    delivered(owed)

    assert (owed.last_error, owed.times_given) == ("HTTP 504", 1)


def test_a_budget_counts_what_may_have_been_taken(betong_police, settings):
    settings.TRANSPORTS, settings.BUDGETS = ALL, {"SMS": (10, 100)}
    owed = owe_by(betong_police, "SMS", "0812345678", is_first=True, precedence=Precedence.EMERGENCY)
    assert not budgets.is_spent_for(owed)

    Notification.objects.filter(pk=owed.pk).update(times_given=3, given_at=Now())
    for n in range(4):
        owe_by(betong_police, "SMS", f"089876543{n}", key=f"d:{n}", times_given=2, given_at=Now(), state=State.FAILED)

    assert budgets.is_spent_for(owed)
    Notification.objects.update(given_at=Now() - timedelta(minutes=61))
    assert not budgets.is_spent_for(owed)


def test_a_text_that_never_arrived_was_paid_for(betong_police, settings):
    settings.TRANSPORTS, settings.BUDGETS = ALL, {"SMS": (1, 100)}
    owed = owe_by(
        betong_police,
        "SMS",
        "0812345678",
        is_first=True,
        precedence=Precedence.EMERGENCY,
        state=State.SENT,
        sent_at=NOW,
    )
    Notification.objects.update(sent_at=Now())

    receipts.record(notification=owed, outcome=Outcome.FAILED)

    assert budgets.is_spent_for(owed)
