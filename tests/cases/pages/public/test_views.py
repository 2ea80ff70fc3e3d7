"""A press is taken, whatever comes with it."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from cases.models import Report
from cases.privacy import submissions
from tests.cases.pages.public.conftest import hidden, reference_on, text_of

pytestmark = pytest.mark.django_db

BETONG = {"latitude": "5.7740", "longitude": "101.0725", "accuracy": "25.4"}


def the_report() -> Report:
    return Report.objects.get()


def test_a_press_is_an_alert_and_the_answer_says_so(phone, directory):
    response = phone.press(**BETONG)

    report = the_report()
    assert response.status_code == 200
    assert reference_on(response) == report.reference
    assert (report.kind, report.may_tell, report.language) == ("LOCATION_ALERT", "NEAREST_HELP", "th")
    assert (report.province_id, report.district_id, report.marks) == ("95", "9502", [])
    assert report.positions.get().accuracy_m == 25
    english = phone.post("/en/now/sent/", {"token": hidden(response, "token")})
    assert "We know the place: near Betong (±25 m)" in text_of(english)


def test_the_other_button_tells_social_workers_only(phone, directory):
    phone.press(may_tell="SOCIAL_WORKERS", **BETONG)

    assert the_report().may_tell == "SOCIAL_WORKERS"
    assert [dispatch.agency.name_en for dispatch in the_report().case.dispatches.all()] == ["Yala Desk"]


def test_each_button_of_the_page_is_one_press_in_one_form(phone):
    page = phone.get("/en/now/").content.decode()

    assert page.count("<form") == 1
    assert page.count('<button name="may_tell" value="NEAREST_HELP">') == 1
    assert page.count('name="may_tell" value="SOCIAL_WORKERS">') == 1
    assert "required" not in page


def test_a_press_without_a_place_is_taken_and_the_answer_asks_for_it_first(phone, directory):
    response = phone.press("en")

    assert the_report().marks == ["NO_POSITION"]
    said = text_of(response)
    assert said.index("Which province?") < said.index("What happens next")


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        ("91", "101"),
        ("5.7", "181"),
        ("-90.01", "-181"),
        ("NaN", "NaN"),
        ("nan", "101"),
        ("inf", "-inf"),
        ("", "101.07"),
        ("5.77", ""),
        ("here", "there"),
        ("0", "0"),
        ("0.0", "-0"),
        ("5.774\x00", "101"),
        ("1" * 5000, "2"),
        ("1e309", "1"),
        ("🙂", "🙂"),
    ],
)
def test_a_position_that_makes_no_sense_is_marked_and_kept_in_words(phone, directory, latitude, longitude):
    response = phone.press(latitude=latitude, longitude=longitude)

    report = the_report()
    assert reference_on(response) == report.reference
    assert report.marks == ["BAD_POSITION"]
    assert not report.positions.exists()
    assert latitude[:100].replace("\x00", "␀") in report.narrative


@pytest.mark.parametrize(
    ("latitude", "longitude"), [("5,774", "101,0725"), ("๕.๗๗๔", "๑๐๑.๐๗๒๕"), (" 5.774 ", "+101.0725")]
)
def test_numbers_are_read_as_people_and_phones_write_them(phone, directory, latitude, longitude):
    phone.press(latitude=latitude, longitude=longitude)

    assert the_report().marks == []
    assert the_report().district_id == "9502"


def test_a_position_in_malaysia_goes_to_the_national_desk_and_says_who_cannot_come(phone, directory):
    response = phone.press("en", latitude="6.125", longitude="102.239")  # Kota Bharu, far from any Thai centroid here

    assert the_report().is_abroad
    assert "National Desk" in [dispatch.agency.name_en for dispatch in the_report().case.dispatches.all()]
    assert "Thai officers cannot cross the border" in text_of(response)
    assert "We cannot promise" in text_of(response)


@pytest.mark.parametrize(("latitude", "longitude"), [("9.0", "93.0"), ("-45", "-120"), ("90", "0"), ("-90", "180")])
def test_a_position_in_the_sea_is_taken_and_the_national_desk_told(phone, directory, latitude, longitude):
    response = phone.press("en", latitude=latitude, longitude=longitude)

    report = the_report()
    assert (report.province_id, report.is_abroad, report.marks) == (None, True, [])
    assert [dispatch.agency.name_en for dispatch in report.case.dispatches.all()] == ["National Desk"]
    assert "far out at sea" in text_of(response)


@pytest.mark.parametrize("accuracy", ["-5", "NaN", "inf", "1e300", "soon", ""])
def test_an_accuracy_that_makes_no_sense_does_not_spoil_the_place(phone, directory, accuracy):
    phone.press(**{**BETONG, "accuracy": accuracy})

    assert the_report().positions.get().accuracy_m is None
    assert the_report().marks == []


@pytest.mark.parametrize("captured_at", ["0", "-1", "9e99", "NaN", "yesterday", "32503680000000"])
def test_a_clock_that_is_plainly_wrong_is_not_believed(phone, directory, captured_at):
    phone.press(**BETONG, captured_at=captured_at)

    assert abs(the_report().positions.get().captured_at - timezone.now()) < timedelta(minutes=1)


def test_the_moment_of_the_measurement_is_kept(phone, directory):
    five_minutes_ago = timezone.now() - timedelta(minutes=5)

    phone.press(**BETONG, captured_at=str(five_minutes_ago.timestamp() * 1000))

    assert abs(the_report().positions.get().captured_at - five_minutes_ago) < timedelta(seconds=1)


@pytest.mark.parametrize("choice", [{"may_tell": "EVERYBODY"}, {"may_tell": ""}, {"may_tell": ["x", "y\x00"]}])
def test_an_unknown_choice_tells_social_workers_only(phone, directory, choice):
    phone.post("/th/now/", {**choice, **BETONG})

    assert the_report().may_tell == "SOCIAL_WORKERS"
    assert the_report().marks == ["BAD_CHOICE"]


def test_a_hundred_thousand_characters_are_kept_and_what_is_longer_is_cut(phone, directory):
    phone.press(**BETONG, narrative="ก" * 100_000)
    phone.press(**BETONG, narrative="ก" * 100_001)

    whole, cut = Report.objects.order_by("pk")
    assert (len(whole.narrative), whole.marks) == (100_000, [])
    assert (len(cut.narrative), cut.marks) == (100_000, ["CUT"])


def test_nul_bytes_and_emoji_are_kept(phone, directory):
    phone.press(**BETONG, narrative="ช่วยด้วย\x00🙏🏽👨‍👩‍👧\u202e")

    assert the_report().narrative == "ช่วยด้วย␀🙏🏽👨‍👩‍👧\u202e"
    assert the_report().marks == []


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"may_tell=NEAREST_HELP&narrative=%FF%FE%80", "application/x-www-form-urlencoded"),
        (json.dumps({"may_tell": "NEAREST_HELP"}), "application/json"),
        (b"{", "application/json"),
        (b"hello", "text/plain"),
        (b"hello", ""),
        (b"no boundary", "multipart/form-data"),
        (b"\xff" * 50, "multipart/form-data; boundary=\xff"),
        (b"may_tell=NEAREST_HELP", "application/x-www-form-urlencoded; charset=utf-7"),
        ("&".join(f"f{n}=1" for n in range(2000)), "application/x-www-form-urlencoded"),
        (b"\x00\x01\x02", "application/octet-stream"),
    ],
)
def test_a_body_that_cannot_be_read_is_an_alert_all_the_same(phone, directory, body, content_type):
    response = phone.send("/th/now/", body, content_type)

    assert reference_on(response) == the_report().reference
    assert "UNREADABLE" in the_report().marks


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "application/x-www-form-urlencoded"),
        (b"", ""),
        (b"\xff\xfe\x00may_tell", "application/x-www-form-urlencoded"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
    ],
)
def test_a_body_that_says_nothing_is_an_alert_all_the_same(phone, directory, body, content_type):
    phone.send("/th/now/", body, content_type)

    assert the_report().marks == ["BAD_CHOICE", "NO_POSITION"]


def test_the_words_of_a_body_that_is_no_form_are_kept(phone, directory):
    phone.send("/th/now/", '{"where": "ท่าเรือ"}'.encode(), "application/json")

    assert "ท่าเรือ" in the_report().narrative
    assert the_report().marks == ["UNREADABLE", "BAD_CHOICE", "NO_POSITION"]


def test_an_old_browser_that_writes_thai_in_its_own_encoding_is_understood(phone, directory):
    body = b"may_tell=NEAREST_HELP&narrative=" + "ช่วยด้วย".encode("tis-620")

    phone.send("/th/now/", body, "application/x-www-form-urlencoded; charset=tis-620")

    assert the_report().narrative == "ช่วยด้วย"
    assert the_report().may_tell == "NEAREST_HELP"


def test_a_body_that_is_too_large_is_taken_with_what_stands_at_its_beginning(phone, directory, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

    phone.press(**BETONG, narrative="x" * 2000)

    assert the_report().may_tell == "NEAREST_HELP"
    assert the_report().district_id == "9502"
    assert the_report().marks == ["UNREADABLE"]


def test_too_many_fields_are_taken_with_the_first_of_them(phone, directory):
    phone.post("/th/now/", {"may_tell": "NEAREST_HELP", **BETONG, **{f"f{n}": "1" for n in range(2000)}})

    assert the_report().may_tell == "NEAREST_HELP"
    assert the_report().marks == ["UNREADABLE", "CUT"]


def test_more_fields_than_are_looked_at_are_marked(phone, directory):
    phone.post("/th/now/", {**{f"f{n}": "1" for n in range(300)}, "may_tell": "NEAREST_HELP"})

    assert "CUT" in the_report().marks


@pytest.mark.parametrize("charset", ["rot13", "hex", "idna", "undefined", "utf-7", "utf-16", "cp037"])
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", "narrative=Six+of+us"),
        (
            "multipart/form-data; boundary=x",
            '--x\r\nContent-Disposition: form-data; name="narrative"\r\n\r\nSix of us\r\n--x--\r\n',
        ),
    ],
)
def test_a_charset_in_which_no_form_is_written_is_not_believed(phone, directory, charset, kind, body):
    phone.send("/th/now/", body, f"{kind}; charset={charset}")

    assert the_report().narrative == "Six of us"
    assert "UNREADABLE" in the_report().marks


def test_half_of_a_surrogate_pair_is_marked_and_the_rest_kept(phone, directory):
    kind = "application/x-www-form-urlencoded; charset=raw_unicode_escape"

    phone.send("/th/now/", rb"narrative=Six\ud800 of us", kind)

    assert the_report().narrative == "Six��� of us"
    assert "UNREADABLE" in the_report().marks


def test_words_that_came_twice_are_one_text(phone, directory):
    phone.post("/th/now/", {"narrative": ["Six of us", "on a boat", "Six of us"]})

    assert the_report().narrative == "Six of us\non a boat"


def test_files_that_nobody_asked_for_do_not_stop_an_alert(phone, directory):
    body = (
        b'--x\r\nContent-Disposition: form-data; name="may_tell"\r\n\r\nNEAREST_HELP\r\n'
        b'--x\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n\xff\xd8\r\n--x--\r\n'
    )

    phone.send("/th/now/", body, "multipart/form-data; boundary=x")

    assert the_report().may_tell == "NEAREST_HELP"
    assert "UNREADABLE" in the_report().marks


@pytest.mark.parametrize(
    "origin",
    ["https://elsewhere.example", "http://testserver.elsewhere.example", "garbage", "http://[", "http://[x]:9"],
)
def test_another_sites_page_is_taken_and_marked(phone, directory, origin):
    phone.send("/th/now/", "may_tell=NEAREST_HELP", origin=origin)

    assert the_report().marks == ["STRANGE_ORIGIN", "NO_POSITION"]


@pytest.mark.parametrize("origin", ["null", "http://testserver", "http://127.0.0.1:8000"])
def test_our_own_page_is_not_marked(phone, directory, settings, origin):
    settings.PUBLIC_URL = "http://127.0.0.1:8000"

    phone.send("/th/now/", "may_tell=NEAREST_HELP", origin=origin)

    assert the_report().marks == ["NO_POSITION"]


def test_the_same_page_sent_twice_is_one_report_with_one_reference(phone, directory):
    key = hidden(phone.get("/th/now/"), "key")

    first, second = phone.press(key=key, **BETONG), phone.press(key=key, **BETONG)

    assert reference_on(first) == reference_on(second) == the_report().reference
    assert the_report().case.dispatches.count() == 3


def test_the_same_page_sent_again_after_ten_minutes_is_a_new_report_linked_to_the_first(phone, directory):
    key = hidden(phone.get("/th/now/"), "key")
    phone.press(key=key, **BETONG)
    Report.objects.update(received_at=timezone.now() - timedelta(minutes=10, seconds=1))

    phone.press(key=key, **BETONG)

    first, second = Report.objects.order_by("pk")
    assert second.linked_to == first
    assert first.reference != second.reference


def test_the_other_button_of_the_same_page_is_a_new_report_linked_to_the_first(phone, directory):
    key = hidden(phone.get("/th/now/"), "key")

    phone.press(key=key)
    phone.press(key=key, may_tell="SOCIAL_WORKERS")

    assert [report.linked_to is None for report in Report.objects.order_by("pk")] == [True, False]


@pytest.mark.parametrize("key", ["", "x", "a:b:c", "\x00", "🙂" * 1000])
def test_a_key_that_is_not_ours_is_no_key_and_no_reason_to_refuse(phone, directory, key):
    phone.press(key=key)
    phone.press(key=key)

    assert Report.objects.count() == 2


def test_only_a_signed_key_makes_an_exercise(phone, directory):
    phone.press(is_exercise="1", key=submissions.new_key())
    phone.press(key=submissions.new_exercise_key())

    assert [report.is_exercise for report in Report.objects.order_by("pk")] == [False, True]


def test_an_alert_is_taken_when_nobody_is_in_the_directory(phone, areas):
    response = phone.press(**BETONG)

    assert reference_on(response) == the_report().reference
    assert the_report().case.state == "red"


def test_an_alert_is_taken_when_not_even_the_areas_are_loaded(phone, db):
    response = phone.press(**BETONG)

    assert reference_on(response) == the_report().reference


def test_a_press_needs_neither_redis_nor_the_queue(phone, directory, monkeypatch):
    monkeypatch.setattr("kombu.connection.Connection.ensure_connection", lambda *args, **kwargs: pytest.fail("asked"))
    monkeypatch.setattr("celery.app.base.Celery.send_task", lambda *args, **kwargs: pytest.fail("asked"))

    assert phone.press(**BETONG).status_code == 200


def test_who_asks_for_it_is_kept_only_roughly_also_by_what_the_phone_measures_later(phone, directory):
    fix = {"latitude": "5.7743", "longitude": "101.0725", "accuracy": "12"}
    token = hidden(phone.press("en", is_place_rough="yes"), "token")

    answer = phone.post("/en/now/position/", {"token": token, **fix})

    position = the_report().positions.get()
    assert (position.point.coords, position.accuracy_m) == ((101.07, 5.77), 812)
    assert "±812 m" in answer.json()["known"]


def test_the_rough_place_can_be_chosen_without_a_script(phone):
    form = re.search(r"<form.*?</form>", phone.get("/en/now/").content.decode(), re.DOTALL)[0]

    assert 'type="checkbox" name="is_place_rough"' in form
