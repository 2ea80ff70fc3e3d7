"""A PDF comes out of the cleaner without what it hid."""

import resource
import zlib
from random import Random

import pypdfium2
import pytest

from cases.privacy.cleaning import apart, sandbox
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


def hostile(pages: int = 50, triangles: int = 8_000) -> bytes:
    """A small PDF whose every page draws the same thousands of triangles over each other."""
    random = Random(1)
    drawing = "".join(
        "{} {} m {} {} l {} {} l f\n".format(*(random.randrange(800) for _ in range(6))) for _ in range(triangles)
    )
    content, kids = zlib.compress(drawing.encode(), 9), " ".join(f"{4 + page} 0 R" for page in range(pages))
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 3 0 R /Resources << >> >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>".encode(),
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(content), content),
        *[page] * pages,
    ]
    made = b"%PDF-1.7\n" + b"".join(
        b"%d 0 obj\n%s\nendobj\n" % (number, one) for number, one in enumerate(objects, 1)
    )
    return made + b"trailer << /Size %d /Root 1 0 R >>\n%%%%EOF" % (len(objects) + 1)


def test_a_small_pdf_that_is_made_to_be_slow_is_refused_within_ten_seconds_of_the_processor():
    content, before = hostile(), resource.getrusage(resource.RUSAGE_CHILDREN)
    assert len(content) < 150_000

    assert refusal("PDF", content) == "TOO_LARGE"

    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert spent.ru_utime + spent.ru_stime - before.ru_utime - before.ru_stime <= sandbox.SECONDS["PDF"] + 1
