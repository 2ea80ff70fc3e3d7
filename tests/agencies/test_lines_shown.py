"""Whichever line is down, everybody is told which and since when; and once it is mended all lights go off.

Each line is a real server on loopback that refuses, first for hours and then no more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from agencies.models import Agency, ContactPoint, Heartbeat, Notification, Precedence, TransportState
from agencies.pages import alarm
from agencies.reach import delivery, push
from agencies.reach.signature import key_of
from agencies.reach.subscription import Subscription
from cases.models import AcknowledgementLink, Case
from cases.reads import audit, red
from protectu.gateways import LineChannel
from tests.agencies.reach.transports.conftest import ALL
from tests.agencies.reach.transports.test_sms import gateway
from tests.agencies.reach.transports.test_web_push import identity
from tests.conftest import NOW, make_alert
from tests.providers.agency_system import AgencySystem
from tests.providers.http import Reply
from tests.providers.line import Line
from tests.providers.push import PushService
from tests.providers.sms import ThaiBulkSms

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
POLICE = "betong-police-duty@agency.example"


@dataclass
class Tried:
    """A line, the words that name it on the screens, and how to make it refuse and take again."""

    transport: str
    words: str
    point: ContactPoint
    refuse: Callable[[], None]
    mend: Callable[[], None]


def mail_line(request, agency: Agency) -> Tried:
    mail = request.getfixturevalue("mail")

    def refuse() -> None:
        for point in ContactPoint.objects.filter(transport="EMAIL"):
            mail.refusals[point.address] = "451 not now"

    point = agency.contact_points.get(audience="DUTY")
    return Tried("EMAIL", "the mail server refuses", point, refuse, mail.refusals.clear)


def of_provider(transport: str, words: str, provider, point: ContactPoint, says: Reply) -> Tried:
    return Tried(
        transport, words, point, lambda: setattr(provider, "says", says), lambda: setattr(provider, "says", None)
    )


def point_of(agency: Agency, transport: str, address: str) -> ContactPoint:
    return ContactPoint.objects.create(
        agency=agency, transport=transport, address=address, priority=0, verified_at=NOW, confirmed_at=NOW
    )


def sms_line(request, agency: Agency) -> Tried:
    carrier = request.getfixturevalue("started")(ThaiBulkSms())
    request.getfixturevalue("settings").SMS_GATEWAY = gateway(carrier.url)
    point = point_of(agency, "SMS", "0812345678")
    return of_provider("SMS", "the SMS gateway refuses", carrier, point, Reply(503))


def line_line(request, agency: Agency) -> Tried:
    line = request.getfixturevalue("started")(Line())
    request.getfixturevalue("settings").LINE_CHANNEL = LineChannel(url=line.root, token="the-token")
    point = point_of(agency, "LINE", "C" + "0123456789abcdef" * 2)
    return of_provider("LINE", "LINE refuses", line, point, Reply(429))


def webhook_line(request, agency: Agency) -> Tried:
    settings = request.getfixturevalue("settings")
    settings.WEBHOOK_KEY, settings.WEBHOOK_TEST_HOSTS = "the-deployment's-key", ["127.0.0.1"]
    system = request.getfixturevalue("started")(AgencySystem())
    point = point_of(agency, "WEBHOOK", system.url)
    system.key = key_of(point.pk)
    return of_provider("WEBHOOK", "own system refuses", system, point, Reply(502))


def push_line(request, agency: Agency) -> Tried:
    service = request.getfixturevalue("started")(PushService())
    settings = request.getfixturevalue("settings")
    settings.WEB_PUSH = identity()
    service.server_key = settings.WEB_PUSH.public_key
    subscription = Subscription.parse(service.subscribe())
    point = push.switch_on(officer=request.getfixturevalue("pim"), subscription=subscription, now=NOW)
    return of_provider("WEB_PUSH", "the push service refuses", service, point, Reply(503))


@pytest.fixture(params=[mail_line, sms_line, line_line, webhook_line, push_line], ids=lambda make: make.__name__)
def tried(request, betong_police, settings) -> Tried:
    settings.TRANSPORTS, settings.BUDGETS = [*ALL, "WEB_PUSH"], {}
    line: Tried = request.param(request, betong_police)
    line.refuse()
    return line


@pytest.fixture(autouse=True)
def all_beating(db) -> None:
    for process in Heartbeat.Process:
        Heartbeat.beat(process, now=timezone.now())


def owe(tried: Tried) -> Notification:
    first = {"is_first": True, "precedence": Precedence.EMERGENCY}
    message = Notification(
        contact_point=tried.point, subject="s", body="b", dedupe_key=f"d/1/x>{tried.point.pk}", due_at=NOW,
        created_at=NOW, **first,
    )  # fmt: skip
    [owed] = Notification.objects.owe([message])
    Notification.objects.filter(pk=owed.pk).update(created_at=Now())
    return owed


def attempt(times: int = 1) -> None:
    for _ in range(times):
        Notification.objects.filter(state="QUEUED").update(due_at=Now())
        for transport in ContactPoint.Transport.values:
            delivery.deliver_due(transport=transport)


def owed_for(minutes: int) -> None:
    Notification.objects.update(created_at=Now() - minutes * MINUTE)
    TransportState.objects.filter(failing_since__isnull=False).update(failing_since=Now() - minutes * MINUTE)


def page(client, officer, address: str = "/start/") -> str:
    cache.delete(alarm.KEY)
    cache.delete(red.KEY)
    client.force_login(officer)
    return client.get(address, follow=True).content.decode()


def codes() -> set[str]:
    return {finding.code for finding in audit.findings(now=timezone.now())}


def test_a_line_that_refuses_is_named_by_health_audit_and_every_staff_page(client, tried, anong):
    owe(tried)
    attempt(2)
    at_once = codes(), client.get("/health/").status_code, tried.words in page(client, anong)
    owed_for(3)
    code = f"line_{tried.transport.lower()}"
    health = client.get("/health/")
    shown = page(client, anong)

    tried.mend()
    attempt()

    assert at_once == (set(), 200, False)
    assert health.status_code == 503
    assert code in health.json()["problems"]
    assert health.json()["lines"][tried.transport.lower()]["down_seconds"] >= 180
    assert tried.words in shown
    assert "since" in shown
    assert codes() == set()
    assert client.get("/health/").json()["problems"] == []
    assert tried.words not in page(client, anong)


def test_the_page_of_the_agency_says_what_waits_there(client, tried, krit, betong_police):
    if tried.transport == "WEB_PUSH":
        pytest.skip("an officer's own browser stands on no page of the directory")
    owe(tried)
    attempt(2)
    owed_for(3)

    shown = page(client, krit, reverse("agency", args=[betong_police.pk]))
    tried.mend()
    attempt()

    assert "A message waits since" in shown
    assert tried.words in shown
    assert "A message waits since" not in page(client, krit, reverse("agency", args=[betong_police.pk]))


# ---- One alert, whose first words do not leave ---------------------------------------------------------------


@pytest.fixture
def refused(request, directory, settings) -> Tried:
    settings.MESSAGES_APART = 1000
    line = mail_line(request, directory.get(name_en="Betong Police"))
    line.refuse()
    return line


def alert() -> Case:
    case = make_alert(now=timezone.now()).case
    assert case
    return case


def long_ago(case: Case, minutes: int) -> Case:
    Case.objects.filter(pk=case.pk).update(opened_at=Now() - minutes * MINUTE)
    owed_for(minutes)
    case.refresh_from_db()
    return case


def test_an_alert_that_no_mail_server_takes_is_said_within_two_minutes_and_no_more_once_it_is_mended(
    client, refused, anong
):
    case = alert()
    attempt(9)
    address = reverse("desk-case", args=[case.reference])
    before = codes(), "Nobody is known to have been told" in page(client, anong, address)
    case = long_ago(case, 2)
    found, health = codes(), client.get("/health/").json()["problems"]
    shown = page(client, anong, address)
    refused.mend()
    attempt()

    assert before == (set(), False)
    assert {"nobody_told", "line_email", "message_overdue"} <= found
    assert "line_email" in health
    assert "Nobody is known to have been told of this case" in shown
    assert "Not sent yet: the mail server refuses (9 attempts)." in shown
    assert "1 case of which nobody is known to have been told" in shown
    assert "the mail server refuses, since" in shown
    assert codes() == set()
    after = page(client, anong, reverse("desk-case", args=[case.reference]))
    for words in ("Nobody is known", "Not sent yet", "of which nobody", "the mail server refuses"):
        assert words not in after, words


def test_an_alert_whose_messages_all_failed_for_good_is_red_though_nothing_is_owed(client, refused, anong, mail):
    case = alert()
    for point in ContactPoint.objects.all():
        mail.refusals[point.address] = "550 5.1.1 no such mailbox"
    for _ in range(5):
        attempt()
    Notification.objects.filter(state="QUEUED").update(state="FAILED", last_error="refused [550]")
    case = long_ago(case, 3)

    assert not Notification.objects.filter(state__in=["QUEUED", "SENDING"]).exists()
    assert "nobody_told" in codes()
    shown = page(client, anong, reverse("desk-case", args=[case.reference]))
    assert "Nobody is known to have been told of this case" in shown
    assert "The message did not reach them. Call." in shown
    assert "1 case of which nobody is known to have been told" in shown


def test_an_alert_that_our_own_relay_refuses_for_good_condemns_nobody_and_is_said(client, refused, anong, mail):
    """F1: one setting of our relay is wrong, and it says so of each recipient."""
    mail.refusals.clear()
    mail.to_all = "554 5.7.1 Relay access denied"
    case = alert()
    attempt(2)
    case = long_ago(case, 2)
    found = codes()
    shown = page(client, anong, reverse("desk-case", args=[case.reference]))
    mail.to_all = ""
    attempt()

    assert not ContactPoint.objects.filter(failing_since__isnull=False).exists()
    assert {"nobody_told", "line_email"} <= found
    assert "the mail server refuses" in shown
    assert codes() == set()


def test_the_metrics_count_it_too(client, refused, settings):
    settings.METRICS_TOKEN = "the-token-of-the-metrics"
    case = alert()
    attempt(2)
    long_ago(case, 3)

    told = client.get("/metrics/", headers={"Authorization": f"Bearer {settings.METRICS_TOKEN}"}).content.decode()

    values = dict(line.rsplit(" ", 1) for line in told.splitlines() if not line.startswith("#"))
    assert float(values["protectu_cases_nobody_told"]) == 1
    assert float(values['protectu_line_failures{transport="EMAIL"}']) == 2 * Notification.objects.count()
    assert float(values['protectu_line_failing_seconds{transport="EMAIL"}']) >= 180
    assert float(values['protectu_messages_oldest_owed_seconds{state="QUEUED",transport="EMAIL"}']) >= 180


def test_the_next_step_of_a_case_that_nobody_was_told_of_is_to_telephone(client, refused, anong):
    case = alert()
    attempt(2)
    case = long_ago(case, 3)

    shown = page(client, anong, reverse("desk-case", args=[case.reference]))

    assert f'<a class="button" href="{reverse("desk-calls", args=[case.reference])}">Call now</a>' in shown


def test_the_open_page_hears_it_with_its_next_answers(client, refused, anong):
    case = alert()
    attempt(2)
    case = long_ago(case, 3)
    client.force_login(anong)

    shown = client.get(reverse("desk-case-answers", args=[case.reference]), headers={"HX-Request": "true"})

    assert "Nobody is known to have been told of this case" in shown.content.decode()
    assert "Not sent yet: the mail server refuses" in shown.content.decode()


def test_no_light_names_an_address_or_a_case(client, refused):
    case = alert()
    attempt(2)
    case = long_ago(case, 3)

    text = client.get("/health/").content.decode()

    assert "@" not in text
    assert case.reference not in text
    assert AcknowledgementLink.objects.filter(dispatch__case=case).exists()
