"""The write-only token of the page after sending."""

import pytest

from cases.privacy import receipts
from cases.privacy.receipts import ReceiptExpired
from tests.conftest import make_alert
from tests.later import tokens_see

pytestmark = pytest.mark.django_db


def test_the_token_finds_its_report_without_reading_what_was_written(directory, now):
    report = make_alert(now=now, narrative="Malee")

    opened = receipts.open_receipt(receipts.token_for(report))

    assert opened == report
    assert "narrative" in opened.get_deferred_fields()


@pytest.mark.parametrize("token", ["", "x", "a:b:c", "ก" * 300, "\x00"])
def test_a_token_that_is_none_of_ours_has_expired(db, token):
    with pytest.raises(ReceiptExpired):
        receipts.open_receipt(token)


def test_a_token_is_good_for_an_hour(alert, monkeypatch):
    token = receipts.token_for(alert)

    tokens_see(monkeypatch, seconds=3599)
    assert receipts.open_receipt(token) == alert

    tokens_see(monkeypatch, seconds=3602)
    with pytest.raises(ReceiptExpired):
        receipts.open_receipt(token)
