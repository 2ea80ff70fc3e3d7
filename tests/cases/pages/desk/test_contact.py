"""The number stands below its instructions, nothing is shown against the person's word, and each try is kept."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from agencies.models import Role
from cases.flow import contacting, intake
from cases.flow.wishes import Reaching
from cases.models import ContactOverride, Report
from cases.privacy.safe_contact import SPANS, Part
from tests.cases.pages.conftest import words_of
from tests.conftest import make_alert, make_officer

pytestmark = pytest.mark.django_db

REASON = "A child of six is locked in."


def page(client, report):
    return words_of(client.get(reverse("desk-case", args=[report.case.reference])))


def post(client, name, report, **fields):
    return words_of(client.post(reverse(name, args=[report.reference]), fields, follow=True))


def reachable(rule=Report.SafeContact.AS_WRITTEN, **reaching):
    return make_alert(
        now=timezone.now(), contact="LINE pim, 081 234 5678", safe_contact=rule, reaching=Reaching(**reaching)
    )


def part_of_day(*, is_now):
    """Return a part of the day that is now in Bangkok, or the one after the next."""
    at = timezone.localtime(timezone.now()).time()
    parts = list(Part)
    current = next(n for n, part in enumerate(parts) if _covers(SPANS[part], at))
    return str(parts[current if is_now else (current + 2) % 4])


def _covers(span, at):
    start, end = span
    return start <= at < end if start < end else at >= start or at < end


def test_the_instructions_stand_before_the_number(desk, directory):
    words = page(
        desk, reachable(ways=["CALL"], code_word="mangosteen", answers="ME", parts=[part_of_day(is_now=True)])
    )

    for line in ("They may be called.", "Send no text message.", "Say the code word first: mangosteen"):
        assert words.index(line) < words.index("081 234 5678")
    assert 'href="tel:0812345678"' in words
    assert "sms:" not in words
    assert words.index("Can somebody listen to them") < words.index("tel:0812345678")


def test_outside_the_time_no_link_is_offered_and_the_next_time_is_said(desk, directory):
    words = page(desk, reachable(parts=[part_of_day(is_now=False)]))

    assert "Not now." in words
    assert "Safe again:" in words
    assert "tel:0812345678" not in words
    assert "sms:" not in words


def test_against_their_word_nothing_is_shown(desk, directory):
    words = page(desk, reachable(Report.SafeContact.DO_NOT_CONTACT, code_word="mangosteen"))

    assert "Do not contact." in words
    for secret in ("pim", "081", "mangosteen"):
        assert secret not in words
    assert "A life or a child is in danger" in words


def test_a_reason_opens_it_and_asks_for_a_review_by_another(desk, client, directory, anong, somchai):
    report = reachable(Report.SafeContact.DO_NOT_CONTACT)

    opened = post(desk, "desk-contact-open", report, reason=REASON)
    assert "081 234 5678" in opened
    assert REASON in opened
    assert "A second person has to review it within 24 hours." in opened
    assert "I have read it and reviewed it" not in opened

    post(desk, "desk-contact-review", report)  # by whoever opened it: nothing comes of it
    assert ContactOverride.objects.get().reviewed_by is None
    client.force_login(somchai)
    assert "Reviewed by Somchai" in post(client, "desk-contact-review", report)


def test_without_a_reason_nothing_is_opened(desk, directory):
    report = reachable(Report.SafeContact.DO_NOT_CONTACT)

    words = post(desk, "desk-contact-open", report, reason=" ")

    assert "081 234 5678" not in words
    assert "Write why a life or a child is in danger." in words


def test_a_report_that_waits_for_triage_can_be_opened_too(desk, report):
    Report.objects.filter(pk=report.pk).update(contact=Report(contact="081 234 5678").contact)

    words = post(desk, "desk-contact-open", report, reason=REASON)

    assert "081 234 5678" in words
    assert ContactOverride.objects.get().report == report


def test_what_they_took_away_cannot_be_opened(desk, directory, anong):
    report = reachable(Report.SafeContact.DO_NOT_CONTACT)
    Report.objects.update(contact_hidden_at=timezone.now())
    contacting.open_contact(report=report, reason=REASON, by=anong, now=timezone.now())

    words = page(desk, report)

    assert "081 234 5678" not in words
    assert "The person took their contact details away." in words


def test_a_try_is_written_down_after_one_tick(desk, directory):
    report = reachable(Report.SafeContact.ANY_TIME, code_word="mangosteen")
    tried = {"way": "CALL", "reached": "NOBODY", "code_word": ""}

    unticked = post(desk, "desk-contacted", report, **tried)
    assert "tick that you have looked at the list" in unticked
    assert not report.case.events.filter(kind="CONTACTED").exists()
    words = post(desk, "desk-contacted", report, **tried, looked="yes")

    assert report.case.events.filter(kind="CONTACTED").count() == 1
    assert "a call · nobody answered" in words


def test_a_try_at_the_wrong_time_is_refused_in_words(desk, directory):
    report = reachable(parts=[part_of_day(is_now=False)])

    words = post(desk, "desk-contacted", report, way="CALL", reached="THEM", looked="yes")

    assert "Not at this time. Safe again:" in words
    assert not report.case.events.filter(kind="CONTACTED").exists()


def test_before_triage_the_officer_is_asked_to_open_a_case(desk, report):
    assert "Open a case first." in post(desk, "desk-contacted", report, way="CALL", reached="THEM", looked="yes")


def test_nobody_of_another_province_opens_or_reads_it(client, directory, pattani_desk):
    report = reachable(Report.SafeContact.DO_NOT_CONTACT)
    client.force_login(make_officer("Mali", pattani_desk, Role.TRIAGE))

    answer = client.post(reverse("desk-contact-open", args=[report.reference]), {"reason": REASON})

    assert answer.status_code == 404
    assert not ContactOverride.objects.exists()


def test_refused_recipients_stand_on_the_case_and_where_agencies_are_chosen(desk, directory, betong_police):
    sent = intake.Sent(
        kind=Report.Kind.WRITTEN, language="th", area="9502", in_danger_now=True, consents={"POLICE": False}
    )
    report = intake.receive(sent=sent, now=timezone.now())

    assert "Should not know of it:</strong> police and prosecutors" in page(desk, report)
    asking = desk.get(reverse("desk-ask", args=[report.reference]))
    assert betong_police in [near.agency for near in asking.context["beyond"]]


def test_a_child_is_seen_at_once_and_child_protection_comes_first(desk, directory, yala_shelter):
    report = make_alert(now=timezone.now(), is_under_18=True)

    words = page(desk, report)
    assert "a child writes" in words
    assert "ask child protection first, not the family" in words
    assert "a child writes" in words_of(desk.get(reverse("desk-queue")))
    asking = desk.get(reverse("desk-ask", args=[report.reference]))
    assert asking.context["within"][0].agency == yala_shelter
    assert "for children" in words_of(asking)


def test_an_opening_ends_after_a_day(desk, directory, anong):
    report = reachable(Report.SafeContact.DO_NOT_CONTACT)
    yesterday = timezone.now() - timedelta(hours=25)
    contacting.open_contact(report=report, reason=REASON, by=anong, now=yesterday)

    assert "081 234 5678" not in page(desk, report)
