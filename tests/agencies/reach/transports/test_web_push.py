"""Web push: a push service that checks our signature, and a browser that really decrypts."""

import json
import re
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.management import call_command
from django.utils import timezone
from environ import Env

from agencies.models import ContactPoint, Notification
from agencies.pages import alarm
from agencies.reach import delivery, push
from agencies.reach.subscription import NotASubscription, Subscription
from agencies.reach.transports import http
from cases.reads import audit
from protectu.gateways import WebPush
from tests.agencies.reach.transports.conftest import ALL, LONG_AGO, delivered, is_failing
from tests.agencies.smtp import MailServer
from tests.providers.http import Reply
from tests.providers.push import Browser, PushService, decoded, encoded

pytestmark = pytest.mark.django_db

State = Notification.State
KEY = encoded(bytes(range(1, 33)))


def identity(**fields) -> WebPush:
    said = {"hosts": WebPush.HOSTS, "test_hosts": ("127.0.0.1",), "subject": "mailto:desk@portal.example"}
    return WebPush(private_key=KEY, **{**said, **fields})


@pytest.fixture
def service(started, settings) -> PushService:
    server = started(PushService())
    settings.WEB_PUSH, settings.TRANSPORTS = identity(), [*ALL, "WEB_PUSH"]
    server.server_key = settings.WEB_PUSH.public_key
    return server


@pytest.fixture
def phone(service, pim, now) -> ContactPoint:
    return push.switch_on(officer=pim, subscription=Subscription.parse(service.subscribe()), now=now)


@pytest.fixture
def owed(phone) -> Notification:
    message = push.compose("push_asked", to=phone, key="push/7/asked/1", now=LONG_AGO)
    return Notification.objects.owe([message])[0]


def test_a_message_is_signed_encrypted_and_shown(service, owed):
    delivered(owed)

    assert (owed.state, owed.body, owed.last_error) == (State.SENT, "", "")
    [shown] = service.shown()
    assert (shown["title"], shown["text"].splitlines()[1]) == ("PROTECT-U", "Your agency is asked. Please log in.")


def test_the_push_service_learns_no_word_and_no_length(service, owed, phone, now):
    delivered(owed)
    test = push.send_test(browser=phone, now=now)
    Notification.objects.filter(pk=test.pk).update(due_at=LONG_AGO)
    delivered(test)

    first, second = service.taken
    assert len(first.body) == len(second.body)
    for call in service.taken:
        assert b"PROTECT" not in call.body
        assert not re.search(rb"dispatch|asked|/7/", str(call.headers).encode())


def test_it_is_urgent_kept_a_quarter_of_an_hour_and_replaced_by_what_follows(service, phone, owed):
    taken = push.compose("push_taken", to=phone, key="push/7/taken/2", now=LONG_AGO)
    other = push.compose("push_asked", to=phone, key="push/8/asked/1", now=LONG_AGO)
    Notification.objects.owe([taken, other])

    delivery.deliver_due(transport="WEB_PUSH")

    topics = [call.headers["Topic"] for call in service.taken]
    assert (len(topics), topics[0] == topics[1], topics[0] == topics[2]) == (3, True, False)
    assert [message["tag"] for message in service.shown()] == topics
    assert {(call.headers["Urgency"], call.headers["TTL"]) for call in service.taken} == {("high", "900")}


@pytest.mark.parametrize("status", [404, 410])
def test_a_phone_that_is_gone_is_marked_and_no_address_of_the_agency_is(service, owed, betong_police, status):
    service.says = Reply(status)

    delivered(owed)

    assert (owed.state, owed.last_error) == (State.FAILED, f"HTTP {status}")
    assert is_failing(owed)
    assert not betong_police.contact_points.filter(officer=None, failing_since__isnull=False).exists()
    assert Notification.objects.count() == 1  # nobody else is told because of it


@pytest.mark.parametrize("status", [400, 401, 403, 413, 429, 500, 503])
def test_other_trouble_condemns_no_browser(service, owed, status):
    service.says = Reply(status)

    delivered(owed)

    assert (owed.state, owed.last_error) == (State.QUEUED, f"HTTP {status}")
    assert not is_failing(owed)


def test_it_is_given_up_within_minutes_and_nobody_else_is_told(service, owed):
    service.says = Reply(503)
    for _ in range(delivery.MOST_PUSHES):
        assert owed.state == State.QUEUED
        Notification.objects.filter(pk=owed.pk).update(due_at=LONG_AGO)
        delivered(owed)

    assert owed.state == State.FAILED
    assert not is_failing(owed)
    assert Notification.objects.count() == 1


def test_with_another_key_than_the_browser_subscribed_with_nothing_is_shown(service, owed, settings):
    settings.WEB_PUSH = replace(identity(), private_key=encoded(b"7" * 32))

    assert delivered(owed).last_error == "HTTP 403"
    assert service.shown() == []


def test_a_redirect_is_not_followed(service, owed, started):
    inside = started(PushService())
    service.says = Reply(307, headers=(("Location", inside.root + "/push/1"),))

    delivered(owed)

    assert owed.last_error == "HTTP 307"
    assert inside.calls == []


def test_a_service_that_trickles_meets_the_deadline(service, owed, monkeypatch):
    monkeypatch.setattr(http, "DEADLINE_SECONDS", 1)
    monkeypatch.setattr(http, "ANSWER_SECONDS", 0.1)
    service.manner = "trickle"

    assert delivered(owed).last_error == "given, not answered"


def test_an_allowed_name_that_leads_inside_is_refused_before_anything_is_sent(service, owed, settings):
    settings.WEB_PUSH = identity(hosts=("localhost",), test_hosts=())
    subscription = json.loads(owed.contact_point.address)
    owed.contact_point.address = json.dumps({**subscription, "endpoint": "https://localhost/push/1"})
    owed.contact_point.save()

    assert delivered(owed).last_error == "not a public address"
    assert service.calls == []


def test_a_host_that_is_allowed_no_longer_is_not_called(service, owed, settings):
    settings.WEB_PUSH = identity(test_hosts=())

    delivered(owed)

    assert (owed.state, owed.last_error) == (State.FAILED, "not a subscription")
    assert service.calls == []


@pytest.mark.parametrize(
    ("endpoint", "is_allowed"),
    [
        ("https://fcm.googleapis.com/fcm/send/x:y", True),
        ("https://updates.push.services.mozilla.com/wpush/v2/x", True),
        ("https://web.push.apple.com/x", True),
        ("https://wns2-sg2p.notify.windows.com/w/?token=x", True),
        ("https://fcm.googleapis.com:443/x", True),
        ("https://FCM.googleapis.com/x", True),
        ("http://fcm.googleapis.com/x", False),
        ("https://fcm.googleapis.com:8443/x", False),
        ("https://fcm.googleapis.com.agency.example/x", False),
        ("https://notpush.apple.com/x", False),
        ("https://push.apple.com/x", False),
        ("https://evil-push.apple.com.example/x", False),
        ("https://user@fcm.googleapis.com/x", False),
        ("https://agency.example/?fcm.googleapis.com", False),
        ("https://fcm.googleapis.com\\@agency.example/x", False),
        ("https://[::1/x", False),
        ("https://fcm.googleapis.com:port/x", False),
        ("https://fcm.googleapis.cọm/x", False),
        ("", False),
        (7, False),
        (None, False),
    ],
)
def test_only_known_push_services_are_spoken_to(service, endpoint, is_allowed):
    keys = json.loads(service.subscribe())["keys"]
    text = json.dumps({"endpoint": endpoint, "keys": keys})

    if is_allowed:
        assert Subscription.parse(text).endpoint == endpoint
    else:
        with pytest.raises(NotASubscription):
            Subscription.parse(text)


@pytest.mark.parametrize(
    "change",
    [{"keys": None}, {"keys": {}}, {"keys": {"p256dh": "x", "auth": "y"}}, {"keys": {"p256dh": 1, "auth": 2}},
     {"keys": "p256dh"}, {"endpoint": None}, {"padding": "x" * 3000}],
    ids=lambda change: str(change)[:40],
)  # fmt: skip
def test_what_no_browser_makes_is_refused(service, change):
    with pytest.raises(NotASubscription):
        Subscription.parse(json.dumps({**json.loads(service.subscribe()), **change}))


@pytest.mark.parametrize("text", ["", "null", "[]", "7", "{", "[" * 1900])
def test_what_is_no_json_object_is_refused(service, text):
    with pytest.raises(NotASubscription):
        Subscription.parse(text)


def test_a_point_that_is_not_on_the_curve_is_refused(service):
    said = json.loads(service.subscribe())
    said["keys"]["p256dh"] = encoded(b"\x04" + b"\x01" * 64)

    with pytest.raises(NotASubscription):
        Subscription.parse(json.dumps(said))


def test_a_key_is_made_and_the_settings_take_it(capsys, monkeypatch):
    call_command("vapid_key")
    name, _, key = capsys.readouterr().out.strip().partition("=")

    monkeypatch.setattr(Env, "ENVIRON", {name: key, "VAPID_SUBJECT": "mailto:desk@portal.example"})
    push_identity = WebPush.from_env(Env(), is_demo=False)
    assert len(push_identity.public_key) == 87
    assert key not in repr(push_identity)


def test_without_a_key_nothing_is_sent(service, owed, settings):
    settings.WEB_PUSH = None

    assert delivered(owed).last_error == "not configured"
    assert not is_failing(owed)


def test_the_example_of_the_rfc_is_decrypted_by_our_browser():
    """RFC 8291, appendix A: what the fake understands is what the RFC says."""
    browser = Browser(1)
    browser.private_key = ec.derive_private_key(
        int.from_bytes(decoded("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94")), ec.SECP256R1()
    )
    browser.secret = decoded("BTBZMqHH6r4Tts7J_aSIgg")
    body = (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
        "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )

    assert browser.decrypt(decoded(body)) == b"When I grow up, I want to be a watermelon"


def test_a_service_that_is_not_there_keeps_no_mail_waiting_and_raises_no_alarm(service, owed, client, settings):
    """What officers hear besides is late: agencies are told all the same, and no screen says otherwise."""
    mail = MailServer()
    settings.SMTP = mail.url
    mail.controller.start()
    service.stop()
    letter = owed.contact_point.agency.contact_points.get(transport="EMAIL", audience="DUTY")
    said = {"subject": "s", "body": "b", "dedupe_key": f"mail>{letter.pk}"}
    Notification.objects.owe([Notification(contact_point=letter, due_at=LONG_AGO, created_at=LONG_AGO, **said)])

    tried = [delivery.deliver_due(transport=transport) for transport in ("WEB_PUSH", "EMAIL")]
    mail.controller.stop()
    Notification.objects.filter(transport="WEB_PUSH").update(due_at=LONG_AGO)

    owed.refresh_from_db()
    assert (tried, len(mail.taken)) == ([1, 1], 1)
    assert owed.state == State.QUEUED
    assert alarm._ask(now=timezone.now())[:1] != ["OVERDUE"]
    assert "message_overdue" not in {finding.code for finding in audit.findings(now=timezone.now())}
    assert client.get("/health/").json()["oldest_due_seconds"] == 0
