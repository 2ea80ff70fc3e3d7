"""The database refuses what must not be: one constraint, one sentence, one name, one test."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import F

from agencies.models import (
    Agency,
    Area,
    ContactPoint,
    Duty,
    HandOver,
    LineReply,
    Notification,
    Officer,
    Proposal,
    ProviderReceipt,
    Role,
    TransportState,
    VerificationCode,
    Week,
)
from tests.conftest import make_agency, make_officer

pytestmark = pytest.mark.django_db

AT = "2026-11-23T14:02Z"
DELIVERED = {"state": "DELIVERED", "sent_at": AT, "delivered_at": AT}
PASSED_ON = {"state": "PASSED_ON", "body": ""}
CONFIRMED = {"state": "CONFIRMED", "decided_at": AT}
TOKEN = "c0ffee00-0000-4000-8000-000000000000"

UPDATES = [
    (TransportState, "agencies_transportstate_transport_known", {"transport": "FAX"}),
    (TransportState, "agencies_transportstate_failing_has_failures", {"failures": 1}),
    (Area, "agencies_area_level_known", {"level": "VILLAGE"}),
    (Agency, "agencies_agency_canary_is_apart", {"is_canary": True}),
    (Officer, "agencies_officer_role_known", {"role": "ROOT"}),
    (ContactPoint, "agencies_contactpoint_has_address", {"address": ""}),
    (ContactPoint, "agencies_contactpoint_transport_known", {"transport": "FAX"}),
    (ContactPoint, "agencies_contactpoint_browser_has_officer", {"transport": "WEB_PUSH"}),
    (ContactPoint, "agencies_contactpoint_verified_before_confirmed", {"verified_at": None}),
    (Proposal, "agencies_proposal_kind_known", {"kind": "SWAP"}),
    (Proposal, "agencies_proposal_state_known", {"state": "LOST", "decided_at": AT, "decided_by": 0}),
    (Proposal, "agencies_proposal_decided_has_who_and_when", {"state": "CONFIRMED"}),
    (Proposal, "agencies_proposal_decided_has_who_and_when", {"state": "REFUSED", "reason": "r", "decided_at": AT}),
    (Proposal, "agencies_proposal_decided_has_who_and_when", {"decided_at": AT}),
    (Proposal, "agencies_proposal_takes_two_people", {**CONFIRMED, "decided_by": F("proposed_by")}),
    (Proposal, "agencies_proposal_replaces_something", {"kind": "REPLACE"}),
    (Proposal, "agencies_proposal_replaces_something", {"replaces": F("contact_point")}),
    (Proposal, "agencies_proposal_refused_has_reason", {"state": "REFUSED", "decided_at": AT, "decided_by": 0}),
    (VerificationCode, "agencies_verificationcode_five_tries", {"wrong": 6}),
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
    (Notification, "agencies_notification_passed_on_to_another", {"state": "PASSED_ON", "body": ""}),
    (Notification, "agencies_notification_passed_on_to_another", {"state": "PASSED_ON", "passed_to": 1}),
    (Notification, "agencies_notification_passed_on_to_another", {"passed_to": 1}),
    (Notification, "agencies_notification_not_passed_to_itself", {**PASSED_ON, "passed_to": F("id")}),
    (Notification, "agencies_notification_given_has_time", {"times_given": 1}),
    (Notification, "agencies_notification_given_has_time", {"given_at": AT}),
    (Notification, "agencies_notification_precedence_known", {"precedence": 5, "is_first": True}),
    (Notification, "agencies_notification_first_word_is_first", {"precedence": 1}),
    (Notification, "agencies_notification_has_dedupe_key", {"dedupe_key": ""}),
    (ProviderReceipt, "agencies_providerreceipt_outcome_known", {"outcome": "LOST"}),
    (LineReply, "agencies_linereply_says_known", {"says": "NO"}),
    (LineReply, "agencies_linereply_says_one_thing", {"text": "words"}),
    (LineReply, "agencies_linereply_says_one_thing", {"says": ""}),
    (Agency, "agencies_agency_hours_within_a_week", {"hours": Week(((0, 7 * 24 * 60 + 1),))}),
    (Agency, "agencies_agency_hours_within_a_week", {"hours": Week(((-1, 60),))}),
    (Duty, "agencies_duty_ends_after_it_starts", {"ends_at": F("starts_at")}),
    (HandOver, "agencies_handover_between_two", {"given_to": F("given_by")}),
    (HandOver, "agencies_handover_ends_one_way", {"taken_at": AT, "withdrawn_at": AT}),
]


@pytest.fixture
def owed(betong_police, now) -> Notification:
    ProviderReceipt.objects.create(transport="SMS", provider_id="1", outcome="FAILED", received_at=now)
    LineReply.objects.create(token="t", says="BOUND", created_at=now)
    TransportState.note_success("SMS")
    to = betong_police.contact_points.first()
    return Notification.objects.create(
        contact_point=to, subject="s", body="b", dedupe_key="1", due_at=now, created_at=now
    )


@pytest.fixture
def proposed(betong_police, pim, now) -> Proposal:
    """With a code. A decision by officer 0 is one by anybody else: the constraint comes before the foreign key."""
    new = betong_police.contact_points.create(transport="LINE")
    new.codes.create(digest="d", made_by=pim, made_at=now, expires_at=now)
    return Proposal.objects.create(kind="ADD", contact_point=new, proposed_by=pim, proposed_at=now)


@pytest.fixture
def handed_over(pim, betong_police, now) -> HandOver:
    Duty.objects.create(
        agency=betong_police, officer=pim, planned_by=pim, starts_at=now, ends_at=now + timedelta(hours=8)
    )
    nok = make_officer("Nok", betong_police, Role.AGENCY)
    return HandOver.objects.create(agency=betong_police, given_by=pim, given_to=nok, given_at=now)


@pytest.mark.parametrize(("model", "name", "change"), UPDATES, ids=[f"{name} {row}" for _, name, row in UPDATES])
def test_the_database_refuses(owed, proposed, handed_over, model, name, change):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        model.objects.update(**change)


def test_only_a_browser_belongs_to_one_officer(pim):
    with pytest.raises(IntegrityError, match="agencies_contactpoint_browser_has_officer"), transaction.atomic():
        ContactPoint.objects.update(officer=pim)


def test_a_province_has_one_active_desk(yala_desk, areas):
    with pytest.raises(IntegrityError, match="agencies_agency_one_desk_a_province"), transaction.atomic():
        make_agency("PSDHS", "Another Desk", province=areas["95"])

    yala_desk.is_active = False
    yala_desk.save()
    make_agency("PSDHS", "Another Desk", province=areas["95"])


def test_there_is_one_canary(db):
    Agency.objects.create(kind="IO", name_th="Canary", is_canary=True, is_active=False)

    with pytest.raises(IntegrityError, match="agencies_agency_one_canary"), transaction.atomic():
        Agency.objects.create(kind="IO", name_th="Another", is_canary=True, is_active=False)


def test_an_address_is_in_use_once_an_audience(betong_police, now):
    known = betong_police.contact_points.get(audience="DUTY")
    same = {"agency": betong_police, "address": known.address, "verified_at": now, "confirmed_at": now}

    with pytest.raises(IntegrityError, match="agencies_contactpoint_once_an_audience"), transaction.atomic():
        ContactPoint.objects.create(**same)

    ContactPoint.objects.create(**same, audience="SUPERVISOR")


@pytest.mark.parametrize(
    ("column", "name"),
    [
        ("contact_point", "agencies_proposal_one_waiting"),
        ("replaces", "agencies_proposal_one_waiting_replacement"),
    ],
)
def test_one_proposal_at_a_time_waits(betong_police, pim, now, column, name):
    old = betong_police.contact_points.get(audience="DUTY")

    def propose() -> None:
        new = betong_police.contact_points.create(transport="LINE")
        kind = {"kind": "REPLACE", "contact_point": new} if column == "replaces" else {"kind": "REMOVE"}
        Proposal.objects.create(**kind, **{column: old}, proposed_by=pim, proposed_at=now)

    propose()
    with pytest.raises(IntegrityError, match=rf"\b{name}\b"), transaction.atomic():
        propose()


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


@pytest.mark.parametrize(("start", "end"), [(-4, 1), (0, 8), (7, 12), (2, 3)])
def test_nobody_is_on_duty_twice_at_a_time(handed_over, pim, yala_desk, now, start, end):
    span = {"starts_at": now + timedelta(hours=start), "ends_at": now + timedelta(hours=end)}

    with pytest.raises(IntegrityError, match="agencies_duty_one_place_at_a_time"), transaction.atomic():
        Duty.objects.create(agency=yala_desk, officer=pim, planned_by=pim, **span)


def test_one_shift_may_follow_another_and_a_colleague_may_be_there_as_well(handed_over, pim, now):
    after = {"starts_at": now + timedelta(hours=8), "ends_at": now + timedelta(hours=16)}

    Duty.objects.create(agency=pim.agency, officer=pim, planned_by=pim, **after)
    Duty.objects.create(agency=pim.agency, officer=handed_over.given_to, planned_by=pim, **after)


def test_one_hands_over_to_one_at_a_time(handed_over, pim, now):
    tam = make_officer("Tam", pim.agency, Role.AGENCY)

    with pytest.raises(IntegrityError, match="agencies_handover_one_at_a_time"), transaction.atomic():
        HandOver.objects.create(agency=pim.agency, given_by=pim, given_to=tam, given_at=now)


def test_every_constraint_stands_here():
    named = {c.name for model in apps.get_app_config("agencies").get_models() for c in model._meta.constraints}

    assert named == {name for _, name, _ in UPDATES} | {
        "agencies_agency_one_desk_a_province",
        "agencies_providerreceipt_one_a_message",
        "agencies_agency_one_canary",
        "agencies_contactpoint_once_an_audience",
        "agencies_proposal_one_waiting",
        "agencies_proposal_one_waiting_replacement",
        "agencies_duty_one_place_at_a_time",
        "agencies_handover_one_at_a_time",
    }
