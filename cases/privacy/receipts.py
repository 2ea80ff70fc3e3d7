"""Signed tokens that allow to add to a report or a live share. They travel in the body of a POST, never in a URL."""

from datetime import timedelta

from django.core import signing

from cases.models import LiveShare, Report
from cases.privacy.tokens import TimedSigner

LASTS = timedelta(hours=1)
_signer = TimedSigner(salt="receipt")
# After the code was typed: the pages carry this token, so that nobody types the code at each press.
RETURN_LASTS = timedelta(minutes=30)
_return_signer = TimedSigner(salt="return")
# For one live share, which may last longer than the receipt. It allows to add points and to end the share.
SHARE_LASTS = timedelta(hours=3)
_share_signer = TimedSigner(salt="share")


class ReceiptExpired(Exception):
    """The token is too old, or we did not sign it."""


def token_for(report: Report) -> str:
    return _signer.sign_object({"reference": report.reference})


def open_receipt(token: str) -> Report:
    """Return the report to which the holder of `token` may add. Raises ReceiptExpired after an hour."""
    return _open(_signer, token, lasts=LASTS)


def return_token_for(report: Report) -> str:
    return _return_signer.sign_object({"reference": report.reference})


def open_return(token: str) -> Report:
    """Return the report that was opened with its code. Raises ReceiptExpired after half an hour."""
    return _open(_return_signer, token, lasts=RETURN_LASTS)


def share_token_for(share: LiveShare) -> str:
    return _share_signer.sign_object({"share": share.pk})


def open_share(token: str) -> LiveShare:
    """Return the live share of `token`, even if it has ended. Raises ReceiptExpired after three hours."""
    shares = LiveShare.objects.with_report().select_related("report__case").defer("report__case__widened_reason")
    try:
        content = _share_signer.unsign_object(token, max_age=SHARE_LASTS)
        return shares.get(pk=content["share"])
    except (signing.BadSignature, LiveShare.DoesNotExist) as error:
        raise ReceiptExpired from error


def _open(signer: TimedSigner, token: str, *, lasts: timedelta) -> Report:
    try:
        content = signer.unsign_object(token, max_age=lasts)
        # The page never shows what the person wrote before, so it is not loaded.
        return Report.objects.unread().get(reference=content["reference"])
    except (signing.BadSignature, Report.DoesNotExist) as error:
        raise ReceiptExpired from error
