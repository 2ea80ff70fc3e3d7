"""Officers who may read the case see its files, a photo only after a press, and each time leaves a trace."""

from io import BytesIO

import pytest
from django.utils import timezone
from PIL import Image

from cases.flow import attaching
from cases.flow.attaching import Given
from cases.models import AccessEvent, Attachment
from tests import files
from tests.cases.pages.conftest import words_of
from vault import EncryptedBinaryField

pytestmark = pytest.mark.django_db


def attach(report, *contents, clean=True) -> Attachment:
    given = [Given(content, len(content)) for content in contents]
    attaching.attach(report=report, files=given, now=timezone.now())
    if clean:
        attaching.clean_waiting(now=timezone.now())
    return report.attachments.last()


@pytest.fixture
def photo(case):
    return attach(case.reports.get(), files.photo())


def traces():
    seen = AccessEvent.objects.filter(what="FILE").order_by("pk")
    return [(one.officer.username, one.attachment_id, one.is_refused) for one in seen]


def test_the_case_file_lists_it_with_kind_size_and_a_blur(desk, case, photo):
    words = words_of(desk.get(f"/desk/cases/{case.reference}/"))

    assert "<strong>photo</strong>" in words
    assert "KB" in words
    assert 'src="data:image/jpeg;base64,' in words
    assert "Show the photo" in words
    assert traces() == []


def test_the_clear_photo_is_not_even_decrypted_for_the_page(desk, case, photo, monkeypatch):
    lengths = []
    decrypt = EncryptedBinaryField.from_db_value

    def watched(self, value, *args):
        opened = decrypt(self, value, *args)
        lengths.append(len(opened or b""))
        return opened

    monkeypatch.setattr(EncryptedBinaryField, "from_db_value", watched)
    desk.get(f"/desk/cases/{case.reference}/")

    assert lengths == [len(photo.preview)]


def test_a_report_in_triage_lists_it_too(desk, report):
    attach(report, files.pdf())

    assert "<strong>PDF</strong>" in words_of(desk.get(f"/desk/reports/{report.reference}/"))


def test_a_photo_with_its_place_in_it_is_downloaded_without(desk, photo, anong):
    answer = desk.get(f"/desk/files/{photo.key}/")

    picture = Image.open(BytesIO(answer.content))
    assert picture.size == (640, 480)
    assert not picture.getexif()
    assert files.CAMERA.encode() not in answer.content
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Disposition"] == f'attachment; filename="{photo.pk}.jpg"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in answer["Cache-Control"]
    assert traces() == [("anong", photo.pk, False)]


def test_revealing_is_a_press_and_leaves_a_trace(desk, case, photo):
    assert desk.get(f"/desk/files/{photo.key}/reveal/").status_code == 405

    answer = desk.post(f"/desk/files/{photo.key}/reveal/")

    assert 'src="data:image/jpeg;base64,' in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert case.reference in answer.content.decode()
    assert traces() == [("anong", photo.pk, False)]


def test_the_trace_is_there_before_anything_is_decrypted(desk, photo, monkeypatch):
    seen = []
    decrypt = EncryptedBinaryField.from_db_value

    def watched(self, value, *args):
        seen.append(traces())
        return decrypt(self, value, *args)

    monkeypatch.setattr(EncryptedBinaryField, "from_db_value", watched)
    desk.get(f"/desk/files/{photo.key}/")

    assert seen == [[("anong", photo.pk, False)]]


@pytest.mark.parametrize("way", ["get", "post"])
def test_a_file_of_a_sealed_case_is_not_there_for_the_province(client, anong, dao, sealed, way):
    file = attach(sealed.reports.get(), files.photo())
    address = f"/desk/files/{file.key}/" + ("reveal/" if way == "post" else "")

    client.force_login(anong)
    assert getattr(client, way)(address).status_code == 404
    client.force_login(dao)
    assert getattr(client, way)(address).status_code == 200

    assert traces() == [("anong", file.pk, True), ("dao", file.pk, False)]


def test_an_officer_of_an_agency_that_was_asked_gets_no_file(client, pim, photo):
    client.force_login(pim)

    assert client.get(f"/desk/files/{photo.key}/").status_code == 403
    assert client.post(f"/desk/files/{photo.key}/reveal/").status_code == 403


def test_a_file_that_waits_cannot_be_had(desk, case, settings):
    file = attach(case.reports.get(), files.photo(), clean=False)

    assert desk.get(f"/desk/files/{file.key}/").status_code == 404
    assert "Waiting to be cleaned" in words_of(desk.get(f"/desk/cases/{case.reference}/"))
    settings.CLAMD_ADDRESS = "127.0.0.1:1"
    assert "Waiting for the scan" in words_of(desk.get(f"/desk/cases/{case.reference}/"))


def test_what_was_destroyed_is_said_with_the_reason(desk, case):
    attach(case.reports.get(), files.film())

    words = words_of(desk.get(f"/desk/cases/{case.reference}/"))

    assert "Destroyed: a film, which we cannot take" in words
    assert "file destroyed: it cannot be shown" in words  # in the history


def test_a_recording_and_a_pdf_are_downloads_of_their_kind(desk, case):
    for content, kind, ending in ((files.recording(), "audio/mpeg", "mp3"), (files.pdf(), "application/pdf", "pdf")):
        file = attach(case.reports.get(), content)
        answer = desk.get(f"/desk/files/{file.key}/")
        assert answer["Content-Type"] == kind
        assert answer["Content-Disposition"].endswith(f'.{ending}"')


def test_an_address_that_is_none_is_not_there(desk, case):
    assert desk.get("/desk/files/nothing/").status_code == 404
    assert traces() == []
