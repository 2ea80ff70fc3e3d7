"""Signed tokens that expire by the database's clock, whichever machine signed them and whichever reads them."""

from datetime import timedelta

from django.core import signing
from django.core.signing import b62_decode, b62_encode

from agencies import clock


class TimedSigner(signing.TimestampSigner):
    """Django's, which asks the machine. A token of the future is taken: it was signed while the clock was ahead."""

    def timestamp(self) -> str:
        return b62_encode(int(clock.now().timestamp()))

    def unsign(self, value: str, max_age: float | timedelta | None = None) -> str:
        signed, _, timestamp = signing.Signer.unsign(self, value).rpartition(self.sep)
        if max_age is not None:
            lasts = max_age.total_seconds() if isinstance(max_age, timedelta) else max_age
            if clock.now().timestamp() - b62_decode(timestamp) > lasts:
                raise signing.SignatureExpired(f"older than {lasts:.0f} s")
        return signed
