"""A photo, a recording or a PDF is taken, or the person hears why not; the words are never lost."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from cases.flow import attaching, returning
from cases.models import Attachment, Message, Report
from tests import files
from tests.cases.pages.public.conftest import hidden, reference_on, text_of

pytestmark = pytest.mark.django_db


def send(phone, address, fields, *contents, name="file"):
    """Send a form with files as a browser does; the sender may choose any name and type."""
    named = [SimpleUploadedFile(f"{n}.exe", content, "text/html") for n, content in enumerate(contents)]
    return phone.send(address, encode_multipart(BOUNDARY, {**fields, name: named}), MULTIPART_CONTENT)


@pytest.fixture
def receipt(phone, directory):
    return phone.press("en")


def of(page, **fields):
    return {"token": hidden(page, "token"), "key": hidden(page, "key"), **fields}


def test_what_can_be_sent_is_said_before(phone, receipt):
    for page in (receipt, phone.get("/en/form/")):
        assert "At most 5 files of 10 MB each." in text_of(page)
        assert 'enctype="multipart/form-data"' in page.content.decode()


def test_a_photo_with_words_is_taken(phone, receipt):
    answer = send(phone, "/en/now/words/", of(receipt, text="The gate is blue."), files.photo())

    assert "Thank you. We have what you added." in text_of(answer)
    assert Message.objects.get().text == "The gate is blue."
    photo = Attachment.objects.get()
    assert (photo.kind, photo.report.reference, photo.keeps_place) == ("PHOTO", reference_on(receipt), False)


def test_a_photo_alone_is_taken(phone, receipt):
    answer = send(phone, "/en/now/words/", of(receipt, text="", keeps_place="yes"), files.photo())

    assert "Thank you." in text_of(answer)
    assert not Message.objects.exists()
    assert Attachment.objects.get().keeps_place


def test_several_files_of_every_kind_are_taken(phone, receipt):
    send(phone, "/en/now/words/", of(receipt, text="x"), files.photo(), files.recording(), files.pdf())

    assert [one.kind for one in Attachment.objects.all()] == ["PHOTO", "AUDIO", "PDF"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "A file was empty."),
        (b"MZ a program that calls itself a photo", "A file is not a photo, a recording or a PDF"),
        (b"\xff\xd8\xff" + bytes(10_000_000), "A file was too big. We can take 10 MB at most."),
    ],
)
def test_a_file_that_is_not_taken_costs_no_word(phone, receipt, content, sentence):
    answer = send(phone, "/en/now/words/", of(receipt, text="The gate is blue."), content)

    assert sentence in text_of(answer)
    assert "Thank you. We have what you added." in text_of(answer)
    assert Message.objects.get().text == "The gate is blue."
    assert not Attachment.objects.exists()


def test_words_after_a_file_that_is_too_big_are_read_too(phone, receipt, settings):
    settings.ATTACHMENT_MAX_BYTES = 1_000_000
    large = SimpleUploadedFile("x", b"\xff\xd8\xff" + bytes(3_000_000))
    body = encode_multipart(BOUNDARY, {"file": large, **of(receipt, text="The gate is blue.")})

    answer = phone.send("/en/now/words/", body, MULTIPART_CONTENT)

    assert "We can take 1 MB at most." in text_of(answer)
    assert Message.objects.get().text == "The gate is blue."


def test_too_many_files_are_said_and_the_first_are_taken(phone, receipt):
    answer = send(
        phone, "/en/now/words/", of(receipt, text="x"), *[files.photo()] * 3, files.pdf(), files.pdf(pages=2)
    )
    assert Attachment.objects.count() == 3  # the same photo is the same photo

    more = [files.photo(size=(64, 64 + n)) for n in range(4)]
    answer = send(phone, "/en/now/words/", of(answer, text="y"), *more)

    assert Attachment.objects.count() == 5
    assert "We can take 5 files at most." in text_of(answer)


def test_when_there_is_no_room_words_are_taken_and_files_are_not(phone, receipt, settings):
    settings.ATTACHMENT_BYTES_A_DAY = 10

    answer = send(phone, "/en/now/words/", of(receipt, text="The gate is blue."), files.photo())

    assert "We cannot take files just now, only words." in text_of(answer)
    assert Message.objects.get().text == "The gate is blue."


def test_sent_again_over_a_bad_line_it_is_the_same_photo_and_the_same_words(phone, receipt):
    fields = of(receipt, text="The gate is blue.")

    for _ in range(2):
        answer = send(phone, "/en/now/words/", fields, files.photo())
        assert "Thank you." in text_of(answer)

    assert Attachment.objects.count() == Message.objects.count() == 1
    send(phone, "/en/now/words/", {**fields, "text": "The gate is green."}, files.photo())
    assert Attachment.objects.count() == 1
    assert Message.objects.count() == 2


def test_the_written_form_takes_a_photo_too(phone, directory):
    page = phone.get("/en/form/")
    fields = {"key": hidden(page, "key"), "narrative": "They may not leave.", "area": "95"}

    answer = send(phone, "/en/form/", fields, files.photo())

    assert reference_on(answer) == Report.objects.get().reference
    assert Attachment.objects.get().report.narrative == "They may not leave."
    assert Report.objects.get().marks == []


def test_a_photo_says_something_without_a_word(phone, directory):
    answer = send(phone, "/en/form/", {"key": hidden(phone.get("/en/form/"), "key")}, files.photo())

    assert reference_on(answer) == Attachment.objects.get().report.reference


def test_a_form_with_nothing_but_a_program_asks_for_words(phone, directory):
    answer = send(phone, "/en/form/", {}, b"MZ")

    assert "This has not been sent yet." in text_of(answer)
    assert "A file is not a photo" in text_of(answer)
    assert not Report.objects.exists()


def test_who_came_back_can_add_a_recording(phone, receipt, now):
    report = Report.objects.get()
    code = returning.give_code(report=report, now=now)
    came = phone.post("/en/back/", {"code": code.digits})

    answer = send(phone, "/en/back/words/", of(came, text="Listen."), files.recording(), b"MZ")

    assert "Thank you. We have what you added. A file is not a photo" in text_of(answer)
    assert Attachment.objects.get().kind == "AUDIO"
    assert Message.objects.get().text == "Listen."


def test_after_its_hour_the_words_go_on_and_the_file_has_to_be_chosen_again(phone, directory):
    answer = send(phone, "/en/now/words/", {"token": "too old", "text": "The gate is blue."}, files.photo())

    assert "Only the file has to be chosen again." in text_of(answer)
    assert "The gate is blue." in answer.content.decode()


def test_when_it_cannot_be_stored_the_words_stay_on_the_page(phone, receipt, monkeypatch):
    def full(**fields):
        raise OSError("No space left on device")

    monkeypatch.setattr(attaching, "attach", full)

    answer = send(phone, "/en/now/words/", of(receipt, text="The gate is blue."), files.photo())

    assert answer.status_code == 503
    assert "The gate is blue." in answer.content.decode()
    assert "Only the file has to be chosen again." in text_of(answer)
    monkeypatch.undo()
    again = {name: hidden(answer, name) for name in ("token", "key", "text")}
    send(phone, "/en/now/words/", again, files.photo())
    assert Attachment.objects.count() == Message.objects.count() == 1


def test_a_file_on_a_press_is_marked_and_the_alert_goes_out(phone, directory):
    send(phone, "/en/now/", {"may_tell": "NEAREST_HELP"}, files.photo())

    report = Report.objects.get()
    assert "UNREADABLE" in report.marks
    assert report.case
    assert not Attachment.objects.exists()


def test_the_bytes_of_a_photo_never_become_words(phone, directory):
    """The words of a broken form are rescued, and a place that stands in its photo does not come along."""
    begin = b'--x\r\nContent-Disposition: form-data; name="narrative"\r\n\r\nThe gate is blue.\r\n'
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'

    phone.send("/en/now/", begin + head + files.photo(), "multipart/form-data; boundary=" + "y" * 300)

    assert "The gate is blue." in Report.objects.get().narrative
    assert files.CAMERA not in Report.objects.get().narrative


def test_no_name_of_a_file_is_kept_anywhere(phone, receipt):
    send(phone, "/en/now/words/", of(receipt, text="x"), files.photo())

    text = {name: str(value) for name, value in Attachment.objects.values()[0].items()}
    assert not [name for name, value in text.items() if re.search(r"exe|text/html", value)]


def test_words_alone_are_one_message_when_they_are_sent_again(phone, receipt):
    for _ in range(2):
        phone.post("/en/now/words/", of(receipt, text="hurry"))

    assert Message.objects.count() == 1
