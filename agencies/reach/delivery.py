"""Delivery: claim a notification by a lease, close the transaction, send, record the outcome."""

import logging
import random
import uuid
from datetime import timedelta
from typing import Any

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Coalesce, Now

from agencies.models import ContactPoint, Notification, TransportState
from agencies.models.notification import NO_KEY_FITS
from agencies.reach import budgets, fallback, gathering, hands, receipts, refusals
from agencies.reach.fallback import FALL_BACK_AT
from agencies.reach.transports import TransportError, Unanswered, hang_up, transport_for

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
LONGEST_WAIT = timedelta(minutes=5)
PATIENCE = timedelta(seconds=5)  # longest wait that we grant a provider until another address is told
MOST_ATTEMPTS = 100  # about eight hours: a mail server that is down for a night
# About eight minutes: a push that is shown later misleads.
MOST_PUSHES = 8
MISSING_FOR = timedelta(hours=2)  # then an address that answers "not found" is failing
# How long after it was given for the first and the second time without an answer it is given again: never each few
# seconds, because each time may be a copy.
GIVEN_AGAIN_AFTER = (timedelta(minutes=5), timedelta(minutes=15))
PUSH_AGAIN_AFTER = (timedelta(minutes=5),)
# No wait of ours puts a message further off: the longest one spread by chance, and of one that was given.
FARTHEST, FARTHEST_GIVEN = timedelta(minutes=6), max(GIVEN_AGAIN_AFTER)
WAITS_FOR_A_KEY = timedelta(seconds=30)  # after the process was restarted it leaves within this


def deliver_due(
    *,
    transport: str = ContactPoint.Transport.EMAIL,
    most: int = 100,
    due_for: timedelta = timedelta(),
    only_alerts: bool = False,
) -> int:
    """Deliver what is due by `transport` until nothing is, or `most` were tried. Return how many were tried.

    Alerts leave before all else (see Precedence), and half of the hands take nothing else. The rest waits no longer
    than the alerts of that moment take: there are few, and one that fails waits between its attempts.

    Any number of workers may do this at once: each claims its own rows. With `due_for`, deliver only what has been
    due for longer, because another worker should have sent it. Return 0 when all threads that this process has for
    the transport are busy: they go on until nothing is due.
    """
    with hands.a_hand(transport) as is_free:
        if not is_free:
            return 0
        tried = 0
        try:
            while tried < most and _deliver_next(transport, due_for, only_alerts=only_alerts):
                tried += 1
        finally:
            hang_up()
        return tried


def _deliver_next(transport: str, due_for: timedelta, *, only_alerts: bool) -> bool:
    """Deliver what is due first. Return False when nothing is, or nothing that this hand may take."""
    with hands.for_the_rest(transport) as may_be_slow:
        alerts_alone = only_alerts or not may_be_slow
        notification = _claim_next(transport=transport, due_for=due_for, only_alerts=alerts_alone)
        if notification is None:
            return False
        if notification.lease_token:  # without a lease it was put off or passed on
            _deliver(notification)
        return True


@transaction.atomic
def _claim_next(*, transport: str, due_for: timedelta, only_alerts: bool = False) -> Notification | None:
    """Take a lease on the most urgent due notification and return it, or None when nothing is due.

    Without a lease it must not be sent: it was put off, or passed on to another one.
    """
    owed = Notification.objects.due(for_longer_than=due_for)
    due = (
        (owed.alerts() if only_alerts else owed)
        .filter(transport=transport)
        .select_for_update(skip_locked=True, of=["self"])
        .defer("body")  # not decrypted here: a row that no key fits would stop all others
        .annotate(is_crowded=gathering.has_had_many())
        .order_by("precedence", "due_at", "pk")
        .first()
    )
    if due is None:
        return None
    notification = _to_send(due) if due.state == Notification.State.QUEUED else _of_a_dead_worker(due)
    if notification is None:
        return due
    # Should this worker die, the row comes due again by itself.
    notification.lease_token = uuid.uuid4()
    Notification.objects.filter(pk=notification.pk).update(
        state=Notification.State.SENDING,
        lease_token=notification.lease_token,
        leased_until=Now() + LEASE,
        attempts=notification.attempts + 1,
    )
    notification.attempts += 1
    return notification


def _of_a_dead_worker(due: Any) -> Notification | None:
    """Do what the worker that held the lease could not do. Return None when this one was given often enough."""
    due.lease_token = None
    if due.times_given or due.attempts >= FALL_BACK_AT:
        fallback.tell_next_once(due)
    if due.times_given <= len(_waits_given(due)):
        return due
    given_up = {"state": Notification.State.FAILED, "lease_token": None, "leased_until": None}
    Notification.objects.filter(pk=due.pk).update(last_error=str(Unanswered()), **given_up)
    return None


def _to_send(due: Any) -> Notification | None:
    """Return this one, or the one into which it was gathered. None: it waits for others, or was passed on."""
    if budgets.is_spent_for(due):
        _send_another_way(due)
        return None
    if not due.is_crowded or not gathering.may_gather(due):
        return due
    if gathering.is_to_wait(due):
        gathering.let_wait(due)
        return None
    return gathering.gather(due)


def _send_another_way(notification: Notification) -> None:
    budgets.warn(notification.transport)
    this = Notification.objects.filter(pk=notification.pk)
    if successor := fallback.owe_to_next(notification):
        this.pass_on_to(successor, reason="budget")
    else:
        this.update(due_at=Now() + budgets.AGAIN_AFTER, last_error="budget")


def _deliver(notification: Notification) -> None:
    try:
        contact_point = notification.contact_point
        provider_id = transport_for(contact_point).send(to=contact_point.address, notification=notification)
    except TransportError as error:
        _record_failure(notification, error)
        # What is permanent speaks of the address, unless everybody is refused.
        if not error.is_permanent or refusals.are_ours(notification.transport):
            TransportState.note_failure(notification.transport, str(error)[:200])
    except InvalidToken:
        _wait_for_a_key(notification)
    except Exception as error:  # whatever is wrong with this row, the next one must leave
        logger.exception("notification %s could not be sent", notification.pk)
        _record_failure(notification, TransportError(type(error).__name__))
    else:
        _record_sent(notification, provider_id or "")


@transaction.atomic
def _wait_for_a_key(notification: Notification) -> None:
    """Owe it until a key fits, however long that takes: this process may only not know the newest one yet.

    The agency's next address is told as after any failure. The audit names what waits (no_key_fits).
    """
    if _is_cancelled(notification, TransportError(NO_KEY_FITS)):
        return
    logger.error("notification %s: no key fits", notification.pk)
    waits = {"state": Notification.State.QUEUED, "due_at": Now() + WAITS_FOR_A_KEY, "last_error": NO_KEY_FITS}
    attempts = min(notification.attempts, MOST_ATTEMPTS)
    if _record(notification, attempts=attempts, **waits) and attempts >= FALL_BACK_AT:
        fallback.tell_next_once(notification)


def _record_sent(notification: Notification, provider_id: str) -> None:
    # The next address needs the text when a receipt reports a failure.
    may_still_fail = receipts.are_expected(notification.transport) and not notification.is_about_address
    said: dict[str, object] = {} if may_still_fail else {"body": ""}
    notification.provider_id = provider_id[:100].replace("\0", "")
    said |= {"state": Notification.State.SENT, "sent_at": Now(), "provider_id": notification.provider_id}
    is_recorded = _record(notification, last_error="", **said)
    TransportState.note_success(notification.transport)
    if is_recorded and notification.provider_id:
        receipts.settle(notification)


def _record(notification: Notification, **fields: object) -> bool:
    """Write the outcome and return True, unless another worker has taken over the lease."""
    # Answered after all: what `hold_on` wrote down is taken back.
    given: dict[str, object] = {"times_given": notification.times_given, "given_at": notification.given_at}
    fields = {"lease_token": None, "leased_until": None, **given, **fields}
    return bool(Notification.objects.leased_as(notification).update(**fields))


@transaction.atomic
def _record_failure(notification: Notification, error: TransportError) -> None:
    """Queue it again, or give it up when the error is permanent or its attempts are used up.

    The agency's next address is told after FALL_BACK_AT attempts or a permanent error, which also marks this one:
    unless so many are refused that the fault is ours.
    """
    if _is_cancelled(notification, error):
        return
    if isinstance(error, Unanswered):
        _record_unanswered(notification, error)
    elif error.is_permanent or (error.is_missing and _is_missing_for_long(notification)):
        _record_refusal(notification, error)
    elif _again(notification, error) and notification.attempts >= FALL_BACK_AT:
        fallback.tell_next_once(notification)


def _again(notification: Notification, error: TransportError) -> bool:
    """Queue it again unless its attempts are used up. Return False when another worker has taken over the lease."""
    reason = str(error)[:200]
    if notification.attempts >= _most_attempts(notification):
        return _record(notification, state=Notification.State.FAILED, last_error=reason)
    again_at = Now() + _wait_after(notification.attempts, asked=error.retry_after)
    missing_since = Coalesce("missing_since", Now()) if error.is_missing else None
    said = {"due_at": again_at, "last_error": reason, "missing_since": missing_since}
    return _record(notification, state=Notification.State.QUEUED, **said)


def _is_missing_for_long(notification: Notification) -> bool:
    """Say whether nothing was there at each attempt for MISSING_FOR, and the address took nothing else meanwhile."""
    taken = Notification.objects.filter(
        contact_point=OuterRef("contact_point"), sent_at__gte=OuterRef("missing_since")
    )
    missing = Notification.objects.leased_as(notification).filter(missing_since__lte=Now() - MISSING_FOR)
    return missing.filter(~Exists(taken)).exists()


def _record_unanswered(notification: Notification, error: Unanswered) -> None:
    """Owe the message to the next address at once, and to this one again after some minutes, twice at most."""
    said = {**_given_once_more(notification), "last_error": str(error)[:200]}
    waits = _waits_given(notification)[notification.times_given :]
    if waits:
        is_recorded = _record(notification, state=Notification.State.QUEUED, due_at=Now() + waits[0], **said)
    else:
        is_recorded = _record(notification, state=Notification.State.FAILED, **said)
    if is_recorded:
        fallback.tell_next_once(notification)


def _record_refusal(notification: Notification, error: TransportError) -> None:
    refusals.one_at_a_time(notification.transport)
    if not Notification.objects.leased_as(notification).update(refused_at=Now()):
        return
    if are_ours := refusals.are_ours(notification.transport):
        refusals.reprieve(notification.transport)
        _again(notification, error)
    else:
        _record(notification, state=Notification.State.FAILED, last_error=str(error)[:200])
    fallback.tell_next_once(notification)
    if not are_ours:
        fallback.mark_failing(notification.contact_point_id)


def _is_cancelled(notification: Notification, error: TransportError) -> bool:
    """Cancel it, and return True, when it was no longer owed while it was being sent."""
    # Locked, so that whoever ends it at this moment finds it queued again, or cancelled.
    ours = Notification.objects.leased_as(notification).select_for_update(of=["self"])
    if not ours.values_list("is_last_try", flat=True).first():
        return False
    given = _given_once_more(notification) if isinstance(error, Unanswered) else {}
    return _record(notification, state=Notification.State.CANCELLED, last_error=str(error)[:200], **given)


def _given_once_more(notification: Notification) -> dict[str, object]:
    return {"times_given": notification.times_given + 1, "given_at": Now()}


def _waits_given(notification: Notification) -> tuple[timedelta, ...]:
    return PUSH_AGAIN_AFTER if notification.transport == ContactPoint.Transport.WEB_PUSH else GIVEN_AGAIN_AFTER


def _most_attempts(notification: Notification) -> int:
    return MOST_PUSHES if notification.transport == ContactPoint.Transport.WEB_PUSH else MOST_ATTEMPTS


def _wait_after(attempts: int, *, asked: int | None = None) -> timedelta:
    longest = (PATIENCE if attempts < FALL_BACK_AT else LONGEST_WAIT).total_seconds()
    seconds = max(min(2**attempts, LONGEST_WAIT.total_seconds()), min(asked or 0, longest))
    # Spread by chance, so that not all call at once when a server is back.
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))  # noqa: S311


def pass_on(*, contact_point: ContactPoint) -> None:
    """Pass what is owed to a removed contact point on to the agency's next one; without one it stays owed."""
    owed = contact_point.notifications.filter(state=Notification.State.QUEUED, is_about_address=False)
    for notification in owed.select_for_update(skip_locked=True, of=["self"]).defer("body").order_by("pk"):
        if successor := fallback.owe_to_next(notification):
            Notification.objects.filter(pk=notification.pk).pass_on_to(successor)
