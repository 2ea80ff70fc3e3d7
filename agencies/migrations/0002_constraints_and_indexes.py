"""What the database refuses, and what it finds quickly."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary
from django.db import migrations
from django.db.migrations import AddConstraint, AddIndex
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from agencies.migrations._together import Together
from agencies.models.duty import ShiftRange


def check(model, name, condition):
    return AddConstraint(model, CheckConstraint(name=name, condition=condition))


CONSTRAINTS_AND_INDEXES = [
    check("area", "agencies_area_level_known", Q(level__in=["PROVINCE", "DISTRICT", "SUB_DISTRICT", "ABROAD"])),
    AddIndex("area", Index(name="agencies_area_level_code", fields=["level", "code"])),
    AddConstraint(
        "agency",
        UniqueConstraint(
            name="agencies_agency_one_desk_a_province",
            fields=("province",),
            condition=Q(is_active=True, kind="PSDHS"),
        ),
    ),
    AddConstraint(
        "agency",
        UniqueConstraint(name="agencies_agency_one_canary", fields=("is_canary",), condition=Q(is_canary=True)),
    ),
    check(
        "agency",
        "agencies_agency_canary_is_apart",
        Q(is_canary=False) | Q(is_active=False, is_custodian=False, is_last_resort=False, point__isnull=True),
    ),
    check("agency", "agencies_agency_hours_within_a_week", Q(hours__isnull=True) | Q(hours__within=10080)),
    AddIndex("agency", Index(name="agencies_agency_province_kind", fields=["province", "kind"])),
    check("officer", "agencies_officer_role_known", Q(role__in=["AGENCY", "TRIAGE", "SUPERVISOR", "ADMIN"])),
    check("duty", "agencies_duty_ends_after_it_starts", Q(ends_at__gt=F("starts_at"))),
    AddConstraint(
        "duty",
        ExclusionConstraint(
            name="agencies_duty_one_place_at_a_time",
            expressions=[(ShiftRange("starts_at", "ends_at", RangeBoundary()), "&&"), ("officer", "=")],
        ),
    ),
    AddIndex("duty", Index(name="agencies_duty_agency_ends", fields=["agency", "ends_at"])),
    check("handover", "agencies_handover_between_two", ~Q(given_by=F("given_to"))),
    check("handover", "agencies_handover_ends_one_way", Q(taken_at__isnull=True) | Q(withdrawn_at__isnull=True)),
    AddConstraint(
        "handover",
        UniqueConstraint(
            name="agencies_handover_one_at_a_time",
            fields=("given_by",),
            condition=Q(taken_at__isnull=True, withdrawn_at__isnull=True),
        ),
    ),
    check(
        "contactpoint",
        "agencies_contactpoint_has_address",
        ~Q(address="") | Q(transport="LINE", verified_at__isnull=True),
    ),
    check(
        "contactpoint",
        "agencies_contactpoint_transport_known",
        Q(transport__in=["EMAIL", "SMS", "LINE", "WEBHOOK", "WEB_PUSH"]),
    ),
    check(
        "contactpoint",
        "agencies_contactpoint_browser_has_officer",
        Q(officer__isnull=False, transport="WEB_PUSH") | ~Q(transport="WEB_PUSH") & Q(officer__isnull=True),
    ),
    check(
        "contactpoint",
        "agencies_contactpoint_verified_before_confirmed",
        Q(confirmed_at__isnull=True) | Q(verified_at__isnull=False),
    ),
    AddConstraint(
        "contactpoint",
        UniqueConstraint(
            name="agencies_contactpoint_once_an_audience",
            fields=("agency", "audience", "transport", "address_index"),
            condition=Q(confirmed_at__isnull=False, removed_at__isnull=True) & ~Q(address_index=""),
        ),
    ),
    AddIndex("contactpoint", Index(name="agencies_contactpoint_index", fields=["address_index"])),
    check("proposal", "agencies_proposal_kind_known", Q(kind__in=["ADD", "REPLACE", "REMOVE"])),
    check("proposal", "agencies_proposal_state_known", Q(state__in=["WAITING", "CONFIRMED", "REFUSED", "WITHDRAWN"])),
    check(
        "proposal",
        "agencies_proposal_decided_has_who_and_when",
        Q(decided_at__isnull=True, decided_by__isnull=True, state="WAITING")
        | ~Q(state="WAITING") & Q(decided_at__isnull=False, decided_by__isnull=False),
    ),
    check(
        "proposal",
        "agencies_proposal_takes_two_people",
        Q(state__in=["WAITING", "WITHDRAWN"]) | ~Q(decided_by=F("proposed_by")),
    ),
    check(
        "proposal",
        "agencies_proposal_replaces_something",
        Q(kind="REPLACE", replaces__isnull=False) | ~Q(kind="REPLACE") & Q(replaces__isnull=True),
    ),
    check("proposal", "agencies_proposal_refused_has_reason", ~Q(state="REFUSED") | ~Q(reason="")),
    AddConstraint(
        "proposal",
        UniqueConstraint(
            name="agencies_proposal_one_waiting", fields=("contact_point",), condition=Q(state="WAITING")
        ),
    ),
    AddConstraint(
        "proposal",
        UniqueConstraint(
            name="agencies_proposal_one_waiting_replacement",
            fields=("replaces",),
            condition=Q(replaces__isnull=False, state="WAITING"),
        ),
    ),
    check(
        "notification",
        "agencies_notification_state_known",
        Q(state__in=["QUEUED", "SENDING", "SENT", "DELIVERED", "FAILED", "CANCELLED", "PASSED_ON"]),
    ),
    check(
        "notification",
        "agencies_notification_transport_known",
        Q(transport__in=["EMAIL", "SMS", "LINE", "WEBHOOK", "WEB_PUSH"]),
    ),
    check(
        "notification",
        "agencies_notification_leased_while_sending",
        Q(lease_token__isnull=False, leased_until__isnull=False, state="SENDING")
        | ~Q(state="SENDING") & Q(lease_token__isnull=True, leased_until__isnull=True),
    ),
    check(
        "notification",
        "agencies_notification_sent_has_time",
        Q(sent_at__isnull=False, state__in=["SENT", "DELIVERED"])
        | ~Q(state__in=["SENT", "DELIVERED"]) & Q(sent_at__isnull=True),
    ),
    check(
        "notification",
        "agencies_notification_delivered_has_time",
        Q(delivered_at__isnull=False, state="DELIVERED") | ~Q(state="DELIVERED") & Q(delivered_at__isnull=True),
    ),
    check("notification", "agencies_notification_delivered_says_no_more", ~Q(state="DELIVERED") | Q(body="")),
    check(
        "notification",
        "agencies_notification_passed_on_to_another",
        Q(body="", passed_to__isnull=False, state="PASSED_ON") | ~Q(state="PASSED_ON") & Q(passed_to__isnull=True),
    ),
    check("notification", "agencies_notification_precedence_known", Q(precedence__in=[1, 2, 3, 4])),
    check(
        "notification",
        "agencies_notification_first_word_is_first",
        Q(precedence__in=[3, 4]) | Q(is_first=True),
    ),
    check(
        "notification",
        "agencies_notification_not_passed_to_itself",
        Q(passed_to__isnull=True) | ~Q(passed_to=F("id")),
    ),
    check(
        "notification",
        "agencies_notification_given_has_time",
        Q(given_at__isnull=True, times_given=0) | Q(given_at__isnull=False, times_given__gt=0),
    ),
    check("notification", "agencies_notification_has_dedupe_key", ~Q(dedupe_key="")),
    AddIndex(
        "notification",
        Index(
            name="agencies_notification_owed_by",
            fields=["transport", "precedence", "due_at"],
            condition=Q(state__in=["QUEUED", "SENDING"]),
        ),
    ),
    AddIndex(
        "notification",
        Index(
            name="agencies_notification_instead",
            fields=["successor"],
            condition=Q(successor__isnull=False),
        ),
    ),
    AddIndex(
        "notification",
        Index(
            name="agencies_notification_told",
            fields=["contact_point", "sent_at"],
            condition=Q(sent_at__isnull=False),
        ),
    ),
    AddIndex(
        "notification",
        Index(
            name="agencies_notification_taken",
            fields=["transport", "sent_at"],
            condition=Q(sent_at__isnull=False),
        ),
    ),
    AddIndex(
        "notification",
        Index(
            name="agencies_notification_refused",
            fields=["transport", "refused_at"],
            condition=Q(refused_at__isnull=False),
        ),
    ),
    AddIndex(
        "notification",
        Index(
            name="agencies_notification_given",
            fields=["transport", "given_at"],
            condition=Q(given_at__isnull=False),
        ),
    ),
    AddIndex(
        "notification",
        Index(
            name="agencies_notification_receipt",
            fields=["transport", "provider_id"],
            condition=~Q(provider_id=""),
        ),
    ),
    AddIndex(
        "notification",
        Index(name="agencies_notification_legible", fields=["sent_at"], condition=Q(state="SENT") & ~Q(body="")),
    ),
    check(
        "transportstate",
        "agencies_transportstate_transport_known",
        Q(transport__in=["EMAIL", "SMS", "LINE", "WEBHOOK", "WEB_PUSH"]),
    ),
    check(
        "transportstate",
        "agencies_transportstate_failing_has_failures",
        Q(failing_since__isnull=True, failures=0) | Q(failing_since__isnull=False, failures__gt=0),
    ),
    check("verificationcode", "agencies_verificationcode_five_tries", Q(wrong__lte=5)),
    AddIndex("verificationcode", Index(name="agencies_verificationcode_of", fields=["digest"])),
    AddConstraint(
        "providerreceipt",
        UniqueConstraint(name="agencies_providerreceipt_one_a_message", fields=("transport", "provider_id")),
    ),
    check(
        "providerreceipt", "agencies_providerreceipt_outcome_known", Q(outcome__in=["DELIVERED", "MISSED", "FAILED"])
    ),
    check("linereply", "agencies_linereply_says_known", Q(says__in=["HOW_TO_BIND", "BOUND", "NOT_BOUND", ""])),
    check("linereply", "agencies_linereply_says_one_thing", Q(says="") & ~Q(text="") | ~Q(says="") & Q(text="")),
    AddIndex("directoryevent", Index(name="agencies_directoryevent_of", fields=["agency", "-at"])),
]


class Migration(migrations.Migration):
    dependencies = [("agencies", "0001_nouns")]
    operations = [Together(CONSTRAINTS_AND_INDEXES)]
