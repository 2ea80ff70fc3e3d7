"""The exact place: after the agency's PIN or a login, while the dispatch is live. Each view and refusal is traced."""

from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password
from django.core import signing
from django.db import transaction

from agencies.models import Officer, digest
from cases.flow.dispatching.answers import NoLongerAsked
from cases.models import AccessEvent, AcknowledgementLink, Dispatch
from cases.privacy import history

GUESSES = 5
LOCKED_FOR = timedelta(minutes=15)
# A responder presses "arrived" with one hand: the PIN is not asked again for each button.
PROOF_LASTS = timedelta(minutes=30)
_signer = signing.TimestampSigner(salt="place")


class PlaceRefused(Exception):
    """The exact place is not shown."""


class WrongPin(PlaceRefused):
    """Not the agency's PIN."""


class PinLocked(PlaceRefused):
    """Too many wrong PINs on this link; `until` says when it may be tried again."""

    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.until = until


class LoginNeeded(PlaceRefused):
    """Sealed, or the agency has no PIN: only its officers may see the place."""


class NotYetTaken(PlaceRefused):
    """The agency has not said that it takes the case."""


def open_place(*, link: AcknowledgementLink, pin: str, now: datetime) -> str:
    """The holder of the link gives the agency's PIN. Returns the proof that opens the place again for a while.

    Not one transaction: a wrong guess stays counted, and the trace is committed before the answer.
    Raises NoLongerAsked or a PlaceRefused.
    """
    refusal = _refusal(link.dispatch) or _try_pin(link, pin, now=now)
    _trace(link.dispatch, refusal, now=now)
    return _signer.sign(_subject(link))


def open_place_again(*, link: AcknowledgementLink, proof: str, now: datetime) -> None:
    """The proof given with the place, instead of the PIN. Dead after half an hour, or with another PIN."""
    try:
        given = _signer.unsign(proof, max_age=PROOF_LASTS)
    except signing.BadSignature:
        given = ""
    refusal = _refusal(link.dispatch) or _needs_login(link.dispatch)
    if not refusal and given != _subject(link):
        refusal = WrongPin()
    _trace(link.dispatch, refusal, now=now)


def open_place_for(*, dispatch: Dispatch, officer: Officer, now: datetime) -> None:
    """An officer of the agency, logged in."""
    refusal = _refusal(dispatch)
    if not refusal and officer.agency_id != dispatch.agency_id:
        refusal = LoginNeeded()
    _trace(dispatch, refusal, officer=officer, now=now)


def _subject(link: AcknowledgementLink) -> str:
    return digest(f"{link.pk}/{link.dispatch.agency.pin_hash}", purpose="place")


def _refusal(dispatch: Dispatch) -> Exception | None:
    if not dispatch.is_live:
        return NoLongerAsked()
    return None if dispatch.acknowledged_at else NotYetTaken()


def _needs_login(dispatch: Dispatch) -> PlaceRefused | None:
    return LoginNeeded() if dispatch.case.is_sealed or not dispatch.agency.pin_hash else None


@transaction.atomic
def _try_pin(link: AcknowledgementLink, pin: str, *, now: datetime) -> PlaceRefused | None:
    """None when the PIN is right. The link's row lock makes guesses wait for each other."""
    if refusal := _needs_login(link.dispatch):
        return refusal
    row = AcknowledgementLink.objects.select_for_update().get(pk=link.pk)
    if row.pin_locked_until and row.pin_locked_until > now:
        return PinLocked(row.pin_locked_until)
    is_right = check_password(pin, link.dispatch.agency.pin_hash)
    failures = 0 if is_right else row.pin_failures + 1
    # After a lock the count begins anew.
    row.pin_failures = failures % GUESSES
    row.pin_locked_until = now + LOCKED_FOR if failures >= GUESSES else None
    row.save(update_fields=["pin_failures", "pin_locked_until"])
    if is_right:
        return None
    return PinLocked(row.pin_locked_until) if row.pin_locked_until else WrongPin()


def _trace(dispatch: Dispatch, refusal: Exception | None, *, now: datetime, officer: Officer | None = None) -> None:
    history.trace_read(
        what=AccessEvent.What.PLACE,
        now=now,
        officer=officer,
        dispatch=dispatch,
        case=dispatch.case,
        is_refused=refusal is not None,
    )
    if refusal:
        raise refusal
