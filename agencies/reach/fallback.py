"""An address that does not work is marked, and the agency's next one is told."""

import logging
from datetime import datetime

from cryptography.fernet import InvalidToken
from django.db.models.functions import Now

from agencies.models import ContactPoint, Notification

logger = logging.getLogger(__name__)


def mark_failing(contact_point: int, *, sent_at: datetime | None = None) -> None:
    """It is not used again until it is verified anew; what was sent before that condemns it no more."""
    failing = ContactPoint.objects.filter(pk=contact_point, failing_since=None)
    if sent_at:
        failing = failing.exclude(verified_at__gt=sent_at)
    failing.update(failing_since=Now())


def owe_to_next(failed: Notification) -> None:
    """The same message to the agency's next address that was not asked yet for it."""
    root = failed.dedupe_key.partition(">")[0]
    asked = Notification.objects.filter(dedupe_key__startswith=f"{root}>").values("contact_point")
    # No address is decrypted here: the one that failed may be one that no key fits.
    before = ContactPoint.objects.defer("address").get(pk=failed.contact_point_id)
    if before.officer_id:
        return  # an officer's browser came besides the agency's own
    successor = (
        ContactPoint.objects.usable()
        .filter(agency=before.agency_id, audience=before.audience)
        .exclude(pk__in=asked)
        .defer("address")
        .first()
    )
    if successor is None:
        logger.error("notification %s reached nobody; no other contact point", failed.pk)
        return
    try:
        body = failed.body
    except InvalidToken:
        logger.error("notification %s reached nobody; no key fits what it says", failed.pk)
        return
    if not body:  # sent an hour ago or longer
        logger.error("notification %s reached nobody; what it said is blanked", failed.pk)
        return
    Notification.objects.owe(
        [
            Notification(
                contact_point=successor,
                subject=failed.subject,
                body=body,
                dedupe_key=f"{root}>{successor.pk}",
                due_at=Now(),
                created_at=Now(),
            )
        ]
    )
