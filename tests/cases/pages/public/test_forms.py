"""Every question of the written form may be skipped, and nothing typed is lost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.models import Notification
from cases.models import Report
from cases.reads.receipt import receipt_of
from tests.cases.pages.public.conftest import hidden, reference_on, text_of

pytestmark = pytest.mark.django_db

ALL = {
    "reporter_type": "WITNESS",
    "narrative": "Six men on a boat",
    "area": "95",
    "place": "Pier 3",
    "in_danger_now": "no",
    "children_present": "yes",
    "people_count": "๖",
    "exploitation": ["FISHING", "FORCED_LABOUR"],
    "officials_involved": "no",
    "wants": "That they get their papers",
    "safe_contact": "AS_WRITTEN",
    "contact": "LINE pim, after nine",
    "interpreter": "WOMAN",
    "may_tell": "NEAREST_HELP",
}


def the_report() -> Report:
    return Report.objects.get()


def test_every_answer_is_kept(phone, directory):
    response = phone.post("/en/form/", ALL)

    report = the_report()
    assert reference_on(response) == report.reference
    assert {name: getattr(report, name) for name in ("kind", "language", "marks", "province_id")} == {
        "kind": "WRITTEN",
        "language": "en",
        "marks": [],
        "province_id": "95",
    }
    kept = {name: getattr(report, name) for name in ALL if name != "area"}
    yes_no = {"in_danger_now": False, "children_present": True, "officials_involved": False, "people_count": 6}
    assert kept == {**{name: value for name, value in ALL.items() if name != "area"}, **yes_no}


@pytest.mark.parametrize(
    "answer",
    [
        {"narrative": "x"},
        {"place": "Pier 3"},
        {"area": "95"},
        {"latitude": "5.774", "longitude": "101.0725"},
        {"in_danger_now": "yes"},
    ],
)
def test_one_answer_is_enough_and_the_rest_stays_careful(phone, directory, answer):
    phone.post("/th/form/", answer)

    report = the_report()
    assert (report.may_tell, report.safe_contact, report.reporter_type) == (
        "SOCIAL_WORKERS",
        "DO_NOT_CONTACT",
        "UNKNOWN",
    )
    assert (report.children_present, report.people_count, report.officials_involved) == (None, None, False)
    assert report.marks == []


def test_an_empty_form_says_what_is_missing_and_loses_nothing(phone, directory):
    typed = {**ALL, "narrative": " ", "place": "", "area": "", "key": hidden(phone.get("/en/form/"), "key")}

    response = phone.post("/en/form/", typed)

    page = response.content.decode()
    assert not Report.objects.exists()
    assert "This has not been sent yet." in text_of(response)
    assert '<a href="#id_narrative">' in page
    assert 'id="id_narrative_error"' in page
    assert 'aria-invalid="true"' in page
    assert "autofocus" in page
    assert page.count(" checked") == 16  # fourteen lists, two kinds
    assert "LINE pim, after nine</textarea>" in page
    assert 'value="๖"' in page
    assert hidden(response, "key") == typed["key"]


def test_text_comes_back_as_text_and_not_as_markup(phone, directory):
    response = phone.post("/en/form/", {"wants": "</textarea><script>alert(1)</script>"})

    assert "<script>alert" not in response.content.decode()


@pytest.mark.parametrize("count", ["about ten", "-3", "9" * 5000, "1e3", "10\x00", "🙂"])
def test_a_number_in_words_is_kept_in_words(phone, directory, count):
    phone.post("/en/form/", {"narrative": "A boat", "people_count": count})

    report = the_report()
    assert report.people_count is None
    assert report.marks == ["BAD_CHOICE"]
    assert count[:1000].replace("\x00", "␀") in report.narrative


@pytest.mark.parametrize(
    "answer",
    [
        {"exploitation": ["FISHING", "NONSENSE"]},
        {"may_tell": "EVERYBODY"},
        {"safe_contact": "\x00"},
        {"interpreter": "ANYTHING"},
        {"in_danger_now": "maybe"},
        {"reporter_type": ["SELF", "FAMILY", "x"]},
        {"area": "Yala"},
    ],
)
def test_an_answer_that_was_not_offered_is_marked_and_the_careful_one_stands(phone, directory, answer):
    phone.post("/en/form/", {"narrative": "A boat", **answer})

    report = the_report()
    assert report.marks == ["BAD_CHOICE"]
    assert (report.may_tell, report.safe_contact, report.in_danger_now) == ("SOCIAL_WORKERS", "DO_NOT_CONTACT", False)


def test_danger_now_opens_a_case_at_once(phone, directory):
    response = phone.post("/en/form/", {"narrative": "He has a knife", "area": "95", "in_danger_now": "yes"})

    assert the_report().case.urgency == "EMERGENCY"
    assert "We are telling: Yala Desk" in text_of(response)


def test_officials_involved_goes_to_the_national_custodian_and_the_page_says_who_reads_it(phone, directory):
    response = phone.post("/en/form/", {"narrative": "The officer", "area": "95", "officials_involved": "yes"})

    told = [message.contact_point.agency.name_en for message in Notification.objects.all()]
    assert told == ["Custodian"]
    assert "A national office reads this. Nobody in the province sees it." in text_of(response)
    assert "a national office reads this" in text_of(phone.get("/en/form/"))


def test_who_does_not_want_to_be_contacted_is_told_so(phone, directory):
    silent = phone.post("/en/form/", {"narrative": "x"})
    open_ = phone.post("/en/form/", {"narrative": "x", "safe_contact": "ANY_TIME"})

    assert "We do not contact you, unless a child or a life is in danger." in text_of(silent)
    assert "only in the way that you allowed" in text_of(open_)


def test_the_same_form_sent_twice_is_one_report(phone, directory):
    key = hidden(phone.get("/en/form/"), "key")

    first, second = (phone.post("/en/form/", {**ALL, "key": key}) for _ in range(2))

    assert reference_on(first) == reference_on(second) == the_report().reference


def test_the_same_form_sent_again_after_ten_minutes_is_a_new_report_linked_to_the_first(phone, directory):
    key = hidden(phone.get("/en/form/"), "key")
    phone.post("/en/form/", {**ALL, "key": key})
    Report.objects.update(received_at=timezone.now() - timedelta(minutes=11))

    phone.post("/en/form/", {**ALL, "key": key})

    first, second = Report.objects.order_by("pk")
    assert second.linked_to == first


@pytest.mark.parametrize("field", ["narrative", "wants", "contact", "place"])
def test_no_text_is_too_long(phone, directory, field):
    phone.post("/en/form/", {field: "ก" * 100_001, "area": "95"})

    assert len(getattr(the_report(), field)) == 100_000
    assert the_report().marks == ["CUT"]


def test_nothing_in_the_form_is_required_or_remembered_by_the_browser(phone, directory):
    page = phone.get("/en/form/").content.decode()

    assert " required" not in page
    assert page.count("<textarea") == page.count("<textarea name") == 4
    assert '<form method="post" autocomplete="off"' in page
    assert page.count("<textarea") + page.count('type="text"') < page.count('autocomplete="off"')


def test_every_list_of_answers_can_be_skipped(phone, directory):
    page = text_of(phone.get("/en/form/"))

    assert page.count("I don't know, or skip") == 6
    assert page.count(" Skip ") == 5
    assert "I would rather not say" in page


def test_pasted_degrees_become_the_place_and_stay_as_they_were_written(phone, directory):
    typed = "the pier, 5.7740, 101.0725"
    phone.post("/en/form/", {"place": typed, "area": "95"})

    report, position = the_report(), the_report().positions.get()
    assert (report.place, report.district_id) == (typed, "9502")
    assert (position.source, position.text, position.area_id, position.accuracy_m) == ("READ", typed, "95", 10)
    assert (position.point.y, position.point.x) == (5.774, 101.0725)


def test_what_the_phone_measured_decides_and_what_was_written_is_kept_beside_it(phone, directory):
    phone.post("/en/form/", {"place": "6.5400, 101.2800", "latitude": "5.774", "longitude": "101.0725"})

    report = the_report()
    assert [(place.source, place.point.y) for place in report.positions.all()] == [("GPS", 5.774), ("READ", 6.54)]
    assert report.district_id == "9502"
    assert receipt_of(report).measured.source == "GPS"


def test_a_short_plus_code_is_completed_by_the_province_of_the_form(phone, directory):
    phone.post("/en/form/", {"place": "V7C2+22", "area": "94"})

    position = the_report().positions.get()
    assert (position.source, the_report().province_id) == ("READ", "94")


def test_a_rough_place_is_told_to_the_desk_and_the_words_stay_as_they_are(phone, directory):
    phone.post("/en/form/", {"place": "5.7743, 101.0725", "is_place_rough": "yes"})

    report, position = the_report(), the_report().positions.get()
    assert (report.is_place_rough, report.place) == (True, "5.7743, 101.0725")
    assert (position.point.coords, position.accuracy_m) == ((101.07, 5.77), 810)
