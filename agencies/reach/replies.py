"""Answers to people who write to our LINE account. The reply API is free, and its token lives for a minute."""

import logging
import re
import threading
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils import timezone

from agencies.models import ContactPoint, LineReply
from agencies.models.notification import CHANNEL
from agencies.reach.transports import TransportError
from agencies.reach.transports.line import reply

logger = logging.getLogger(__name__)

TOKEN_LIVES = timedelta(minutes=1)
TOKEN = re.compile(r"[\x21-\x7e]{1,200}")
_hand = threading.BoundedSemaphore(1)  # of one process: a LINE that hangs holds one thread


def owe(*, token: str, says: str, now: datetime) -> None:
    """In the caller's transaction; NOTIFY wakes the workers as for a message."""
    if not TOKEN.fullmatch(token):
        return
    LineReply.objects.create(token=token, says=says, created_at=now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])


def send_owed(*, transport: str) -> None:
    """Those of LINE, the only transport that is written to. Nothing when another thread of ours is at it."""
    if transport != ContactPoint.Transport.LINE or settings.LINE_CHANNEL is None:
        return
    if not _hand.acquire(blocking=False):
        return
    try:
        while owed := _take_next():
            _send(owed)
    finally:
        _hand.release()


@transaction.atomic
def _take_next() -> LineReply | None:
    """Taken away before it is sent: a second answer would be worse than none."""
    owed = LineReply.objects.select_for_update(skip_locked=True).order_by("pk").first()
    if owed:
        LineReply.objects.filter(pk=owed.pk).delete()
    return owed


def _send(owed: LineReply) -> None:
    if timezone.now() - owed.created_at > TOKEN_LIVES:
        return
    try:
        reply(owed.token, render_to_string(f"messages/line_{owed.says.lower()}.txt").strip())
    except TransportError as error:
        logger.warning("a LINE reply was not taken: %s", error)
