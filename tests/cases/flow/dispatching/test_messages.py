"""No message carries personal data or an exact place, whatever the case holds."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from agencies.models import ContactPoint, Notification
from agencies.reach.transports import sms
from cases.flow import dispatching
from cases.flow.intake import Sent, receive
from cases.models import Report
from tests.cases.flow.dispatching.test_answering import asked, take
from tests.conftest import make_alert

pytestmark = pytest.mark.django_db

TEMPLATES = Path(settings.BASE_DIR) / "templates/messages"
SECRETS: dict[str, Any] = {
    "narrative": "Suda and her sister are kept in the packing house",
    "contact": "0898887777 after ten",
    "place": "behind the green gate of Lot 14",
    "wants": "to phone her mother in Myawaddy",
}
# Words of the person, the place to the metre, and who holds it.
MUST_NOT_LEAVE = [
    "Suda", "sister", "packing", "0898887777", "after ten", "green gate", "Lot 14", "mother", "Myawaddy",
    "5.774", "101.07", "Yarom", "ยะรม", "Sergeant",
]  # fmt: skip


@pytest.fixture
def everything_said(directory, betong_police, now):
    """What was owed while a case full of personal data went through all that can be said about it."""
    line = {"agency": betong_police, "transport": "LINE", "address": "C" + "1" * 32, "priority": 0}
    ContactPoint.objects.create(**line, verified_at=now, confirmed_at=now)
    case = make_alert(now=now, **SECRETS).case
    Notification.objects.update(state="SENT", sent_at=now)  # all have heard of it
    take(asked(case, "Betong Police"), now, name="Sergeant Prasert")
    dispatching.escalate_overdue(now=asked(case, "Betong Police").reminder_due_at)
    silent = make_alert(now=now, **SECRETS).case
    for _ in range(5):
        silent.refresh_from_db()
        if silent.next_ring_at:
            dispatching.escalate_overdue(now=silent.next_ring_at)
    receive(sent=Sent(kind=Report.Kind.WRITTEN, language="th", area="950202", **SECRETS), now=now)
    return list(Notification.objects.order_by("pk"))


def test_no_message_carries_what_the_person_said_or_where_they_are(everything_said):
    for message in everything_said:
        for words in (message.subject, message.body, sms.compose(message.subject)):
            assert not any(secret in words for secret in MUST_NOT_LEAVE), words


def test_no_key_or_error_of_a_message_carries_it_either(everything_said):
    for message in everything_said:
        kept = f"{message.dedupe_key} {message.last_error} {message.provider_id}"
        assert not any(secret in kept for secret in MUST_NOT_LEAVE), kept


def test_every_kind_of_message_about_a_case_was_seen(everything_said):
    """A new template has to be said above, or be one of those that know no case."""
    said = {message.subject.partition("· ")[2] for message in everything_said}
    about_a_case = {"asked", "reminder", "taken", "supervisor", "report"}

    for word in ("EMERGENCY", "NO WORD SINCE", "TAKEN", "NOT ACKNOWLEDGED", "NEW REPORT"):
        assert any(word in subject for subject in said), word
    known = {path.name.removesuffix("_subject.txt") for path in TEMPLATES.glob("*_subject.txt")}
    assert about_a_case <= known


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.txt")), ids=lambda path: path.name)
def test_a_template_asks_of_a_case_only_what_may_leave(path):
    may = {"reference", "urgency", "district", "province", "of_many", "is_exercise"}

    asked_for = set(re.findall(r"case\.(\w+)", path.read_text()))

    assert asked_for <= may
    assert set(re.findall(r"case\.district\.(\w+)", path.read_text())) <= {"name_th", "name_en"}
