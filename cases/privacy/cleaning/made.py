"""What the cleaner hands back, and how it says no."""

from dataclasses import dataclass

# What can be wrong with a file; cases.Attachment.Refusal has the words.
REASONS = UNREADABLE, TOO_LARGE, VIDEO = ("UNREADABLE", "TOO_LARGE", "VIDEO")


class Refused(Exception):
    """The file cannot be made anew. `reason` is one of the above."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Made:
    content: bytes
    preview: bytes = b""  # of a photo, a JPEG
    place: tuple[float, float] | None = None  # longitude, latitude: degrees of WGS 84
