"""The desk writes down what a person says by telephone or face to face, and it counts."""

import pytest
from django.urls import reverse
from django.utils import timezone

from agencies.models import Role
from cases.flow.wishes import Reaching
from cases.models import AccessEvent, Consent, ContactRule, Report
from tests.cases.pages.conftest import words_of
from tests.conftest import make_alert, make_officer

pytestmark = pytest.mark.django_db

HOW = {
    "heard": "PHONE",
    "safe_contact": "AS_WRITTEN",
    "ways": ["CALL", "LINE"],
    "parts": ["EVENING"],
    "from_time": "20:30",
    "until_time": "21.30",
    "answers_name": "Aunt Noi",
    "code_word": "mangosteen",
    "contact": "081 234 5678, let it ring twice",
}


def address(report):
    return reverse("desk-told", args=[report.reference])


def tell(client, report, **said):
    return client.post(address(report), said, follow=True)


@pytest.fixture
def alert(case):
    return case.reports.get()


def test_the_way_there_stands_where_it_says_whether_they_may_be_contacted(desk, case, alert):
    assert f'href="{address(alert)}"' in words_of(desk.get(reverse("desk-case", args=[case.reference])))


def test_what_they_said_stands_on_the_case_with_who_wrote_it_down(desk, case, alert, anong):
    words = words_of(tell(desk, alert, **HOW, know_police="no", know_embassy="yes"))

    assert "Written down. It counts from now on." in words
    rule = ContactRule.objects.get()
    assert (rule.ways, rule.parts, rule.answers) == (["CALL", "LINE"], ["EVENING"], "NAMED")
    assert (f"{rule.from_time:%H:%M}", f"{rule.until_time:%H:%M}") == ("20:30", "21:30")
    for line in ("081 234 5678, let it ring twice", "Say the code word first: mangosteen", "Aunt Noi"):
        assert line in words
    assert "Anong wrote this down, told by telephone." in words
    assert "Should not know of it:</strong> police and prosecutors" in words
    assert "May know of it, as the person said: their embassy" in words
    assert "by telephone · only as I wrote · a call, LINE · in the evening" in words
    assert "by telephone · police and prosecutors: no · their embassy: yes" in words


def test_what_is_skipped_stays_as_it_was(desk, directory):
    report = make_alert(now=timezone.now(), consents={"POLICE": False, "HEALTH": True})

    tell(desk, report, heard="MEETING", know_health="no")

    assert not ContactRule.objects.exists()
    active = dict(report.consents.active().values_list("recipient", "is_given"))
    assert active == {"POLICE": False, "HEALTH": False}


def test_somebody_else_cannot_allow_it_and_nothing_typed_is_lost(desk, case, alert):
    answer = tell(desk, alert, **{**HOW, "heard": "ANOTHER"}, know_embassy="yes")

    words = words_of(answer)
    assert "From somebody else we take only “do not contact” and “no”." in words
    for typed in ("081 234 5678, let it ring twice", 'value="mangosteen"', 'value="Aunt Noi"', 'value="20:30"'):
        assert typed in words
    assert answer.context["form"]["know_embassy"].value() == "yes"
    assert not ContactRule.objects.exists()
    assert not Consent.objects.exists()


def test_somebody_else_may_say_do_not_contact(desk, directory):
    report = make_alert(
        now=timezone.now(), safe_contact=Report.SafeContact.ANY_TIME, contact="081 after ten", reaching=Reaching()
    )

    words = words_of(tell(desk, report, heard="ANOTHER", safe_contact="DO_NOT_CONTACT", know_police="no"))

    assert "081 after ten" not in words
    assert "Anong wrote this down, told through somebody else." in words


TWO_TIMES = "two different times"
UNCLEAR = [
    ({"safe_contact": "ANY_TIME"}, "This field is required."),
    ({"heard": "PHONE"}, "Nothing is filled in yet."),
    ({"heard": "PHONE", "code_word": "mangosteen"}, "Say whether they may be contacted"),
    ({"heard": "PHONE", "safe_contact": "ANY_TIME", "from_time": "20:00"}, TWO_TIMES),
    (
        {"heard": "PHONE", "safe_contact": "ANY_TIME", "from_time": "20:00", "until_time": "20:00"},
        "two different times",
    ),
]


@pytest.mark.parametrize(("said", "why"), UNCLEAR)
def test_what_is_unclear_is_asked_again(desk, alert, said, why):
    assert why in words_of(tell(desk, alert, **said))
    assert not ContactRule.objects.exists()


def test_a_report_that_waits_for_triage_can_be_told_of_too(desk, report):
    words = words_of(tell(desk, report, heard="PHONE", safe_contact="ANY_TIME", contact="081 234 5678"))

    assert "081 234 5678" in words
    assert report.contact_rules.get().heard == "PHONE"


def test_the_page_shows_what_counts_now_and_leaves_the_trace_of_a_reading(desk, directory, anong):
    report = make_alert(
        now=timezone.now(),
        safe_contact=Report.SafeContact.ANY_TIME,
        reaching=Reaching(code_word="mangosteen"),
        consents={"POLICE": False},
    )

    words = words_of(desk.get(address(report)))

    assert "Say the code word first: mangosteen" in words
    assert "Should not know of it:</strong> police and prosecutors" in words
    assert AccessEvent.objects.filter(officer=anong, report=report, is_refused=False).count() == 1


def test_against_their_word_nothing_is_shown_here_either(desk, directory):
    report = make_alert(now=timezone.now(), contact="081 234 5678", reaching=Reaching(code_word="mangosteen"))

    words = words_of(desk.get(address(report)))

    assert "Do not contact." in words
    assert "mangosteen" not in words
    assert "081" not in words


def test_of_a_child_the_page_says_whose_consent_counts(desk, directory):
    report = make_alert(now=timezone.now(), is_under_18=True)

    assert "Consent of a child may need a guardian" in words_of(desk.get(address(report)))


def test_nobody_of_another_province_writes_it_down(client, alert, pattani_desk):
    client.force_login(make_officer("Mali", pattani_desk, Role.TRIAGE))

    assert client.get(address(alert)).status_code == 404
    assert client.post(address(alert), HOW).status_code == 404
    assert not ContactRule.objects.exists()
