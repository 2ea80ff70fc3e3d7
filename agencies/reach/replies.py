"""What we say in a LINE chat: a reply, whose token is valid for a minute, or a push."""

import logging
import re
import threading
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import connection, transaction
from django.template.loader import render_to_string

from agencies import clock
from agencies.models import ContactPoint, LineReply
from agencies.models.notification import CHANNEL
from agencies.reach.transports import TransportError, line

logger = logging.getLogger(__name__)

TOKEN_LIVES = timedelta(minutes=1)
TOKEN = re.compile(r"[\x21-\x7e]{1,200}")
_hand = threading.BoundedSemaphore(1)  # of one process: a LINE that hangs blocks one thread


class WordsNotTaken(Exception):
    """LINE did not take our words."""

    def __init__(self, *, is_permanent: bool) -> None:
        super().__init__()
        self.is_permanent = is_permanent  # the person has blocked our account, or is gone


@dataclass(frozen=True)
class Button:
    """A button below the words. LINE shows the first 20 characters of its label."""

    label: str
    pressed: str = ""  # what LINE then tells us; without it, LINE asks for a place and sends that


@dataclass(frozen=True)
class Words:
    text: str
    buttons: Sequence[Button] = ()


def owe(*, token: str, says: str | Words, now: datetime) -> None:
    """Owe a reply, in the caller's transaction, and wake the workers."""
    if not TOKEN.fullmatch(token):
        return
    if isinstance(says, Words):
        buttons = [asdict(button) for button in says.buttons]
        LineReply.objects.create(token=token, text=says.text, buttons=buttons, created_at=now)
    else:
        LineReply.objects.create(token=token, says=says, created_at=now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])


def send_owed(*, transport: str) -> None:
    """Send the replies that are owed when `transport` is LINE. Return at once while another thread sends them."""
    if transport != ContactPoint.Transport.LINE or settings.LINE_CHANNEL is None:
        return
    if not _hand.acquire(blocking=False):
        return
    try:
        while owed := _take_next():
            _send(owed)
    except InvalidToken:
        logger.error("LINE replies wait: no key fits")
    finally:
        _hand.release()


@transaction.atomic
def _take_next() -> LineReply | None:
    owed = LineReply.objects.select_for_update(skip_locked=True).order_by("pk").first()
    if owed:
        # Deleted before it is sent: a second reply would be worse than none.
        LineReply.objects.filter(pk=owed.pk).delete()
    return owed


def _send(owed: LineReply) -> None:
    if clock.now() - owed.created_at > TOKEN_LIVES:
        return
    text = owed.text or render_to_string(f"messages/line_{owed.says.lower()}.txt").strip()
    try:
        line.reply(owed.token, text, owed.buttons)
    except TransportError as error:
        logger.warning("a LINE reply was not taken: %s", error)


def push(words: Words, *, to: str, key: uuid.UUID) -> None:
    """Say it to somebody who has not just written. LINE takes the same `key` once. Raises WordsNotTaken."""
    try:
        line.push(to, words.text, [asdict(button) for button in words.buttons], key=key)
    except TransportError as error:
        raise WordsNotTaken(is_permanent=error.is_permanent) from error
