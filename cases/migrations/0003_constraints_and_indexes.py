"""What the database refuses, and what it finds quickly."""

import datetime

from django.db import migrations
from django.db.migrations import AddConstraint, AddIndex
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from agencies.migrations._together import Together


def check(model, name, condition):
    return AddConstraint(model, CheckConstraint(name=name, condition=condition))


CONSTRAINTS_AND_INDEXES = [
    check(
        "case",
        "cases_case_is_held_or_has_a_next_step",
        Q(closed_at__isnull=False) | Q(held_at__isnull=False) | Q(next_ring_at__isnull=False),
    ),
    check("case", "cases_case_closed_has_reason", Q(closed_at__isnull=True) | ~Q(closure_reason="")),
    check("case", "cases_case_canary_is_an_exercise", Q(is_canary=False) | Q(is_exercise=True)),
    check("case", "cases_case_held_is_not_red", Q(held_at__isnull=True) | Q(red_since__isnull=True)),
    check(
        "case",
        "cases_case_widened_says_why",
        Q(widened_at__isnull=True) | Q(widened_by__isnull=False) & ~Q(widened_reason=""),
    ),
    check(
        "case",
        "cases_case_widening_reviewed_by_another",
        Q(widening_reviewed_by__isnull=True) | ~Q(widening_reviewed_by=F("widened_by")),
    ),
    AddIndex(
        "case",
        Index(
            name="cases_case_waiting",
            fields=["next_ring_at"],
            condition=Q(closed_at__isnull=True, held_at__isnull=True),
        ),
    ),
    AddConstraint(
        "dispatch",
        UniqueConstraint(
            name="cases_dispatch_agency_asked_once",
            fields=("case", "agency", "purpose"),
            condition=Q(declined_at__isnull=True, ended_at__isnull=True),
        ),
    ),
    check(
        "dispatch",
        "cases_dispatch_acknowledged_has_name",
        Q(acknowledged_at__isnull=True) | ~Q(acknowledged_by_name=""),
    ),
    check(
        "dispatch",
        "cases_dispatch_reminded_once_it_was_taken",
        Q(acknowledged_at__isnull=False) | Q(reminded_at__isnull=True, reminder_due_at__isnull=True),
    ),
    check("dispatch", "cases_dispatch_declined_has_reason", Q(declined_at__isnull=True) | ~Q(decline_reason="")),
    check(
        "dispatch",
        "cases_dispatch_outcome_has_time",
        Q(outcome="", outcome_at__isnull=True) | ~Q(outcome="") & Q(outcome_at__isnull=False),
    ),
    AddIndex(
        "dispatch",
        Index(
            name="cases_dispatch_reminders",
            fields=["reminder_due_at"],
            condition=Q(reminder_due_at__isnull=False),
        ),
    ),
    AddConstraint(
        "caseevent", UniqueConstraint(name="cases_caseevent_one_line_a_number", fields=("case", "sequence"))
    ),
    check("caseevent", "cases_caseevent_officer_is_named", ~Q(actor="OFFICER") | Q(officer__isnull=False)),
    check(
        "caseevent",
        "cases_caseevent_chained",
        Q(previous_hash="", sequence=1) | Q(sequence__gt=1) & ~Q(previous_hash=""),
    ),
    check(
        "note",
        "cases_note_is_words_or_a_call",
        Q(call_result="", called__isnull=True, called_agency__isnull=True, called_number="") & ~Q(text="")
        | (Q(called__isnull=False) | Q(called_agency__isnull=False) | ~Q(called_number="")) & ~Q(call_result=""),
    ),
    AddConstraint(
        "callnow",
        UniqueConstraint(
            name="cases_callnow_one_open_of_a_kind", fields=("case", "kind"), condition=Q(done_at__isnull=True)
        ),
    ),
    check(
        "callnow",
        "cases_callnow_done_has_result",
        Q(done_at__isnull=True, done_by__isnull=True, result="") | Q(done_at__isnull=False) & ~Q(result=""),
    ),
    AddIndex("callnow", Index(name="cases_callnow_to_do", fields=["due_at"], condition=Q(done_at__isnull=True))),
    AddConstraint(
        "ringpolicy",
        UniqueConstraint(
            name="cases_ringpolicy_one_row_a_ring", fields=("province", "urgency", "ring"), nulls_distinct=False
        ),
    ),
    check("ringpolicy", "cases_ringpolicy_has_a_timer", Q(minutes__gte=1)),
    check("ringpolicy", "cases_ringpolicy_counts_from_one", Q(ring__gte=1)),
    check("ringpolicy", "cases_ringpolicy_within_bounds", Q(how_many__lte=20, minutes__lte=60, radius_m__lte=300000)),
    check("ringpolicy", "cases_ringpolicy_first_ring_requires", Q(ring=1) | Q(requires=[])),
    check("ringdecision", "cases_ringdecision_confirmed_by_another", Q(is_confirmed=False) | ~Q(by=F("proposed_by"))),
    check("canary", "cases_canary_came_through_or_failed", Q(handed_ms__isnull=True) | Q(failure="")),
    AddIndex("canary", Index(name="cases_canary_newest", fields=["-pressed_at"])),
    AddConstraint("article", UniqueConstraint(name="cases_article_one_a_language", fields=("slug", "language"))),
    check("article", "cases_article_says_something", ~Q(text="")),
    check("article", "cases_article_reviewed_by_somebody", Q(reviewed_on__isnull=True) | ~Q(reviewed_by="")),
    AddConstraint("erasure", UniqueConstraint(name="cases_erasure_once_a_value", fields=("column", "row"))),
    check(
        "bundle",
        "cases_bundle_looked_at_by_somebody",
        Q(looked_at__isnull=True, looked_by__isnull=True) | Q(looked_at__isnull=False, looked_by__isnull=False),
    ),
    AddIndex(
        "bundle",
        Index(
            name="cases_bundle_taking_in",
            fields=["network", "opened_at"],
            condition=Q(looked_at__isnull=True) & ~Q(network=""),
        ),
    ),
    check("report", "cases_report_kind_known", Q(kind__in=["LOCATION_ALERT", "WRITTEN"])),
    check("report", "cases_report_may_tell_known", Q(may_tell__in=["SOCIAL_WORKERS", "NEAREST_HELP"])),
    check(
        "report",
        "cases_report_dismissed_is_settled",
        Q(dismissed_by__isnull=True, dismissed_reason="")
        | Q(dismissed_by__isnull=False, settled_at__isnull=False) & ~Q(dismissed_reason=""),
    ),
    check("report", "cases_report_bundled_is_low_trust", Q(bundle__isnull=True) | Q(marks__contains=["FLOOD"])),
    AddIndex("report", Index(name="cases_report_submission", fields=["submission_digest", "received_at"])),
    AddIndex(
        "report", Index(name="cases_report_network", fields=["network", "received_at"], condition=~Q(network=""))
    ),
    AddIndex(
        "report",
        Index(name="cases_report_unsettled", fields=["-received_at"], condition=Q(settled_at__isnull=True)),
    ),
    check(
        "liveshare",
        "cases_liveshare_ends_within_two_hours",
        Q(ends_at__gt=F("started_at"), ends_at__lte=F("started_at") + datetime.timedelta(seconds=7200)),
    ),
    check(
        "liveshare",
        "cases_liveshare_stopped_by_somebody",
        Q(stopped_at__isnull=True, stopped_by="") | Q(stopped_at__isnull=False) & ~Q(stopped_by=""),
    ),
    check(
        "liveshare",
        "cases_liveshare_kept_says_who_and_why",
        Q(kept_at__isnull=True) | Q(kept_by__isnull=False) & ~Q(kept_reason=""),
    ),
    check("position", "cases_position_says_where", Q(point__isnull=False) | Q(area__isnull=False) | ~Q(text="")),
    check("message", "cases_message_says_something", ~Q(text="")),
    check("attachment", "cases_attachment_kind_known", Q(kind__in=["PHOTO", "AUDIO", "PDF"])),
    check(
        "attachment",
        "cases_attachment_holds_what_its_state_says",
        Q(content__isnull=True, original__isnull=False, refusal="", state="WAITING")
        | Q(content__isnull=False, original__isnull=True, refusal="", state="READY")
        | Q(content__isnull=True, original__isnull=True, preview__isnull=True, state="REFUSED") & ~Q(refusal=""),
    ),
    check(
        "attachment",
        "cases_attachment_refusal_known",
        Q(refusal__in=["", "UNREADABLE", "TOO_LARGE", "VIDEO", "INFECTED"]),
    ),
    AddConstraint(
        "attachment",
        UniqueConstraint(
            name="cases_attachment_sent_once",
            fields=("report", "submission_digest"),
            condition=~Q(submission_digest=""),
        ),
    ),
    AddIndex("attachment", Index(name="cases_attachment_due", fields=["due_at"], condition=Q(state="WAITING"))),
    AddIndex("attachment", Index(name="cases_attachment_received", fields=["received_at"])),
    check(
        "returncode",
        "cases_returncode_wrong_tries_have_a_time",
        Q(last_wrong_at__isnull=True, wrong_tries=0) | Q(last_wrong_at__isnull=False, wrong_tries__gt=0),
    ),
    check(
        "contactrule",
        "cases_contactrule_safe_contact_known",
        Q(safe_contact__in=["DO_NOT_CONTACT", "ANY_TIME", "AS_WRITTEN"]),
    ),
    check(
        "contactrule",
        "cases_contactrule_time_has_two_ends",
        Q(from_time__isnull=True, until_time__isnull=True)
        | Q(from_time__isnull=False, until_time__isnull=False) & ~Q(from_time=F("until_time")),
    ),
    check(
        "contactrule",
        "cases_contactrule_heard_by_officer",
        Q(heard="", officer__isnull=True)
        | Q(heard__in=["PHONE", "MEETING", "CHAT", "ANOTHER"], officer__isnull=False),
    ),
    check(
        "contactrule",
        "cases_contactrule_another_only_forbids",
        ~Q(heard="ANOTHER") | Q(safe_contact="DO_NOT_CONTACT"),
    ),
    check("contactoverride", "cases_contactoverride_says_why", ~Q(reason="")),
    check(
        "contactoverride",
        "cases_contactoverride_reviewed_by_another",
        Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("by")),
    ),
    check(
        "consent",
        "cases_consent_recipient_known",
        Q(purpose__in=["HELP"], recipient__in=["POLICE", "HEALTH", "SHELTER", "LABOUR", "EMBASSY"]),
    ),
    check(
        "consent",
        "cases_consent_officer_is_named",
        Q(by="REPORTER", officer__isnull=True) | Q(by="OFFICER", officer__isnull=False),
    ),
    check(
        "consent",
        "cases_consent_heard_by_officer",
        Q(by="REPORTER", heard="") | Q(by="OFFICER", heard__in=["PHONE", "MEETING", "CHAT", "ANOTHER"]),
    ),
    check("consent", "cases_consent_another_only_refuses", ~Q(heard="ANOTHER") | Q(is_given=False)),
    check(
        "consent",
        "cases_consent_withdrawn_after_given",
        Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("given_at")),
    ),
    AddConstraint(
        "consent",
        UniqueConstraint(
            name="cases_consent_one_answer_a_recipient",
            fields=("report", "purpose", "recipient"),
            condition=Q(withdrawn_at__isnull=True),
        ),
    ),
    AddConstraint(
        "conversation",
        UniqueConstraint(name="cases_conversation_one_a_chat", fields=("line_index",), condition=~Q(line_index="")),
    ),
    check("conversation", "cases_conversation_tried_has_next", Q(tries=0) | Q(try_at__isnull=False)),
    check("conversation", "cases_conversation_heard_once_open", Q(heard_at__gte=F("opened_at"))),
    check(
        "accessevent",
        "cases_accessevent_somebody_read_something",
        (Q(officer__isnull=False) | Q(dispatch__isnull=False)) & (Q(case__isnull=False) | Q(report__isnull=False)),
    ),
]


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_reports")]
    operations = [Together(CONSTRAINTS_AND_INDEXES)]
