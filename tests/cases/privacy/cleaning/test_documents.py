"""A PDF comes out of the cleaner without what it hid."""

import pypdfium2
import pytest

from cases.privacy.cleaning import apart
from tests import files
from tests.cases.privacy.cleaning.refusals import refusal


def test_a_pdf_keeps_what_is_to_be_seen_and_no_script_attachment_or_name():
    made = apart.clean("PDF", files.pdf(pages=2)).content

    document = pypdfium2.PdfDocument(made)
    assert len(document) == 2
    assert document[0].get_size() == (300, 200)
    darkest = document[0].render(scale=1).to_pil().convert("L").getextrema()[0]
    assert darkest < 100  # the line of text was drawn
    assert document.count_attachments() == 0
    for hidden in (b"JavaScript", b"alert", b"OpenAction", b"EmbeddedFiles", b"evil.exe", files.CAMERA.encode()):
        assert hidden not in made


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n", files.photo(), b"%PDF-1.7\n" + bytes(1000)])
def test_what_is_no_pdf_is_refused(content):
    assert refusal("PDF", content) == "UNREADABLE"


def test_a_pdf_of_too_many_pages_is_refused():
    assert refusal("PDF", files.pdf(pages=51)) == "TOO_LARGE"
