"""The reporter says how they may be reached and who may know: in the form, and again when they come back."""

import pytest
from django.utils import timezone

from cases.flow import returning
from cases.models import Consent, ContactRule, Message, Report
from tests.cases.pages.public.conftest import hidden, text_of

pytestmark = pytest.mark.django_db

REACH = {
    "safe_contact": "AS_WRITTEN",
    "contact": "LINE pim",
    "contact_ways": ["TEXT", "LINE"],
    "contact_parts": ["EVENING"],
    "contact_from": "06:30",
    "contact_until": "7.15",
    "answers": "NAMED",
    "answers_name": "Aunt Noi",
    "code_word": "mangosteen",
}
WHO = {"know_police": "no", "know_health": "yes", "know_shelter": "", "know_labour": "", "know_embassy": ""}


@pytest.fixture
def report(phone, directory):
    phone.post("/en/form/", {"narrative": "They took our passports.", "area": "95", "in_danger_now": "yes", **REACH})
    return Report.objects.get()


@pytest.fixture
def came(phone, report):
    code = returning.give_code(report=report, now=timezone.now())
    return phone.post("/en/back/", {"code": code.digits})


def token_of(response):
    return {"token": hidden(response, "token")}


def test_every_answer_is_kept_as_data(report):
    rule = ContactRule.objects.get()

    assert (rule.safe_contact, rule.ways, rule.parts) == ("AS_WRITTEN", ["LINE", "TEXT"], ["EVENING"])
    assert f"{rule.from_time:%H:%M}-{rule.until_time:%H:%M}" == "06:30-07:15"
    assert (rule.answers, rule.answers_name, rule.code_word) == ("NAMED", "Aunt Noi", "mangosteen")
    assert (report.contact, report.marks) == ("LINE pim", [])


def test_who_says_no_more_than_no_has_no_row(phone, directory):
    phone.post("/en/form/", {"narrative": "x"})

    assert not ContactRule.objects.exists()
    assert not Consent.objects.exists()


def test_a_name_alone_names_somebody(phone, directory):
    phone.post("/en/form/", {"narrative": "x", "answers_name": "Aunt Noi"})

    assert ContactRule.objects.get().answers == "NAMED"


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        ({"contact_from": "20:30"}, "20:30"),
        ({"contact_from": "20:30", "contact_until": "20:30"}, "20:30"),
        ({"contact_from": "half past eight"}, "half past eight"),
        ({"contact_ways": ["PIGEON", "LINE"]}, "PIGEON"),
        ({"contact_parts": "always"}, "always"),
        ({"answers": "MY HUSBAND"}, "MY HUSBAND"),
        ({"know_embassy": "maybe"}, "maybe"),
        ({"under_18": "nearly"}, "nearly"),
    ],
)
def test_what_cannot_be_used_is_marked_and_kept_with_the_story(phone, directory, answer, kept):
    phone.post("/en/form/", {"narrative": "A boat", **answer})

    report = Report.objects.get()
    assert report.marks == ["BAD_CHOICE"]
    assert kept in report.narrative
    assert not report.consents.exists()


def test_times_may_be_typed_in_digits_of_any_script(phone, directory):
    phone.post("/en/form/", {"narrative": "x", "contact_from": "๒๐:๐๐", "contact_until": "๒๒:๐๐"})

    assert f"{ContactRule.objects.get().from_time:%H:%M}" == "20:00"


def test_who_may_know_is_kept_by_recipient(phone, directory):
    phone.post("/my/form/", {"narrative": "x", **WHO})

    assert dict(Consent.objects.values_list("recipient", "is_given")) == {"POLICE": False, "HEALTH": True}
    assert {consent.language for consent in Consent.objects.all()} == {"my"}


def test_whoever_comes_back_says_it_anew_and_reads_nothing_of_before(phone, came, report):
    for secret in ("LINE pim", "Aunt Noi", "mangosteen"):
        assert secret not in came.content.decode()

    again = {**REACH, "contact": "LINE pim2", "contact_ways": ["CALL"]}
    answer = phone.post("/en/back/reach/", {**token_of(came), **again})

    assert "From now on we contact you only in this way." in text_of(answer)
    assert "pim2" not in answer.content.decode()
    newest = report.contact_rules.last()
    assert (newest.ways, newest.contact) == (["CALL"], "LINE pim2")


def test_one_press_stops_all_contact(phone, came, report):
    answer = phone.post("/en/back/reach/", {**token_of(came), "safe_contact": "DO_NOT_CONTACT"})

    assert "From now on we do not contact you" in text_of(answer)
    assert report.contact_rules.last().safe_contact == "DO_NOT_CONTACT"


def test_what_cannot_be_used_on_the_way_back_is_kept_as_words(phone, came, report):
    phone.post("/en/back/reach/", {**token_of(came), "safe_contact": "ALWAYS", "contact_from": "late"})

    assert report.contact_rules.last().safe_contact == "DO_NOT_CONTACT"
    text = Message.objects.get().text
    assert "ALWAYS" in text
    assert "late" in text


def test_new_details_can_be_taken_away_after_the_old_ones_were(phone, came, report):
    phone.post("/en/back/contact/", {**token_of(came), "do": "hide"})
    again = phone.post("/en/back/reach/", {**token_of(came), "safe_contact": "ANY_TIME", "contact": "LINE pim2"})
    assert "Take my contact details away" in text_of(again)

    gone = phone.post("/en/back/contact/", {**token_of(came), "do": "hide"})

    assert "Take my contact details away" not in text_of(gone)
    assert "Keep them after all" in text_of(gone)


def test_who_may_know_is_said_anew_and_what_is_skipped_stays(phone, came, report):
    phone.post("/en/back/who/", {**token_of(came), **WHO})
    answer = phone.post("/en/back/who/", {**token_of(came), "know_embassy": "yes"})
    silent = phone.post("/en/back/who/", token_of(came))

    active = dict(report.consents.active().values_list("recipient", "is_given"))
    assert active == {"POLICE": False, "HEALTH": True, "EMBASSY": True}
    assert "We have told the social workers" in text_of(answer)
    assert "We have told the social workers" not in text_of(silent)


def test_a_child_is_asked_nothing_about_force_and_the_desk_is_told(phone, directory):
    page = phone.get("/en/form/").content.decode()
    assert '<div class="grown">' in page
    assert "form:has(#id_under_18 [value=yes]:checked) .grown{display:none}" in page

    phone.post("/en/form/", {"narrative": "x", "reporter_type": "SELF", "under_18": "yes"})
    phone.post("/en/form/", {"narrative": "x"})

    assert list(Report.objects.order_by("pk").values_list("is_under_18", flat=True)) == [True, None]


def test_no_address_and_no_title_says_that_a_child_wrote(phone, directory):
    response = phone.post("/en/form/", {"narrative": "x", "under_18": "yes"})

    assert response.status_code == 200
    assert "under_18" not in response.content.decode().partition("<main")[2].partition("</main>")[0]
