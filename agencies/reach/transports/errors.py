"""The errors of all transports."""

import ssl


class TransportError(Exception):
    """The message was not handed over. `is_permanent`: the address will never take it.

    `is_missing`: nothing is there at this moment; only when that lasts is it permanent. `retry_after`: the seconds
    that the provider asks us to wait.
    """

    def __init__(
        self, reason: str, *, is_permanent: bool = False, is_missing: bool = False, retry_after: int | None = None
    ) -> None:
        super().__init__(reason)
        self.is_permanent = is_permanent
        self.is_missing = is_missing
        self.retry_after = retry_after


class Unanswered(TransportError):
    """The message was given, and nobody said whether it was taken: a second one may be a copy."""

    def __init__(self, reason: str = "given, not answered") -> None:
        super().__init__(reason)


def reason_of(error: BaseException) -> str:
    """Return the kind of error and, of a certificate that we do not trust, what is wrong with it."""
    cause: BaseException | None = error
    while cause:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"{type(error).__name__}: {cause.verify_message}"
        cause = cause.__cause__ or cause.__context__
    return type(error).__name__
