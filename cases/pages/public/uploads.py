"""Files of a request stay in memory, and of one that is too large only its size."""

from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class InMemory(FileUploadHandler):
    """Nothing of it is written out here, and the words beside it are read on."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.pieces: list[bytes] = []
        self.room = settings.ATTACHMENT_MAX_BYTES

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.room -= len(raw_data)
        if self.room >= 0:
            self.pieces.append(raw_data)
        else:
            self.pieces.clear()

    def file_complete(self, file_size: int) -> UploadedFile:
        """Its name and type are what somebody says of it: neither is kept."""
        return UploadedFile(ContentFile(b"".join(self.pieces)), name="file", size=file_size)
