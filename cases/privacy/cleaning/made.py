"""The result of the cleaner: a file made anew, or a refusal."""

from dataclasses import dataclass

# Why a file can be refused; cases.Attachment.Refusal has the words for it.
REASONS = UNREADABLE, TOO_LARGE, VIDEO = ("UNREADABLE", "TOO_LARGE", "VIDEO")


class Refused(Exception):
    """The file cannot be made anew. `reason` is one of REASONS."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Made:
    content: bytes
    preview: bytes = b""  # of a photo, a JPEG
    place: tuple[float, float] | None = None  # longitude, latitude: degrees of WGS 84
