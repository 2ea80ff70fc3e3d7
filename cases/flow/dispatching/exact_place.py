"""The exact place is shown after the agency's PIN or a login while the dispatch is live; each view is traced."""

from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password
from django.core import signing
from django.db import transaction

from agencies import clock
from agencies.models import Agency, Officer
from cases.flow.dispatching.answering import NoLongerAsked
from cases.models import AccessEvent, AcknowledgementLink, Dispatch
from cases.privacy import history
from cases.privacy.tokens import TimedSigner
from vault import digest

GUESSES = 5
LOCKED_FOR = timedelta(minutes=15)
# Wrong guesses on all links of an agency within LOCKED_FOR: four times GUESSES, so that one link cannot use them up.
AGENCY_GUESSES = 20
# A responder presses "arrived" with one hand: the PIN is not asked again for each button.
PROOF_LASTS = timedelta(minutes=30)
_signer = TimedSigner(salt="place")


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
    """The case is sealed, or the agency has no PIN: only the agency's officers may see the place."""


class NotYetTaken(PlaceRefused):
    """The agency has not acknowledged the case."""


def open_place(*, link: AcknowledgementLink, pin: str, now: datetime) -> str:
    """Check the agency's PIN. Return the proof that opens the place again for half an hour.

    Not one transaction: a wrong guess stays counted, and the trace is committed before the answer. Raises
    NoLongerAsked or a PlaceRefused.
    """
    refusal = _refusal(link.dispatch) or _try_pin(link, pin, now=now)
    _trace(link.dispatch, refusal, now=now)
    return _signer.sign(_subject(link))


def open_place_again(*, link: AcknowledgementLink, proof: str, now: datetime) -> None:
    """Check the proof instead of the PIN. It ends after half an hour, or when the PIN changes.

    Raises NoLongerAsked or a PlaceRefused.
    """
    try:
        given = _signer.unsign(proof, max_age=PROOF_LASTS)
    except signing.BadSignature:
        given = ""
    refusal = _refusal(link.dispatch) or _needs_login(link.dispatch)
    if not refusal and given != _subject(link):
        refusal = WrongPin()
    _trace(link.dispatch, refusal, now=now)


def open_place_for(*, dispatch: Dispatch, officer: Officer, now: datetime) -> None:
    """Check that the officer, who is logged in, belongs to the agency. Raises NoLongerAsked or a PlaceRefused."""
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


def _try_pin(link: AcknowledgementLink, pin: str, *, now: datetime) -> PlaceRefused | None:
    """Compare the PIN with that of the agency. Return None when it is right, else the reason of the refusal.

    Each try is counted as wrong before it is tried, so that a hundred at once are five guesses, and nobody waits for
    the hash with a lock or a connection in hand.
    """
    if refusal := _needs_login(link.dispatch) or _take_a_guess(link, now=now):
        return refusal
    if check_password(pin, Agency.objects.get(pk=link.dispatch.agency_id).pin_hash):
        _forgive(link)
        return None
    locked_until = AcknowledgementLink.objects.get(pk=link.pk).pin_locked_until
    return PinLocked(locked_until) if locked_until and _lasts(locked_until, now=now) else WrongPin()


@transaction.atomic
def _take_a_guess(link: AcknowledgementLink, *, now: datetime) -> PinLocked | None:
    row, agency = _locked(link)
    if locked_until := _locked_until(row, agency, now=now):
        return PinLocked(locked_until)
    _count_wrong(row, agency, now=now)
    return None


@transaction.atomic
def _forgive(link: AcknowledgementLink) -> None:
    """Take back the guess that was right."""
    row, agency = _locked(link)
    row.pin_failures, row.pin_locked_until = 0, None
    row.save(update_fields=["pin_failures", "pin_locked_until"])
    agency.pin_wrong = max(agency.pin_wrong - 1, 0)
    agency.save(update_fields=["pin_wrong"])


def _locked(link: AcknowledgementLink) -> tuple[AcknowledgementLink, Agency]:
    row = AcknowledgementLink.objects.select_for_update().get(pk=link.pk)
    # no_key: an alert that asks the agency meanwhile does not wait.
    return row, Agency.objects.select_for_update(no_key=True).get(pk=link.dispatch.agency_id)


def _locked_until(row: AcknowledgementLink, agency: Agency, *, now: datetime) -> datetime | None:
    """Return until when no PIN is tried on this link, or None.

    Five wrong guesses lock a link. Twenty on all links of an agency lock those of its links that have guessed
    wrong. A link without a wrong guess is never locked by others: nobody can keep the agency's own people from
    their first try, and each further link gives an attacker one guess only.
    """
    if row.pin_locked_until and _lasts(row.pin_locked_until, now=now):
        return row.pin_locked_until
    has_guessed = row.pin_failures > 0 or row.pin_locked_until is not None
    window_ends = agency.pin_wrong_since + LOCKED_FOR if agency.pin_wrong_since else now
    is_locked = has_guessed and agency.pin_wrong >= AGENCY_GUESSES and _lasts(window_ends, now=now)
    return window_ends if is_locked else None


def _lasts(moment: datetime, *, now: datetime) -> bool:
    """Say whether a lock still lasts. One that ends later than a lock can was set by a clock that was ahead."""
    return now < moment <= now + LOCKED_FOR + clock.APART


def _count_wrong(row: AcknowledgementLink, agency: Agency, *, now: datetime) -> None:
    failures = row.pin_failures + 1
    # After a lock the count begins anew.
    row.pin_failures = failures % GUESSES
    row.pin_locked_until = now + LOCKED_FOR if failures >= GUESSES else row.pin_locked_until
    row.save(update_fields=["pin_failures", "pin_locked_until"])
    if agency.pin_wrong_since is None or not _lasts(agency.pin_wrong_since + LOCKED_FOR, now=now):
        agency.pin_wrong, agency.pin_wrong_since = 0, now
    agency.pin_wrong = min(agency.pin_wrong + 1, AGENCY_GUESSES)
    agency.save(update_fields=["pin_wrong", "pin_wrong_since"])


def _trace(dispatch: Dispatch, refusal: Exception | None, *, now: datetime, officer: Officer | None = None) -> None:
    """Write the view or the refusal down, then raise the refusal."""
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
