"""The one error of all transports."""


class TransportError(Exception):
    """The message was not handed over. `is_permanent`: the address will never take it.

    `retry_after`: the seconds that the provider asks us to wait.
    """

    def __init__(self, reason: str, *, is_permanent: bool = False, retry_after: int | None = None) -> None:
        super().__init__(reason)
        self.is_permanent = is_permanent
        self.retry_after = retry_after
