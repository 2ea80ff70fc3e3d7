"""The write-only token of the page after sending: one hour, in the body of a POST, never in a URL."""

from datetime import timedelta

from django.core import signing

from cases.models import Report

LASTS = timedelta(hours=1)
_signer = signing.TimestampSigner(salt="receipt")


class ReceiptExpired(Exception):
    """The token is older than an hour, or none of ours."""


def token_for(report: Report) -> str:
    return _signer.sign_object({"reference": report.reference})


def open_receipt(token: str) -> Report:
    """The report that `token` may be added to. Raises ReceiptExpired."""
    try:
        content = _signer.unsign_object(token, max_age=LASTS)
        # What was written before is never shown back, so it is not even read.
        return Report.objects.defer("narrative", "wants", "contact", "place").get(reference=content["reference"])
    except (signing.BadSignature, Report.DoesNotExist) as error:
        raise ReceiptExpired from error
