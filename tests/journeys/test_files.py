"""A photo from Betong to the desk: blurred until an officer asks for it, and without the place that was in it."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, expect

from tests import files
from tests.journeys.conftest import desk, phone
from tests.journeys.test_main_job import SOON, press, shoot
from tests.stack import Stack, wait_for

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("has_script", [True, False])
def test_a_photo_is_added_after_an_alert_and_reaches_the_officer_without_its_place(
    browser: Browser, stack: Stack, shots: Path, has_script: bool
):
    at_betong = phone(browser, stack, java_script_enabled=has_script).new_page()
    reference = press(at_betong)
    if not has_script:  # then the phone says nothing, and the desk of Yala would hear of no place
        at_betong.select_option("[name=area]", "95")
        at_betong.locator("#ask form:first-of-type button").click()
    at_betong.locator("details.more summary").click()
    shoot(at_betong, shots, f"phone-files-{has_script}")
    content = files.photo(size=(1600, 1200))
    photo: FilePayload = {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": content}
    at_betong.set_input_files("[name=file]", photo)
    at_betong.locator("form[action$='/now/words/'] button").click()
    expect(at_betong.locator("main > p[role=status]")).to_be_visible(timeout=SOON)
    query = (
        """SELECT a.state FROM cases_attachment a JOIN cases_report r ON r.id = a.report_id WHERE r.reference = %s"""
    )
    wait_for(lambda: stack.value(query, reference) == "READY", what="the photo to be cleaned")

    officer = desk(browser, stack, "anong")
    officer.goto(f"/desk/cases/{reference}/")
    blur = officer.locator(".files img")
    expect(blur).to_be_visible()
    assert blur.evaluate("image => image.naturalWidth") <= 32
    shoot(officer, shots, "desk-photo-blurred")
    officer.locator(".files form button").click()
    clear = officer.locator(".revealed img")
    expect(clear).to_be_visible()
    assert clear.evaluate("image => image.naturalWidth") == 1600
    shoot(officer, shots, "desk-photo-revealed")

    with officer.expect_download() as begun:
        officer.locator("a[download]").click()
    saved = Path(begun.value.path()).read_bytes()
    assert not Image.open(BytesIO(saved)).getexif()
    assert files.CAMERA.encode() not in saved
    traces = """SELECT count(*) FROM cases_accessevent e JOIN cases_report r ON r.id = e.report_id
                WHERE e.what = 'FILE' AND r.reference = %s"""
    assert stack.value(traces, reference) == 2
