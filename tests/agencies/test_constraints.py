"""The database refuses what must not be: one constraint, one sentence, one name, one test."""

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from agencies.models import Area, ContactPoint, LineReply, Notification, Officer, ProviderReceipt
from tests.conftest import make_agency

pytestmark = pytest.mark.django_db

AT = "2026-11-23T14:02Z"
DELIVERED = {"state": "DELIVERED", "sent_at": AT, "delivered_at": AT}
TOKEN = "c0ffee00-0000-4000-8000-000000000000"

UPDATES = [
    (Area, "agencies_area_level_known", {"level": "VILLAGE"}),
    (Officer, "agencies_officer_role_known", {"role": "ROOT"}),
    (ContactPoint, "agencies_contactpoint_has_address", {"address": ""}),
    (ContactPoint, "agencies_contactpoint_transport_known", {"transport": "FAX"}),
    (Notification, "agencies_notification_transport_known", {"transport": "FAX"}),
    (Notification, "agencies_notification_state_known", {"state": "LOST"}),
    (Notification, "agencies_notification_leased_while_sending", {"state": "SENDING"}),
    (Notification, "agencies_notification_leased_while_sending", {"lease_token": TOKEN, "leased_until": AT}),
    (Notification, "agencies_notification_leased_while_sending", {"state": "SENDING", "lease_token": TOKEN}),
    (Notification, "agencies_notification_sent_has_time", {"state": "SENT"}),
    (Notification, "agencies_notification_sent_has_time", {"sent_at": AT}),
    (Notification, "agencies_notification_sent_has_time", {"state": "DELIVERED", "delivered_at": AT, "body": ""}),
    (Notification, "agencies_notification_delivered_has_time", {"state": "DELIVERED", "sent_at": AT, "body": ""}),
    (Notification, "agencies_notification_delivered_has_time", {"delivered_at": AT}),
    (Notification, "agencies_notification_delivered_says_no_more", DELIVERED),
    (Notification, "agencies_notification_has_dedupe_key", {"dedupe_key": ""}),
    (ProviderReceipt, "agencies_providerreceipt_outcome_known", {"outcome": "LOST"}),
    (LineReply, "agencies_linereply_says_known", {"says": "NO"}),
]


@pytest.fixture
def owed(betong_police, now) -> Notification:
    ProviderReceipt.objects.create(transport="SMS", provider_id="1", outcome="FAILED", received_at=now)
    LineReply.objects.create(token="t", says="BOUND", created_at=now)
    to = betong_police.contact_points.first()
    return Notification.objects.create(
        contact_point=to, subject="s", body="b", dedupe_key="1", due_at=now, created_at=now
    )


@pytest.mark.parametrize(("model", "name", "change"), UPDATES, ids=[f"{name} {row}" for _, name, row in UPDATES])
def test_the_database_refuses(owed, pim, model, name, change):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        model.objects.update(**change)


def test_a_province_has_one_active_desk(yala_desk, areas):
    with pytest.raises(IntegrityError, match="agencies_agency_one_desk_a_province"), transaction.atomic():
        make_agency("PSDHS", "Another Desk", province=areas["95"])

    yala_desk.is_active = False
    yala_desk.save()
    make_agency("PSDHS", "Another Desk", province=areas["95"])


def test_nothing_is_owed_twice(owed, now):
    again = Notification(
        contact_point=owed.contact_point, subject="s", body="b", dedupe_key="1", due_at=now, created_at=now
    )

    with pytest.raises(IntegrityError, match="dedupe_key"):
        Notification.objects.owe([again])


def test_a_message_has_one_receipt_that_came_early(now):
    early = {"transport": "SMS", "provider_id": "1", "outcome": "FAILED", "received_at": now}
    ProviderReceipt.objects.create(**early)

    with pytest.raises(IntegrityError, match="agencies_providerreceipt_one_a_message"), transaction.atomic():
        ProviderReceipt.objects.create(**early)


def test_every_constraint_stands_here():
    named = {c.name for model in apps.get_app_config("agencies").get_models() for c in model._meta.constraints}

    assert named == {name for _, name, _ in UPDATES} | {
        "agencies_agency_one_desk_a_province",
        "agencies_providerreceipt_one_a_message",
    }
