class TransportError(Exception):
    """The message was not handed over. `is_permanent`: the address will never take it."""

    def __init__(self, reason: str, *, is_permanent: bool = False) -> None:
        super().__init__(reason)
        self.is_permanent = is_permanent
