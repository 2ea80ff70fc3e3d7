"""Provider receipts: what was sent was delivered, or will never be. Each provider says so in its own way."""

import time
import uuid
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from agencies import tasks
from agencies.models import ContactPoint, MalformedCall, Notification, ProviderReceipt
from agencies.reach import delivery, receipts
from agencies.reach.signature import key_of, sign
from agencies.reach.transports import sms
from protectu.gateways import SmsGateway
from tests.agencies.reach.transports.conftest import ALL, LINK, delivered, is_failing, owe
from tests.providers.agency_system import AgencySystem
from tests.providers.sms import JsonGateway, ThaiBulkSms

pytestmark = pytest.mark.django_db

State = Notification.State
KEY = "a-key-that-signs-receipts-only"


def described(server, profile: str, **fields) -> SmsGateway:
    said = {"key": "the-token", "secret": "the-secret", "sender": "PROTECTU", "force": "corporate"}
    return SmsGateway(url=server.url, profile=profile, **{**said, "receipt_key": KEY, **fields})


@pytest.fixture
def gateway(started, settings) -> JsonGateway:
    server = started(JsonGateway())
    settings.SMS_GATEWAY, settings.TRANSPORTS = described(server, "generic"), ALL
    return server


@pytest.fixture
def thai(started, settings) -> ThaiBulkSms:
    server = started(ThaiBulkSms())
    words = {"delivered_words": frozenset({"delivered"}), "failed_words": frozenset({"undelivered", "expired"})}
    settings.SMS_GATEWAY = described(server, "thaibulksms", key=server.key, **words)
    settings.TRANSPORTS = ALL
    return server


@pytest.fixture
def agency_system(started, settings) -> AgencySystem:
    settings.WEBHOOK_KEY, settings.TRANSPORTS = "the-deployment's-key", ALL
    settings.WEBHOOK_TEST_HOSTS = ["127.0.0.1"]
    return started(AgencySystem())


@pytest.fixture
def text(betong_police) -> Notification:
    return owe(betong_police, "SMS", "0812345678")


@pytest.fixture
def call(betong_police, agency_system) -> Notification:
    owed = owe(betong_police, "WEBHOOK", agency_system.url)
    agency_system.key = key_of(owed.contact_point_id)
    return owed


def passed_on(notification: Notification) -> Notification:
    """The same message, for the next address."""
    root = notification.dedupe_key.partition(">")[0]
    return Notification.objects.exclude(pk=notification.pk).get(dedupe_key__startswith=f"{root}>")


def state_of(notification: Notification) -> str:
    notification.refresh_from_db()
    return notification.state


def test_a_text_that_arrived_is_delivered_and_says_no_more(gateway, text, post):
    delivered(text)

    assert post("/hooks/sms/", *gateway.receipt("delivered")) == 200

    assert state_of(text) == State.DELIVERED
    assert text.delivered_at >= text.sent_at
    assert (text.body, text.last_error) == ("", "")


def test_what_it_said_is_kept_while_it_may_still_fail(gateway, text):
    delivered(text)

    assert (text.state, LINK in text.body) == (State.SENT, True)


def test_without_receipts_it_is_blanked_at_once(gateway, text, settings):
    settings.SMS_GATEWAY = described(gateway, "generic", receipt_key="")

    assert delivered(text).body == ""


def test_a_text_that_will_never_arrive_condemns_the_number_and_the_mailbox_hears_it(
    gateway, text, post, betong_police
):
    delivered(text)

    assert post("/hooks/sms/", *gateway.receipt("undeliverable")) == 200

    assert (state_of(text), text.sent_at) == (State.FAILED, None)
    assert is_failing(text)
    successor = passed_on(text)
    assert (successor.transport, successor.state) == ("EMAIL", State.QUEUED)
    assert LINK in successor.body


@pytest.mark.parametrize("word", ["expired", "EXPIRED", "rejected", "failed"])
def test_a_telephone_that_is_off_keeps_its_number_and_the_mailbox_hears_it(gateway, text, post, word):
    delivered(text)

    assert post("/hooks/sms/", *gateway.receipt(word)) == 200

    assert (state_of(text), is_failing(text)) == (State.FAILED, False)
    assert LINK in passed_on(text).body


@pytest.mark.parametrize(
    "word",
    ["unknown subscriber", "invalid number", "EC_UNKNOWN_SUBSCRIBER", "Invalid MSISDN", "number does not exist"],
)
def test_a_word_about_the_number_condemns_it(gateway, text, post, word):
    delivered(text)

    assert post("/hooks/sms/", *gateway.receipt(word)) == 200

    assert (state_of(text), is_failing(text)) == (State.FAILED, True)
    assert LINK in passed_on(text).body


@pytest.mark.parametrize(
    ("reason", "is_condemned"),
    [
        ("unknown subscriber", True),
        ("absent subscriber", False),
        ("sender is unknown", False),
        ("unknown error", False),
    ],
)
def test_a_reason_beside_the_status_says_of_whom_it_speaks(gateway, text, post, reason, is_condemned):
    delivered(text)

    assert post("/hooks/sms/", *gateway.receipt("failed", reason=reason)) == 200

    assert (state_of(text), is_failing(text)) == (State.FAILED, is_condemned)


@pytest.mark.parametrize("again", ["delivered", "failed"])
@pytest.mark.parametrize("first", ["delivered", "failed"])
def test_the_first_final_word_stands(gateway, text, post, first, again):
    delivered(text)
    post("/hooks/sms/", *gateway.receipt(first))
    before = Notification.objects.order_by("pk").values()

    assert post("/hooks/sms/", *gateway.receipt(again)) == 200

    assert list(Notification.objects.order_by("pk").values()) == list(before)


@pytest.mark.parametrize("status", ["queued", "sent", "", "ส่งแล้ว"])
def test_a_status_that_decides_nothing_is_passed_over(gateway, text, post, status):
    delivered(text)

    assert post("/hooks/sms/", *gateway.receipt(status)) == 200

    assert state_of(text) == State.SENT


def test_a_receipt_that_comes_before_we_have_written_that_it_was_sent(gateway, text, post, monkeypatch):
    """The carrier is faster than our own commit."""
    statuses = []
    send = sms.SmsTransport.send

    def slow(self, **kwargs):
        name = send(self, **kwargs)
        statuses.append(post("/hooks/sms/", *gateway.receipt("delivered")))
        return name

    monkeypatch.setattr(sms.SmsTransport, "send", slow)

    delivered(text)

    assert statuses == [200]
    assert (text.state, text.lease_token) == (State.DELIVERED, None)
    assert text.sent_at


def test_a_receipt_for_an_attempt_whose_answer_was_lost_saves_the_second_text(gateway, text, post):
    delivered(text)
    lost = {"state": State.QUEUED, "sent_at": None, "due_at": Now() - timedelta(seconds=1)}
    Notification.objects.filter(pk=text.pk).update(**lost)

    post("/hooks/sms/", *gateway.receipt("delivered"))

    assert state_of(text) == State.DELIVERED
    assert delivery.deliver_due(transport="SMS") == 0


def test_an_old_failure_does_not_condemn_a_number_that_was_verified_since(gateway, text, post):
    delivered(text)
    ContactPoint.objects.filter(pk=text.contact_point_id).update(verified_at=Now() + timedelta(seconds=1))

    post("/hooks/sms/", *gateway.receipt("undeliverable"))

    assert state_of(text) == State.FAILED
    assert not is_failing(text)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"Portal-Signature": "v1=" + "0" * 64}, 401),
        ({"Portal-Signature": ""}, 401),
        ({"Portal-Signature": "ก"}, 401),
        ({"Portal-Timestamp": "yesterday"}, 401),
        ({"Portal-Timestamp": "9" * 40}, 401),
        ({"Portal-Timestamp": "๑๗๙๕๔๔๒๕๒๐"}, 401),
    ],
    ids=str,
)
def test_who_cannot_sign_changes_nothing(gateway, text, post, change, status):
    delivered(text)
    body, headers = gateway.receipt("failed")

    changed = {name: value.encode().decode("latin-1") for name, value in change.items()}
    assert post("/hooks/sms/", body, {**headers, **changed}) == status

    assert state_of(text) == State.SENT


def test_an_old_copy_is_refused(gateway, text, post):
    delivered(text)

    assert post("/hooks/sms/", *gateway.receipt("failed", at=int(time.time()) - 301)) == 401
    assert post("/hooks/sms/", *gateway.receipt("failed", at=int(time.time()) + 301)) == 401

    assert state_of(text) == State.SENT


def test_an_unknown_message_is_answered_like_a_known_one(gateway, post):
    assert post("/hooks/sms/", *gateway.receipt("delivered", of=str(uuid.uuid4()))) == 200


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"id": 1}', b'{"id": "x", "status": "read"}', b"\xff", b"[" * 9999]
)
def test_a_signed_body_that_is_none_is_answered_calmly(gateway, post, body):
    _, headers = gateway.receipt("delivered", of="x")
    stamp = int(headers["Portal-Timestamp"])
    headers["Portal-Signature"] = "v1=" + sign(body, timestamp=stamp, key=KEY)

    assert post("/hooks/sms/", body, headers) == 400
    assert MalformedCall.objects.get(hook="from_gateway").count == 1


def test_a_body_of_a_megabyte_is_not_read(gateway, post):
    assert post("/hooks/sms/", b"x" * 1_100_000, {}) == 413


@pytest.mark.parametrize("how", ["none", "no key", "another profile"])
def test_nobody_is_listened_to_before_a_key_was_set(gateway, post, settings, how):
    body, headers = gateway.receipt("delivered", of=str(uuid.uuid4()))
    settings.SMS_GATEWAY = {
        "none": None,
        "no key": described(gateway, "generic", receipt_key=""),
        "another profile": described(gateway, "thaibulksms"),
    }[how]

    assert post("/hooks/sms/", body, headers) == 404


# ---- ThaiBulkSMS: as one public program reads it, and not verified with the provider ------------------------


@pytest.mark.parametrize("method", ["get", "post"])
def test_thaibulksms_says_it_by_its_own_message_id(thai, text, client, method):
    delivered(text)
    assert text.provider_id == "m1"

    said = {"Transaction": "m1", "Status": "Delivered", "Msisdn": "66812345678", "Time": "2026-11-23 21:02:11"}
    assert getattr(client, method)(f"/hooks/sms/{KEY}/", said).status_code == 200

    assert state_of(text) == State.DELIVERED


def test_an_early_receipt_waits_for_the_id_that_our_answer_brings(thai, text, client):
    client.get(f"/hooks/sms/{KEY}/", {"Transaction": "m1", "Status": "UNKNOWN SUBSCRIBER"})
    assert ProviderReceipt.objects.count() == 1

    delivered(text)

    assert text.state == State.FAILED
    assert is_failing(text)
    assert LINK in passed_on(text).body


@pytest.mark.parametrize("word", ["EXPIRED", "UNDELIVERED"])
def test_thaibulksms_says_that_the_telephone_is_off(thai, text, client, word):
    delivered(text)

    assert client.get(f"/hooks/sms/{KEY}/", {"Transaction": "m1", "Status": word}).status_code == 200

    assert (state_of(text), is_failing(text)) == (State.FAILED, False)
    assert LINK in passed_on(text).body


def test_without_its_key_nobody_is_believed(thai, text, client):
    delivered(text)

    said = {"Transaction": "m1", "Status": "Delivered"}
    assert client.get(f"/hooks/sms/{KEY}x/", said).status_code == 401
    assert client.get("/hooks/sms/ก/", said).status_code == 401

    assert state_of(text) == State.SENT
    assert not ProviderReceipt.objects.exists()


def test_a_word_of_thaibulksms_that_nobody_named_decides_nothing(thai, text, client):
    delivered(text)

    assert client.get(f"/hooks/sms/{KEY}/", {"Transaction": "m1", "Status": "ACCEPTD"}).status_code == 200

    assert state_of(text) == State.SENT
    assert not ProviderReceipt.objects.exists()
    assert not MalformedCall.objects.exists()


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"Transaction": "m1"},
        {"Status": "Delivered"},
        {"Transaction": "m1", "Status": " "},
        {"Transaction": "", "Status": "Delivered"},
        {"Transaction": "\0", "Status": "Delivered"},
        {"Transaction": "m" * 101, "Status": "Delivered"},
        {"message_id": "m1", "state": "Delivered"},
    ],
    ids=str,
)
def test_a_receipt_that_lacks_what_was_agreed_is_refused_and_counted(thai, text, client, said):
    delivered(text)

    assert client.get(f"/hooks/sms/{KEY}/", said).status_code == 400

    assert state_of(text) == State.SENT
    assert MalformedCall.objects.get(hook="from_thaibulksms").count == 1


@pytest.mark.parametrize("body", [b"", b'{"Transaction": "m1", "Status": "Delivered"}', b"[]", b"\xff"])
def test_a_receipt_in_json_where_fields_were_agreed_is_refused_and_counted(thai, text, post, body):
    delivered(text)

    for _ in range(2):
        assert post(f"/hooks/sms/{KEY}/", body, {}) == 400

    assert state_of(text) == State.SENT
    assert MalformedCall.objects.get(hook="from_thaibulksms").count == 2


def test_a_stranger_counts_for_nothing(thai, client):
    assert client.get(f"/hooks/sms/{KEY}x/", {}).status_code == 401

    assert not MalformedCall.objects.exists()


# ---- An agency's own system -----------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["delivered", "read"])
def test_an_agencys_system_says_that_somebody_has_it(agency_system, call, post, word):
    delivered(call)
    [message] = agency_system.taken

    assert post(f"/hooks/agency/{message}/", *agency_system.receipt(word)) == 200

    assert state_of(call) == State.DELIVERED


def test_an_agencys_system_that_cannot_pass_it_on_is_failing_and_the_mailbox_hears_it(agency_system, call, post):
    delivered(call)

    assert post(f"/hooks/agency/{call.idempotency_key}/", *agency_system.receipt("failed")) == 200

    assert state_of(call) == State.FAILED
    assert is_failing(call)
    assert LINK in passed_on(call).body


def test_one_agencys_key_signs_for_no_other_and_a_strange_id_looks_the_same(agency_system, call, post, yala_desk):
    other = owe(yala_desk, "WEBHOOK", agency_system.url, key="dispatch:2")
    delivered(call)

    assert post(f"/hooks/agency/{other.idempotency_key}/", *agency_system.receipt("read")) == 401
    assert post(f"/hooks/agency/{uuid.uuid4()}/", *agency_system.receipt("read")) == 401
    assert state_of(other) == State.QUEUED


def test_an_agency_speaks_of_its_webhook_only_and_never_of_another_transport(agency_system, gateway, text, post):
    agency_system.key = key_of(text.contact_point_id)
    delivered(text)

    assert post(f"/hooks/agency/{text.idempotency_key}/", *agency_system.receipt("read")) == 401


def test_a_code_is_blanked_at_once_and_never_passed_on(gateway, betong_police, post):
    code = delivered(owe(betong_police, "SMS", "0812345678", body="1234 5678", is_about_address=True))
    assert code.body == ""

    post("/hooks/sms/", *gateway.receipt("undeliverable"))

    assert is_failing(code)
    with pytest.raises(Notification.DoesNotExist):
        passed_on(code)


def test_a_supervisor_hears_of_the_address_that_does_not_work(gateway, text, post):
    delivered(text)

    post("/hooks/sms/", *gateway.receipt("undeliverable"))

    raised = Notification.objects.get(dedupe_key__startswith="failing/")
    assert raised.contact_point.audience == "SUPERVISOR"


# ---- What is forgotten ----------------------------------------------------------------------------------------


def test_after_an_hour_nothing_is_left_to_read(gateway, text):
    delivered(text)
    tasks.forget()
    assert LINK in Notification.objects.get(pk=text.pk).body

    Notification.objects.filter(pk=text.pk).update(sent_at=Now() - receipts.READABLE_FOR - timedelta(seconds=1))
    tasks.forget()

    assert (state_of(text), text.body) == (State.SENT, "")


def test_a_failure_after_that_is_raised_and_no_empty_message_leaves(gateway, text, post, caplog):
    delivered(text)
    Notification.objects.filter(pk=text.pk).update(body="")

    post("/hooks/sms/", *gateway.receipt("undeliverable"))

    assert is_failing(text)
    with pytest.raises(Notification.DoesNotExist):
        passed_on(text)
    assert "blanked" in caplog.text


def test_a_receipt_for_nobody_is_dropped_after_a_day(thai, client):
    client.get(f"/hooks/sms/{KEY}/", {"Transaction": "stranger", "Status": "Delivered"})
    tasks.forget()
    assert ProviderReceipt.objects.exists()

    ProviderReceipt.objects.update(received_at=timezone.now() - receipts.FORGOTTEN_AFTER - timedelta(seconds=1))
    tasks.forget()

    assert not ProviderReceipt.objects.exists()
