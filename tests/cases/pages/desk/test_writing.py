"""An officer writes to the person; contact details that were taken away are not shown."""

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.flow import returning
from cases.models import Message
from tests.cases.pages.conftest import words_of

pytestmark = pytest.mark.django_db


def test_a_message_waits_for_the_person_to_come_back(desk, case, anong):
    report = case.reports.get()
    returning.give_code(report=report, now=timezone.now())

    answer = desk.post(reverse("desk-write", args=[report.reference]), {"text": "We look for you."}, follow=True)

    assert Message.objects.get().by == anong
    assert "They read it when they come back" in words_of(answer)
    assert "We look for you." in words_of(answer)


def test_without_a_code_the_page_says_that_nobody_would_read_it(desk, case):
    page = words_of(desk.get(reverse("desk-case", args=[case.reference])))

    assert "they cannot come back and read it" in page
    assert "Leave this message" not in page


def test_an_empty_message_is_not_left(desk, report):
    answer = desk.post(reverse("desk-write", args=[report.reference]), {"text": " "}, follow=True)

    assert not Message.objects.exists()
    assert "Write a few words first." in words_of(answer)


def test_contact_details_that_were_taken_away_are_on_no_page(desk, case):
    returning.hide_contact(report=case.reports.get(), now=timezone.now())

    page = words_of(desk.get(reverse("desk-case", args=[case.reference])))

    assert "081 after ten" not in page
    assert "took their contact details away" in page


def test_who_asks_us_to_stop_is_checked_first(desk, case):
    returning.withdraw(report=case.reports.get(), now=timezone.now())

    assert "check first that they are safe" in words_of(desk.get(reverse("desk-case", args=[case.reference])))


def test_a_report_of_another_province_is_not_written_to(client, pattani_desk, case):
    from agencies.models import Role
    from tests.conftest import make_officer

    client.force_login(make_officer("Farida", pattani_desk, Role.TRIAGE))

    answer = client.post(reverse("desk-write", args=[case.reference]), {"text": "hello"})

    assert answer.status_code == 404
    assert not Message.objects.exists()
