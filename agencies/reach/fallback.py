"""An address that does not work is marked, and the agency's next one is told."""

import logging
from datetime import datetime

from cryptography.fernet import InvalidToken
from django.db.models.functions import Now

from agencies.models import ContactPoint, Notification
from agencies.reach import failing, ties

logger = logging.getLogger(__name__)

FALL_BACK_AT = 3  # attempts, about ten seconds: then the agency's next address is told as well


def mark_failing(contact_point: int, *, sent_at: datetime | None = None) -> None:
    """Mark the address as failing until it is verified again.

    A message that was sent before its last verification marks nothing.
    """
    # No address is decrypted here: the one that failed may be one that no key fits.
    failed = ContactPoint.objects.select_related("agency").defer("address").get(pk=contact_point)
    if sent_at and failed.verified_at and failed.verified_at > sent_at:
        return
    if failed.officer_id:  # a browser: its officer switches it on again, and no supervisor is told
        ContactPoint.objects.filter(pk=failed.pk, failing_since=None).update(failing_since=Now())
    else:
        failing.mark_failing(contact_point=failed, now=Now())


def tell_next_once(failed: Notification) -> None:
    """Owe the same message to the agency's next address, unless that was done before, whoever did it."""
    if Notification.objects.filter(pk=failed.pk, successor=None).exists():
        owe_to_next(failed)


def owe_to_next(failed: Notification) -> Notification | None:
    """Owe the same message to the agency's next address that has not got it. Return None when there is none."""
    if failed.is_about_address:
        return None
    root = failed.dedupe_key.partition(">")[0]
    asked = Notification.objects.filter(dedupe_key__startswith=f"{root}>").values("contact_point")
    # No address is decrypted here: the one that failed may be one that no key fits.
    before = ContactPoint.objects.defer("address").get(pk=failed.contact_point_id)
    if before.officer_id:
        return None  # the agency's own addresses were told besides this browser
    successor = (
        ContactPoint.objects.usable()
        .filter(agency=before.agency_id, audience=before.audience)
        .exclude(pk__in=asked)
        .defer("address")
        .first()
    )
    if successor is None:
        # Asked after each failure from the third on, because an address may be added; said once.
        level = logging.ERROR if failed.attempts <= FALL_BACK_AT else logging.DEBUG
        logger.log(level, "notification %s reached nobody; no other contact point", failed.pk)
        return None
    try:
        body = failed.body
    except InvalidToken:
        logger.error("notification %s reached nobody; no key fits what it says", failed.pk)
        return None
    if not body:  # sent an hour ago or longer
        logger.error("notification %s reached nobody; what it said is blanked", failed.pk)
        return None
    [owed] = Notification.objects.owe(
        [
            Notification(
                contact_point=successor,
                subject=failed.subject,
                body=body,
                is_first=failed.is_first,
                precedence=failed.precedence,
                dedupe_key=f"{root}>{successor.pk}",
                due_at=Now(),
                created_at=Now(),
            )
        ]
    )
    ties.hand_on(failed, owed)
    Notification.objects.filter(pk=failed.pk).update(successor=owed)
    return owed
