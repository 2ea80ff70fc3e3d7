"""Later. A file that comes with a report is made anew by a cleaner, and only what was made is shown."""

import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum

from cases.flow import dispatching, events, intake
from cases.flow.intake import Fix
from cases.models import Attachment, Case, Position, Report
from cases.models.attachment import AttachmentQuerySet
from cases.privacy import history, live, scanning
from cases.privacy.actor import REPORTER, SYSTEM
from cases.privacy.cleaning import apart
from cases.privacy.cleaning.made import Made, Refused
from cases.privacy.networks import Network
from vault import digest

logger = logging.getLogger(__name__)

State, Refusal = Attachment.State, Attachment.Refusal

LEASE = timedelta(minutes=5)  # longer than the cleaner and the scanner are waited for
ASK_AGAIN = timedelta(minutes=1)  # while there is no scanner, or no sandbox
MOST_TRIES = 3  # before a file that breaks the cleaner is refused
LONGEST_SETBACK = timedelta(hours=6)  # from one try to the next when something of ours ended it
# After so many setbacks, and not before so many days, the file is destroyed.
MOST_SETBACKS, GIVEN_UP_AFTER = 10, timedelta(days=3)
AT_ONCE = 2  # cleaners, on all machines: each may take gigabytes for a moment
A_SWEEP = 20  # files
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# First bytes, by which the cleaner that opens a file is chosen: its name can say anything.
_PHOTOS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")
_RECORDINGS = (b"ID3", b"OggS", b"fLaC", b"#!AMR", b"caff", b"\x1a\x45\xdf\xa3")
_PHOTO_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")


class Decline(StrEnum):
    """Why a file was not taken. The words that came with it were taken."""

    EMPTY = "EMPTY"
    TOO_BIG = "TOO_BIG"
    WRONG_TYPE = "WRONG_TYPE"
    TOO_MANY = "TOO_MANY"
    FULL = "FULL"


@dataclass(frozen=True)
class Given:
    """One file as it was sent. Above the largest size it has no content, only the size that it would have had."""

    content: bytes
    size: int  # bytes


@dataclass
class Taken:
    count: int = 0
    declined: list[Decline] = field(default_factory=list)


def kind_of(content: bytes) -> Attachment.Kind | None:
    """Return the kind of file that its first bytes show, or None."""
    kind = Attachment.Kind
    if b"%PDF-" in content[:1024]:
        return kind.PDF
    if content.startswith(_PHOTOS) or (content[:4] == b"RIFF" and content[8:12] == b"WEBP"):
        return kind.PHOTO
    if content[4:8] == b"ftyp":
        return kind.PHOTO if content[8:12] in _PHOTO_BRANDS else kind.AUDIO
    is_wave = content[:4] == b"RIFF" and content[8:12] == b"WAVE"
    is_frame = content[:1] == b"\xff" and content[1:2] >= b"\xe0"  # of MP3, or AAC
    return kind.AUDIO if is_wave or is_frame or content.startswith(_RECORDINGS) else None


def wrong_with(given: Given) -> Decline | None:
    """Return why the file cannot be taken, as far as that shows before it is opened, or None."""
    if not given.size:
        return Decline.EMPTY
    if given.size > settings.ATTACHMENT_MAX_BYTES:
        return Decline.TOO_BIG
    return None if kind_of(given.content) else Decline.WRONG_TYPE


@transaction.atomic
def attach(
    *,
    report: Report,
    files: Iterable[Given],
    keeps_place: bool = False,
    submission: str = "",
    network: Network | None = None,
    now: datetime,
) -> Taken:
    """Take the files that can be taken, and return why the others were not.

    The same file under the same `submission` key is one attachment.
    """
    case, report = Case.objects.lock_of(report), Report.objects.lock(report)
    taken, new = Taken(), []
    for given in files:
        sent = _digest_of(given, submission)
        if sent and report.attachments.filter(submission_digest=sent).exists():
            taken.count += 1
        elif no := wrong_with(given) or _no_room(report, given, network=network, now=now):
            taken.declined.append(no)
        else:
            taken.count += 1
            new.append(
                Attachment.objects.create(
                    report=report,
                    kind=kind_of(given.content) or "",
                    size=given.size,
                    original=given.content,
                    keeps_place=keeps_place,
                    submission_digest=sent,
                    network=network.current if network else "",
                    received_at=now,
                    due_at=now,
                )
            )
    if new:
        _tell_of(new, report=report, case=case, now=now)
    return taken


def _digest_of(given: Given, submission: str) -> str:
    content = hashlib.sha256(given.content).hexdigest()
    return digest(f"{submission}/{content}", purpose="attachment") if submission else ""


def _no_room(report: Report, given: Given, *, network: Network | None, now: datetime) -> Decline | None:
    if report.attachments.not_refused().count() >= settings.ATTACHMENTS_A_REPORT:
        return Decline.TOO_MANY
    everything = Attachment.objects.received_within(DAY, now=now)
    if _bytes_of(everything) + given.size > settings.ATTACHMENT_BYTES_A_DAY:
        return Decline.FULL
    if network:
        theirs = Attachment.objects.received_within(HOUR, now=now).filter(network__in=network.both)
        if _bytes_of(theirs) + given.size > settings.ATTACHMENT_BYTES_AN_HOUR:
            return Decline.FULL
    return None


def _bytes_of(attachments: AttachmentQuerySet) -> int:
    return attachments.aggregate(total=Sum("size"))["total"] or 0


def _tell_of(new: list[Attachment], *, report: Report, case: Case | None, now: datetime) -> None:
    """Record new files in the history and on open screens; tell the desk where nobody looks any more."""
    if case:
        lines = [history.EventDraft(events.FILE_ADDED, facts={"kind": one.kind}) for one in new]
        history.record(case, *lines, by=REPORTER, now=now)
    if report.settled_at or (case and case.closed_at):
        dispatching.tell_of_report(report, key=f"file/{new[0].pk}", now=now)
    live.announce(report)


# ---- Cleaning -------------------------------------------------------------------------------------------


def clean_waiting(*, now: datetime) -> int:
    """Clean the files that wait, one after the other. Return how many were tried."""
    for count in range(A_SWEEP):
        attachment = _claim_next(now=now)
        if attachment is None:
            return count
        try:
            _clean(attachment, now=now)
        except Exception as error:  # goes on with the next; logs no message, which may quote the file
            logger.error("attachment %d was not cleaned: %s", attachment.pk, type(error).__qualname__)
            _set_back(attachment, now=now)
    return A_SWEEP


@transaction.atomic
def _claim_next(*, now: datetime) -> Attachment | None:
    """Claim a file by a lease. One that was set back is cleaned alone: two may be more than the memory holds."""
    under_way = list(Attachment.objects.being_cleaned(now=now, lease=LEASE).values_list("setbacks", flat=True))
    if len(under_way) >= AT_ONCE or any(under_way):
        return None
    due = Attachment.objects.due(now=now).unopened().select_for_update(skip_locked=True, of=["self"])
    if under_way:
        due = due.filter(setbacks=0)
    attachment = due.order_by("due_at", "pk").first()
    if attachment:
        if attachment.claimed_at:  # the worker of the last try died
            attachment.setbacks += 1
        else:
            attachment.tries += 1
        attachment.due_at, attachment.claimed_at = now + max(LEASE, _setback(attachment)), now
        attachment.save(update_fields=["due_at", "claimed_at", "tries", "setbacks"])
    return attachment


def _setback(attachment: Attachment) -> timedelta:
    """Return how long the file waits after its last setback: 2 minutes, 4, 8 and so on."""
    return min(ASK_AGAIN * 2 ** min(attachment.setbacks, 10), LONGEST_SETBACK)


def _clean(attachment: Attachment, *, now: datetime) -> None:
    """Clean one file, outside any transaction, because the scanner and the cleaner take their time."""
    if _is_given_up(attachment, now=now):
        _refuse(attachment, Refusal.UNREADABLE, now=now)
        return
    original = bytes(attachment.original or b"")
    try:
        if scanning.is_configured() and scanning.is_infected(original):
            _refuse(attachment, Refusal.INFECTED, now=now)
            return
        made = apart.clean(attachment.kind, original, keeps_place=attachment.keeps_place)
    except (scanning.ScannerDown, apart.NoSandbox) as lack:
        logger.warning("attachment %d waits: %s", attachment.pk, type(lack).__qualname__)
        _wait(attachment, now=now)
    except Refused as no:
        _refuse(attachment, Refusal(no.reason), now=now)
    except apart.Killed as killed:
        logger.warning("attachment %d waits: its cleaner was ended by signal %s", attachment.pk, killed.args[0])
        _set_back(attachment, now=now)
    except apart.Broke:
        _try_again(attachment, now=now)
    else:
        _keep(attachment, made, now=now)


def _wait(attachment: Attachment, *, now: datetime) -> None:
    """Try again later. This try does not count, because the file is not at fault."""
    _still_ours(attachment).update(due_at=now + ASK_AGAIN, claimed_at=None, tries=F("tries") - 1)


def _set_back(attachment: Attachment, *, now: datetime) -> None:
    """Try again later each time, because something of ours ended this try."""
    ours = _still_ours(attachment)
    attachment.setbacks += 1
    due_at = now + _setback(attachment)
    ours.update(due_at=due_at, claimed_at=None, tries=max(attachment.tries - 1, 0), setbacks=attachment.setbacks)


def _is_given_up(attachment: Attachment, *, now: datetime) -> bool:
    return attachment.setbacks >= MOST_SETBACKS and now - attachment.received_at > GIVEN_UP_AFTER


def _try_again(attachment: Attachment, *, now: datetime) -> None:
    if attachment.tries >= MOST_TRIES:
        _refuse(attachment, Refusal.UNREADABLE, now=now)
    else:
        _still_ours(attachment).update(due_at=now + ASK_AGAIN, claimed_at=None)


def _still_ours(attachment: Attachment) -> AttachmentQuerySet:
    """Return the row, unless the lease ran out and another worker has claimed it."""
    claim = {"tries": attachment.tries, "claimed_at": attachment.claimed_at}
    return Attachment.objects.filter(pk=attachment.pk, state=State.WAITING, **claim)


@transaction.atomic
def _refuse(attachment: Attachment, reason: Attachment.Refusal, *, now: datetime) -> None:
    """Destroy what came in and record why. The row itself stays."""
    report = Report.objects.unread().get(pk=attachment.report_id)
    case = Case.objects.lock_of(report)
    if not _still_ours(attachment).update(state=State.REFUSED, refusal=reason, original=None, claimed_at=None):
        return
    if case:
        line = history.EventDraft(events.FILE_REFUSED, facts={"kind": attachment.kind, "reason": reason})
        history.record(case, line, by=SYSTEM, now=now)
    live.announce(report)


@transaction.atomic
def _keep(attachment: Attachment, made: Made, *, now: datetime) -> None:
    """Store what was made and destroy the original. Its place is added only if the person allowed that."""
    report = Report.objects.unread().get(pk=attachment.report_id)
    Case.objects.lock_of(report)
    kept = {"content": made.content, "preview": made.preview or None, "original": None}
    scanned_at = now if scanning.is_configured() else None
    if not _still_ours(attachment).update(state=State.READY, claimed_at=None, scanned_at=scanned_at, **kept):
        return
    if attachment.keeps_place and made.place:
        longitude, latitude = made.place
        fix = Fix(longitude=longitude, latitude=latitude, source=Position.Source.PHOTO)
        intake.add_place(report=report, fix=fix, now=now)
    live.announce(report)
