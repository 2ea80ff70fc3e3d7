"""The ledger outside is ours, whole, and in order, or it is not believed."""

from datetime import UTC, datetime

import pytest

from cases.privacy import ledger
from cases.privacy.ledger import Entry

AT = datetime(2026, 11, 24, 20, 10, tzinfo=UTC)


@pytest.fixture
def file(tmp_path):
    """Three blocks of one erasure each."""
    path = tmp_path / "ledger"
    for row in (1, 2, 3):
        ledger.append(path, [Entry("cases.Report.contact", row, AT)], through=row)
    return path


def test_what_was_written_is_read(file):
    entries = [entry for block in ledger.read(file) for entry in block.entries]

    assert entries == [Entry("cases.Report.contact", row, AT) for row in (1, 2, 3)]
    assert ledger.last_block(file).through == 3


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: [lines[0].replace(b"contact", b"place"), *lines[1:]],
        lambda lines: [lines[0], lines[2]],
        lambda lines: [lines[1], lines[0], lines[2]],
        lambda lines: [lines[0], lines[0], *lines[1:]],
        lambda lines: [*lines, b'{"erased": [], "through": 9, "signature": "00"}\n'],
        lambda lines: [*lines, b"nonsense\n"],
    ],
    ids=["changed", "taken out", "another order", "twice", "put in", "nonsense"],
)
def test_what_somebody_else_did_to_it_is_noticed(file, change):
    file.write_bytes(b"".join(change(file.read_bytes().splitlines(keepends=True))))

    with pytest.raises(ledger.Forged):
        list(ledger.read(file))


def test_a_line_that_a_crash_cut_short_is_written_again(file):
    whole = file.read_bytes()
    file.write_bytes(whole + b'{"erased": [["cases.Rep')

    ledger.append(file, [Entry("cases.Report.contact", 4, AT)], through=4)

    assert file.read_bytes().startswith(whole)
    assert [block.through for block in ledger.read(file)] == [1, 2, 3, 4]


def test_it_is_still_believed_after_the_index_key_changed(file, settings):
    settings.INDEX_KEY, settings.INDEX_KEY_FALLBACKS = "a-new-key", [settings.INDEX_KEY]
    ledger.append(file, [Entry("cases.Report.contact", 4, AT)], through=4)

    assert len(list(ledger.read(file))) == 4

    settings.INDEX_KEY_FALLBACKS = []
    with pytest.raises(ledger.Forged):
        list(ledger.read(file))
