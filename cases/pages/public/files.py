"""Take the files that came with a form, or say in a sentence why a file was not taken."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from cases.flow import attaching
from cases.flow.attaching import Decline, Given
from cases.models import Report
from cases.pages.public.network import network_in
from cases.pages.public.posted import Posted
from cases.privacy import submissions


@dataclass(frozen=True)
class TakenFiles:
    count: int  # taken
    problems: list[str]


def take_files(request: HttpRequest, posted: Posted, report: Report, *, now: datetime) -> TakenFiles:
    """Attach the posted files. Called after the words are stored, so that no file can lose them."""
    if not posted.files:
        return TakenFiles(0, [])
    if getattr(request, "found_full", "") == "files":  # too many others send files: protectu.traffic
        return TakenFiles(0, _sentences([Decline.FULL]))
    key, _is_exercise = submissions.read_key(posted.text("key"))
    taken = attaching.attach(
        report=report,
        files=_given(posted),
        keeps_place=posted.text("keeps_place") == "yes",
        submission=key,
        network=network_in(request, now=now),
        now=now,
    )
    return TakenFiles(taken.count, _sentences(taken.declined))


def has_usable_file(posted: Posted) -> bool:
    return any(not attaching.wrong_with(given) for given in _given(posted))


def problems_seen(posted: Posted) -> list[str]:
    """Return a sentence for each problem with the posted files, without storing any."""
    return _sentences([no for given in _given(posted) if (no := attaching.wrong_with(given))])


def _given(posted: Posted) -> list[Given]:
    return [Given(_content(file), file.size or 0) for file in posted.files]


def _content(file: UploadedFile) -> bytes:
    file.seek(0)
    return bytes(file.read())


def _sentences(declined: list[Decline]) -> list[str]:
    return [_sentence(no) for no in dict.fromkeys(declined)]


def _sentence(no: Decline) -> str:
    megabytes, most = settings.ATTACHMENT_MAX_BYTES // 1_000_000, settings.ATTACHMENTS_A_REPORT
    return {
        Decline.EMPTY: _("A file was empty. Choose it again."),
        Decline.TOO_BIG: _("A file was too big. We can take %(size)d MB at most.") % {"size": megabytes},
        Decline.WRONG_TYPE: _("A file is not a photo, a recording or a PDF, so we did not take it."),
        Decline.TOO_MANY: _("We can take %(count)d files at most. We did not take the others.") % {"count": most},
        Decline.FULL: _("We cannot take files just now, only words. Try again later."),
    }[no]
