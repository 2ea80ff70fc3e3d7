"""Read a request, however broken: its fields where they can be read, else its raw words."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError

from cases.models import Report

Mark = Report.Mark
Fields = list[tuple[str, str]]

LONGEST_TEXT = 100_000  # characters
MOST_FIELDS = 200
RECOVERED_BYTES = 1_000_000
# The fields in which a person writes words, on any page.
WORDS = (*Report.PERSONAL, "answers_name", "code_word", "text", "landmark")
ASCII = bytes(range(32, 127))
FILES = "file"  # the one field by which files are taken
FORM, FORM_WITH_FILES = "application/x-www-form-urlencoded", "multipart/form-data"
# Too large, too many fields, a broken boundary, an unknown charset, a connection that broke off.
UNREADABLE = (BadRequest, SuspiciousOperation, MultiPartParserError, UnreadablePostError, ValueError, LookupError)


@dataclass
class Posted:
    """Fields without NUL bytes, each at most LONGEST_TEXT characters; `marks` say what could not be used."""

    data: QueryDict = field(default_factory=lambda: QueryDict(mutable=True))
    marks: list[str] = field(default_factory=list)
    unusable: list[str] = field(default_factory=list)  # as it was sent, to be kept with the story
    files: list[UploadedFile] = field(default_factory=list)  # only pages that ask for some take them

    def text(self, name: str) -> str:
        return str(self.data.get(name, "")).strip()

    @property
    def typed(self) -> str:
        return "\n".join(filter(None, map(self.text, WORDS)))

    @property
    def token(self) -> str:
        return self.text("token")

    def mark(self, mark: str) -> None:
        if mark not in self.marks:
            self.marks.append(str(mark))

    def add(self, name: str, text: str) -> None:
        name, text = _whole(name), _whole(text)
        if len(text) > LONGEST_TEXT:
            self.mark(Mark.CUT)
        if "\N{REPLACEMENT CHARACTER}" in text:
            self.mark(Mark.UNREADABLE)
        # PostgreSQL stores no NUL; the picture of one says that it was there.
        self.data.appendlist(name[:100], text[:LONGEST_TEXT].replace("\x00", "\N{SYMBOL FOR NULL}"))


def read(request: HttpRequest) -> Posted:
    """Read the request and never raise: whatever a person could have sent is taken."""
    posted = Posted()
    fields = _words_first(_fields(request, posted))
    if len(fields) > MOST_FIELDS:
        posted.mark(Mark.CUT)
    for name, text in fields[:MOST_FIELDS]:
        posted.add(name, text)
    _join_words(posted)
    if _is_foreign(request):
        posted.mark(Mark.STRANGE_ORIGIN)
    return posted


def _join_words(posted: Posted) -> None:
    """Join the texts that came under one name: only the last of them would be read."""
    for name in WORDS:
        texts = posted.data.getlist(name)
        if len(texts) > 1:
            posted.data.setlist(name, [])
            posted.add(name, "\n".join(texts))


def _words_first(fields: Fields) -> Fields:
    """Put the words first, each once, so that any number of other fields crowds out none of them."""
    words = dict.fromkeys(each for each in fields if each[0] in WORDS)
    return [*words, *(each for each in fields if each[0] not in WORDS)]


def _whole(text: str) -> str:
    """Replace halves of surrogate pairs, which can neither be stored nor shown."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def _fields(request: HttpRequest, posted: Posted) -> Fields:
    has_body = request.META.get("CONTENT_LENGTH") not in (None, "", "0")
    if request.encoding and not _can_be_a_form(request.encoding):
        posted.mark(Mark.UNREADABLE)
        request.encoding = settings.DEFAULT_CHARSET
    try:
        fields = [(name, str(text)) for name, texts in request.POST.lists() for text in texts]
        posted.files = request.FILES.getlist(FILES)
        if request.FILES.keys() - {FILES}:
            posted.mark(Mark.UNREADABLE)
        if request.content_type in (FORM, FORM_WITH_FILES) or not has_body:
            return fields
    except UNREADABLE:
        pass
    posted.mark(Mark.UNREADABLE)
    return _recovered(request)


def _can_be_a_form(charset: str) -> bool:
    """Return False for rot13, UTF-16 and the like: every browser sends the names of the fields in ASCII."""
    try:
        return ASCII.decode(charset, "replace") == ASCII.decode()
    except (LookupError, ValueError):
        return False


def _recovered(request: HttpRequest) -> Fields:
    """Read the fields of a form that was too large or strangely encoded; of another body the words, as the story."""
    raw = _first_bytes(request)
    if request.content_type == FORM_WITH_FILES:
        # Only the words before a file: the bytes of a photo may hold a place that it does not show.
        raw, _, _ = raw.partition(b"filename=")
    if request.content_type == FORM:
        charset = request.encoding or settings.DEFAULT_CHARSET
        return parse_qsl(raw.decode(charset, "replace"), keep_blank_values=True, encoding=charset)
    words = raw.decode("utf-8", "replace")
    return [("narrative", words)] if words.strip() else []


def _first_bytes(request: HttpRequest) -> bytes:
    try:
        return request.body[:RECOVERED_BYTES]
    except Exception:  # however Django refused the body, the stream may still hold the words
        return _first_of_stream(getattr(request, "_stream", None))


def _first_of_stream(stream: Any) -> bytes:
    try:
        if stream.seekable():  # under ASGI the body lies in a file, which Django has measured to its end
            stream.seek(0)
        return stream.read(RECOVERED_BYTES)
    except Exception:  # the stream is closed, broken off or missing, and nothing more can be read
        return b""


def _is_foreign(request: HttpRequest) -> bool:
    """Return whether another site's page sent it. No Origin, or the `null` of no-referrer pages, counts as ours."""
    origin = request.headers.get("Origin", "null")
    ours = {urlsplit(settings.PUBLIC_URL).netloc, request.get_host()}
    try:
        return origin != "null" and urlsplit(origin).netloc not in ours
    except ValueError:  # the Origin is no address
        return True
