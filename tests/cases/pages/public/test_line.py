"""What LINE sends is shaped for the intake."""

import pytest

from cases.pages.public.line import language_of


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("ช่วยด้วย", "th"),
        ("ကူညီပါ", "my"),
        ("ជួយខ្ញុំផង", "km"),
        ("ຊ່ວຍແດ່", "lo"),
        ("救救我们", "zh-hans"),
        ("Cứu tôi với, tôi bị nhốt ở đây", "vi"),
        ("Help 5.774", ""),
        ("Tolong saya", ""),
        ("12345", ""),
        ("", ""),
    ],
)
def test_the_script_tells_the_language(words, language):
    assert language_of(words) == language
