"""Make a PDF anew from pictures of its pages, without scripts, links, forms, attachments and metadata."""

from io import BytesIO

import pypdfium2 as pdfium

from cases.privacy.cleaning.made import TOO_LARGE, UNREADABLE, Made, Refused

MOST_PAGES = 50
DOTS_AN_INCH = 150
LONGEST_EDGE = 2400  # pixels
POINTS_AN_INCH = 72


def clean(original: bytes, *, keeps_place: bool = False) -> Made:
    source, target = pdfium.PdfDocument(original), pdfium.PdfDocument.new()
    if not len(source):
        raise Refused(UNREADABLE)
    if len(source) > MOST_PAGES:
        raise Refused(TOO_LARGE)
    for number in range(len(source)):
        page = source[number]
        _bind(target, _drawn(page), *page.get_size())
        page.close()
    made = BytesIO()
    target.save(made)
    return Made(made.getvalue())


def _drawn(page: pdfium.PdfPage) -> BytesIO:
    scale = min(DOTS_AN_INCH / POINTS_AN_INCH, LONGEST_EDGE / max(page.get_size()))
    bitmap = page.render(scale=scale)
    drawn = BytesIO()
    bitmap.to_pil().convert("RGB").save(drawn, "JPEG", quality=80)
    bitmap.close()
    return drawn


def _bind(target: pdfium.PdfDocument, drawn: BytesIO, width: float, height: float) -> None:
    """Add a page with the picture; width and height are in points of 1/72 inch."""
    picture = pdfium.PdfImage.new(target)
    picture.load_jpeg(drawn, inline=True)
    picture.set_matrix(pdfium.PdfMatrix().scale(width, height))
    sheet = target.new_page(width, height)
    sheet.insert_obj(picture)
    sheet.gen_content()
    sheet.close()


def warm() -> None:
    blank, made = pdfium.PdfDocument.new(), BytesIO()
    blank.new_page(72, 72).close()
    blank.save(made)
    clean(made.getvalue())
