"""Whoever goes to a person sees what the person said later."""

import pytest
from django.utils import timezone

from cases.flow import wishes
from cases.models import Report
from tests.cases.pages.responder.conftest import PIN

pytestmark = pytest.mark.django_db

ENGLISH = {"Accept-Language": "en"}


def page_of(response):
    return response.content.decode()


def test_what_the_person_said_later_of_contacting_them_counts_for_who_goes_there(client, link, taken):
    report = Report.objects.get()
    any_time, now = Report.SafeContact.ANY_TIME, timezone.now()
    wishes.say_how_to_reach(report=report, safe_contact=any_time, reaching=wishes.Reaching(), now=now)

    assert "The person may be contacted at any time." in page_of(
        client.post(f"{link}place/", {"pin": PIN}, headers=ENGLISH)
    )


def test_a_child_who_writes_counts_as_a_child_who_is_there(client, link, taken):
    Report.objects.update(is_under_18=True)

    page = " ".join(page_of(client.post(f"{link}place/", {"pin": PIN}, headers=ENGLISH)).split())

    assert "<dt>Children</dt><dd><strong>Yes</strong>" in page


def test_who_holds_it_reads_that_the_person_wants_them_to_know_no_longer(client, link, taken):
    assert "should not know of it" not in page_of(client.get(link, headers=ENGLISH))
    report, said = Report.objects.get(), {"POLICE": False}
    wishes.say_who_may_know(report=report, said=said, language="th", now=timezone.now())

    for page in (client.get(link, headers=ENGLISH), client.post(f"{link}place/", {"pin": PIN}, headers=ENGLISH)):
        assert "should not know of it: police and prosecutors" in page_of(page)
        assert "Nobody is stood down by this" in page_of(page)
