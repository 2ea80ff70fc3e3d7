"""What a person said of contact and of who may know, on the page or to an officer."""

from datetime import time, timedelta

import pytest

from agencies.models import Notification
from cases.flow import contacting, erasing, intake, returning, wishes
from cases.flow.intake import Sent
from cases.flow.wishes import NotForAnotherToSay, Reaching, Statement
from cases.models import CaseEvent, Consent, ContactRule, Report
from cases.privacy import history
from cases.privacy.safe_contact import Reach
from cases.reads import asked
from tests.conftest import make_alert

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

Heard, SafeContact = ContactRule.Heard, Report.SafeContact
NEVER, ANY_TIME, AS_WRITTEN = SafeContact.DO_NOT_CONTACT, SafeContact.ANY_TIME, SafeContact.AS_WRITTEN
WORDS = {"answers_name": "Aunt Noi", "code_word": "mangosteen"}


def write_down(report, officer, now, heard=Heard.PHONE, **said):
    wishes.write_down(report=report, told=Statement(heard, **said), language="th", by=officer, now=now)


def last_line(report) -> CaseEvent:
    return report.case.events.order_by("sequence").last()


def test_a_later_word_is_a_row_and_a_line_of_codes(directory, now):
    report = make_alert(safe_contact=Report.SafeContact.ANY_TIME)
    reaching = Reaching(ways=["LINE"], parts=["EVENING"], answers_name="Aunt Noi")

    wishes.say_how_to_reach(
        report=report, safe_contact=Report.SafeContact.AS_WRITTEN, reaching=reaching, contact="pim2", now=now
    )

    assert report.contact_rules.get().contact == "pim2"
    assert last_line(report).facts == {
        "report": report.reference,
        "safe_contact": "AS_WRITTEN",
        "ways": ["LINE"],
        "parts": ["EVENING"],
    }
    report.refresh_from_db()
    assert report.safe_contact == "ANY_TIME"  # unchanged ever after


def test_what_an_officer_heard_counts_from_then_on_and_the_report_stays_as_it_was_sent(directory, anong, now):
    report = make_alert(safe_contact=NEVER)
    reaching = Reaching(ways=["CALL"], from_time=time(20), until_time=time(22), answers="NAMED", **WORDS)

    write_down(report, anong, now, safe_contact=ANY_TIME, reaching=reaching, contact="081 234 5678")

    rule = report.contact_rules.get()
    assert (rule.officer, rule.heard, rule.said_at) == (anong, "PHONE", now)
    assert (rule.ways, rule.code_word, rule.contact) == (["CALL"], "mangosteen", "081 234 5678")
    assert Reach.of(report, now=now).by("CALL").is_allowed
    report.refresh_from_db()
    assert report.safe_contact == "DO_NOT_CONTACT"


def test_the_history_says_who_wrote_it_down_and_how_it_was_heard_and_nothing_personal(directory, anong, now):
    report = make_alert()
    reaching = Reaching(ways=["CALL"], **WORDS)

    write_down(report, anong, now, Heard.MEETING, safe_contact=ANY_TIME, reaching=reaching, contact="081 234 5678")

    line = last_line(report)
    assert (line.kind, line.officer) == ("CONTACT_RULE_HEARD", anong)
    assert line.facts == {
        "report": report.reference,
        "safe_contact": "ANY_TIME",
        "ways": ["CALL"],
        "parts": [],
        "heard": "MEETING",
    }
    assert history.first_broken_line(report.case) is None


def test_a_consent_that_an_officer_heard_is_treated_as_one_from_the_page(directory, anong, now):
    report = make_alert(now=now, consents={"POLICE": True, "HEALTH": True})
    police = report.case.dispatches.get(agency__name_en="Betong Police")
    owed, later = Notification.objects.count(), now + timedelta(minutes=1)

    write_down(report, anong, later, consents={"POLICE": False, "HEALTH": True, "EMBASSY": True})

    refused = report.consents.active().get(recipient="POLICE")
    assert (refused.is_given, refused.by, refused.officer, refused.heard) == (False, "OFFICER", anong, "PHONE")
    assert report.consents.active().get(recipient="HEALTH").by == "REPORTER"  # nothing new was said
    assert asked.refused_since(police) == ["police and prosecutors"]
    assert Notification.objects.count() == owed + 1  # the desk
    assert report.case.dispatches.live().filter(pk=police.pk).exists()
    line = last_line(report)
    assert (line.kind, line.officer, line.facts["heard"]) == ("CONSENT_HEARD", anong, "PHONE")
    assert line.facts["said"] == {"POLICE": False, "EMBASSY": True}
    assert not report.contact_rules.exists()


LOOSER = [
    {"safe_contact": ANY_TIME},
    {"safe_contact": AS_WRITTEN, "reaching": Reaching(parts=["NIGHT"])},
    {"safe_contact": NEVER, "contact": "089 999 9999"},
    {"safe_contact": NEVER, "reaching": Reaching(code_word="hello")},
    {"consents": {"EMBASSY": True}},
    {"safe_contact": NEVER, "consents": {"POLICE": False, "HEALTH": True}},
]


@pytest.mark.parametrize("said", LOOSER)
def test_nothing_is_loosened_on_the_word_of_somebody_else(directory, anong, now, said):
    report = make_alert(safe_contact=NEVER)

    with pytest.raises(NotForAnotherToSay):
        write_down(report, anong, now, Heard.ANOTHER, **said)

    assert not ContactRule.objects.exists()
    assert not Consent.objects.exists()
    assert not report.case.events.filter(kind__in=["CONTACT_RULE_HEARD", "CONSENT_HEARD"]).exists()


def test_somebody_else_may_forbid(directory, anong, now):
    report = make_alert(safe_contact=ANY_TIME, consents={"POLICE": True})

    write_down(report, anong, now, Heard.ANOTHER, safe_contact=NEVER, consents={"POLICE": False})

    assert Reach.of(report, now=now).is_forbidden
    assert [consent.is_given for consent in report.consents.active()] == [False]
    assert {rule.heard for rule in report.contact_rules.all()} == {"ANOTHER"}


def test_the_code_word_of_the_person_outlives_the_word_of_somebody_else(directory, anong, now):
    report = make_alert(safe_contact=ANY_TIME, contact="081 234 5678", reaching=Reaching(ways=["CALL"], **WORDS))

    write_down(report, anong, now, Heard.ANOTHER, safe_contact=NEVER)
    assert Reach.of(report, now=now).instructions == []
    contacting.open_contact(report=report, reason="A child is locked in", by=anong, now=now)

    assert "Say the code word first: mangosteen" in Reach.of(report, now=now).instructions
    assert last_line(report).kind == "CONTACT_OPENED"


def test_what_was_taken_away_stays_so_when_somebody_else_forbids(directory, anong, now):
    report = make_alert(contact="081 234 5678", safe_contact=ANY_TIME, reaching=Reaching(**WORDS))
    returning.hide_contact(report=report, now=now)

    write_down(report, anong, now + timedelta(days=1), Heard.ANOTHER, safe_contact=NEVER)
    erasing.erase_due(now=now + timedelta(days=7))

    assert {rule.code_word for rule in ContactRule.objects.all()} == {erasing.ERASED}


def test_the_person_comes_back_and_says_it_anew_and_that_counts(directory, anong, now):
    report = make_alert(now=now)
    write_down(report, anong, now, safe_contact=ANY_TIME, consents={"POLICE": True})

    later = now + timedelta(minutes=1)
    wishes.say_how_to_reach(report=report, safe_contact=NEVER, reaching=Reaching(), now=later)
    wishes.say_who_may_know(report=report, said={"POLICE": False}, language="my", now=later)

    assert Reach.of(report, now=later).is_forbidden
    assert [(row.by, row.is_given) for row in report.consents.active()] == [("REPORTER", False)]


def test_before_triage_the_rows_themselves_say_who_wrote_it_down(directory, anong, now):
    report = intake.receive(sent=Sent(kind=Report.Kind.WRITTEN, language="th", area="95", narrative="x"), now=now)

    write_down(report, anong, now, safe_contact=ANY_TIME, consents={"SHELTER": True})

    assert report.contact_rules.get().officer == anong
    assert report.consents.get().officer == anong
