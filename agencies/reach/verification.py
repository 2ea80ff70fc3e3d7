"""Verification: a contact point counts once its code is entered. For LINE the code is sent to us from the chat."""

import re
import secrets
import unicodedata
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from agencies import access
from agencies.models import ContactPoint, DirectoryEvent, LineTries, Notification, Officer, VerificationCode
from agencies.reach import failing, messages
from vault import digest, digests

Kind, Transport = DirectoryEvent.Kind, ContactPoint.Transport

DIGITS = 8
LASTS = {
    Transport.EMAIL: timedelta(hours=24),
    Transport.WEBHOOK: timedelta(hours=24),
    Transport.SMS: timedelta(hours=1),
    Transport.LINE: timedelta(minutes=10),
}
# Limits, because codes cost money and may go to a stranger.
WINDOW = timedelta(hours=1)
MOST_FOR_ONE, MOST_FOR_AGENCY = 3, 12
LINE_ID = re.compile(r"[UCR][0-9a-f]{32}")
LINE_WINDOW = timedelta(minutes=10)


class CodeRefused(Exception):
    """No code was made, or the code that was entered does not count."""


class NotVerifiable(CodeRefused):
    """No code can be made: the address works already, was removed, or has no transport here."""


class TooManyCodes(CodeRefused):
    """Enough codes were made; the next one may be made at `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.until = until


class WrongCode(CodeRefused):
    """This is not the code; `left` tries are left."""

    def __init__(self, left: int) -> None:
        super().__init__()
        self.left = left


class NoCode(CodeRefused):
    """No code can be entered: none was made, it has expired, or its tries are used up."""


@transaction.atomic
def send_code(*, contact_point: ContactPoint, by: Officer, now: datetime) -> VerificationCode:
    """Make a code and owe it to the address; an earlier code ends.

    Raises NotVerifiable or TooManyCodes.
    """
    contact_point = _locked(contact_point)
    if contact_point.transport == Transport.LINE:
        raise NotVerifiable
    row, code = _make_code(contact_point, by=by, now=now)
    hours = LASTS[Transport(contact_point.transport)] // timedelta(hours=1)
    message = messages.code(to=contact_point, code=_in_groups(code), hours=hours, key=f"code/{row.pk}", now=now)
    [row.notification] = Notification.objects.owe([message])
    row.save(update_fields=["notification"])
    return row


@transaction.atomic
def make_line_code(*, contact_point: ContactPoint, by: Officer, now: datetime) -> str:
    """Return the code that an officer sends to our LINE account. It is shown once.

    Raises NotVerifiable or TooManyCodes.
    """
    contact_point = _locked(contact_point)
    if contact_point.transport != Transport.LINE:
        raise NotVerifiable
    _row, code = _make_code(contact_point, by=by, now=now)
    return _in_groups(code)


def enter_code(*, contact_point: ContactPoint, code: str, by: Officer, now: datetime) -> ContactPoint:
    """Verify the contact point; one that failed works again. Raises WrongCode or NoCode.

    It is not one transaction, so that a wrong try is counted although it raises.
    """
    found = _try_code(contact_point, code, by=by, now=now)
    if isinstance(found, Exception):
        raise found
    return found


@transaction.atomic
def bind_line(*, code: str, line_id: str, now: datetime) -> ContactPoint | None:
    """Verify the contact point whose live code was sent from this chat, or return None.

    None: no live code is this one, the contact point has another chat (that takes a proposal), or this chat sent
    five wrong codes within ten minutes.
    """
    if not LINE_ID.fullmatch(line_id):
        return None
    tries = _tries_of(line_id, now=now)
    if tries.wrong >= VerificationCode.TRIES:
        return None
    contact_point = _of_line_code(plain_digits(code), now=now)
    if contact_point is None or contact_point.address not in ("", line_id):
        tries.wrong += 1
        tries.save(update_fields=["wrong"])
        return None
    contact_point.address = line_id
    _verify(contact_point, by=None, now=now)
    return contact_point


@transaction.atomic
def line_left(*, line_id: str, at: datetime) -> None:
    """Mark the contact points of this chat failing: our account was removed from it, or blocked.

    One that was verified after that works: LINE told us late.
    """
    gone = ContactPoint.objects.listed().at(line_id).exclude(verified_at__gt=at)
    for contact_point in gone.select_related("agency"):
        failing.mark_failing(contact_point=contact_point, now=at)


def line_joined_by(*, line_id: str, now: datetime) -> None:
    """Warn the supervisors of each agency that uses this group. Once for the same moment."""
    groups = ContactPoint.objects.in_use().at(line_id).select_related("agency").order_by("agency", "pk")
    for contact_point in groups.distinct("agency"):
        failing.warn_of_newcomer(agency=contact_point.agency, contact_point=contact_point, now=now)


def looks_like_a_code(text: str) -> bool:
    """Say whether the text is eight digits of any script, with nothing but spaces and hyphens."""
    return bool(re.fullmatch(r"[\d\s-]{8,20}", text.strip())) and len(plain_digits(text)) == DIGITS


def plain_digits(text: str) -> str:
    """Return the digits of `text`, of any script, as 0 to 9."""
    return "".join(str(unicodedata.digit(mark)) for mark in text if mark.isdecimal())


def _in_groups(code: str) -> str:
    return f"{code[:4]} {code[4:]}"


def _locked(contact_point: ContactPoint) -> ContactPoint:
    locked = ContactPoint.objects.select_related("agency").select_for_update(of=["self"], no_key=True)
    return locked.get(pk=contact_point.pk)


def _make_code(contact_point: ContactPoint, *, by: Officer, now: datetime) -> tuple[VerificationCode, str]:
    access.require(access.may_propose(by, contact_point.agency))
    is_done = contact_point.verified_at and not contact_point.failing_since
    if is_done or contact_point.removed_at or contact_point.transport not in settings.TRANSPORTS:
        raise NotVerifiable
    _throttle(contact_point, now=now)
    contact_point.codes.filter(expires_at__gt=now).update(expires_at=now)
    code = _fresh_code(contact_point, now=now)
    row = contact_point.codes.create(
        digest=_digests_of(contact_point, code)[0],
        made_by=by,
        made_at=now,
        expires_at=now + LASTS[Transport(contact_point.transport)],
    )
    DirectoryEvent.record(Kind.CODE_MADE, agency=contact_point.agency, contact_point=contact_point, by=by, now=now)
    return row, code


def _throttle(contact_point: ContactPoint, *, now: datetime) -> None:
    recent = VerificationCode.objects.made_within(WINDOW, now=now).order_by("made_at")
    for codes, most in (
        (recent.filter(contact_point=contact_point), MOST_FOR_ONE),
        (recent.filter(contact_point__agency=contact_point.agency), MOST_FOR_AGENCY),
    ):
        made = list(codes.values_list("made_at", flat=True))
        if len(made) >= most:
            raise TooManyCodes(made[-most] + WINDOW)


def _fresh_code(contact_point: ContactPoint, *, now: datetime) -> str:
    # No live code twice, because in LINE the code alone finds its contact point.
    while True:
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        known = VerificationCode.objects.live(now=now).filter(digest__in=_digests_of(contact_point, code))
        if not known.exists():
            return code


def _digests_of(contact_point: ContactPoint, code: str) -> list[str]:
    # The first digest is stored; the others count while INDEX_KEY changes.
    if contact_point.transport == Transport.LINE:
        return _digests_of_line(code)
    return digests(f"{contact_point.pk}/{code}", purpose="contact-code")


def _digests_of_line(code: str) -> list[str]:
    return digests(code, purpose="line-code")


@transaction.atomic
def _try_code(
    contact_point: ContactPoint, code: str, *, by: Officer, now: datetime
) -> ContactPoint | WrongCode | NoCode:
    contact_point = _locked(contact_point)  # tries wait for each other
    access.require(access.may_propose(by, contact_point.agency))
    row = contact_point.codes.live(now=now).last()
    if row is None or contact_point.removed_at or contact_point.transport == Transport.LINE:
        return NoCode()
    if row.digest not in _digests_of(contact_point, plain_digits(code)):
        return _count_wrong(row, contact_point, by=by, now=now)
    _verify(contact_point, by=by, now=now)
    return contact_point


def _count_wrong(
    row: VerificationCode, contact_point: ContactPoint, *, by: Officer, now: datetime
) -> WrongCode | NoCode:
    row.wrong += 1
    row.save(update_fields=["wrong"])
    if row.wrong < VerificationCode.TRIES:
        return WrongCode(VerificationCode.TRIES - row.wrong)
    DirectoryEvent.record(Kind.CODE_SPENT, agency=contact_point.agency, contact_point=contact_point, by=by, now=now)
    return NoCode()


def _verify(contact_point: ContactPoint, *, by: Officer | None, now: datetime) -> None:
    contact_point.codes.live(now=now).update(used_at=now)
    contact_point.verified_at, contact_point.failing_since = now, None
    contact_point.save(update_fields=["address", "address_index", "verified_at", "failing_since"])
    DirectoryEvent.record(Kind.VERIFIED, agency=contact_point.agency, contact_point=contact_point, by=by, now=now)


def _tries_of(line_id: str, *, now: datetime) -> LineTries:
    LineTries.objects.over(LINE_WINDOW, now=now).delete()
    index = digest(line_id, purpose="line-tries")
    LineTries.objects.get_or_create(line_index=index, defaults={"since": now})
    # Locked, so that the tries of a chat wait for each other.
    return LineTries.objects.select_for_update().get(line_index=index)


def _of_line_code(code: str, *, now: datetime) -> ContactPoint | None:
    live = VerificationCode.objects.live(now=now).filter(
        digest__in=_digests_of_line(code), contact_point__transport=Transport.LINE, contact_point__removed_at=None
    )
    row = live.select_related("contact_point").first()
    if row is None:
        return None
    contact_point = _locked(row.contact_point)
    # Another request may have used the code before the lock.
    return contact_point if live.filter(pk=row.pk).exists() else None
