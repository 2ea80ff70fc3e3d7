"""The pictures of the README are those that ./portal pictures takes."""

import re
from io import BytesIO

from PIL import Image

from tests import pictures
from tests.stack import ROOT


def test_each_picture_of_the_readme_is_taken_anew():
    shown = re.findall(r"\(docs/pictures/(\w+)\.png\)", (ROOT / "README.md").read_text("utf-8"))

    assert set(shown) == pictures.README.keys()
    for name, width in pictures.README.values():
        assert name in {name for pages in pictures.PAGES.values() for name in pages}
        assert width in pictures.WIDTHS


def test_a_picture_is_as_large_as_it_was_and_weighs_less():
    plain = BytesIO()
    Image.effect_noise((320, 200), 40).convert("RGB").save(plain, "PNG")

    small = pictures._small(plain.getvalue())

    assert Image.open(BytesIO(small)).size == (320, 200)
    assert len(small) < len(plain.getvalue())
