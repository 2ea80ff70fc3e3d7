"""A carrier that hangs, with real processes: mail leaves at its own pace, and the text when the carrier is back."""

from collections.abc import Iterator

import pytest

from tests.faults.test_broker import BETONG
from tests.press import press
from tests.providers.sms import ThaiBulkSms
from tests.stack import Stack, wait_for

pytestmark = pytest.mark.fault

# The police of Betong would rather have a text.
NUMBERS = """
from django.utils.timezone import now
from agencies.models import Agency, ContactPoint
for number, agency in enumerate(Agency.objects.filter(kind="POLICE_STN", province="95")):
    known = {"verified_at": now(), "confirmed_at": now()}
    ContactPoint.objects.create(agency=agency, transport="SMS", address=f"08123456{number:02}", priority=0, **known)
"""
OWED = """
SELECT count(*) FROM agencies_notification n JOIN cases_dispatch_notifications x ON x.notification_id = n.id
JOIN cases_dispatch d ON d.id = x.dispatch_id JOIN cases_case c ON c.id = d.case_id
WHERE n.transport = %s AND c.reference = ANY(%s)
"""
SENT = f"{OWED} AND n.state = 'SENT'"
PRESSES = 10


@pytest.fixture
def carrier() -> Iterator[ThaiBulkSms]:
    server = ThaiBulkSms()
    server.patience = 3600
    yield server
    server.stop()


@pytest.fixture
def texting(tmp_path_factory: pytest.TempPathFactory, carrier: ThaiBulkSms) -> Iterator[Stack]:
    account = {"SMS_URL": carrier.url, "SMS_KEY": carrier.key, "SMS_SECRET": carrier.secret}
    more = {**account, "SMS_PROFILE": "thaibulksms", "SMS_SENDER": "PROTECTU"}
    more["DJANGO_SETTINGS_MODULE"] = "tests.faults.patient"
    stack = Stack(tmp_path_factory.mktemp("carrier"), name="carrier", more=more)
    try:
        stack.start()
        stack.manage("shell", "-c", NUMBERS)
        yield stack
    finally:
        stack.stop()


@pytest.mark.parametrize("manner", ["hang", "trickle"])
def test_a_carrier_that_hangs_delays_no_mail(texting, carrier, manner):
    carrier.manner = manner
    references = [press(texting.url, at=BETONG).reference for _ in range(PRESSES)]
    texts, letters = (texting.value(OWED, transport, references) for transport in ("SMS", "EMAIL"))
    assert texts >= PRESSES
    assert letters >= 2 * PRESSES

    wait_for(lambda: texting.value(SENT, "EMAIL", references) >= letters, seconds=120, what="all mail")

    assert not carrier.gave_up_first  # each text that was begun still hangs
    assert texting.value(SENT, "SMS", references) == 0
    carrier.manner = ""
    carrier.is_over.set()
    wait_for(lambda: texting.value(SENT, "SMS", references) == texts, seconds=180, what="all texts")
