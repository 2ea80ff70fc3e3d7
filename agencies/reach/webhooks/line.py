"""LINE's events: who has added us, who has left, and codes that bind a person or a group to an agency."""

import base64
import hashlib
import hmac
import json
import logging
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils.crypto import constant_time_compare

from agencies.models import LineEvent, LineReply
from agencies.reach import replies, verification

logger = logging.getLogger(__name__)

NAME = re.compile(r"[\x21-\x7e]{1,64}")
KEPT_FOR = timedelta(days=7)  # LINE gives up sending one again long before
Event = dict[str, Any]
Says = LineReply.Says


class Malformed(Exception):
    """Signed, and not what LINE documents."""


def channel_secret() -> str:
    """Empty when this deployment does not listen to LINE."""
    return settings.LINE_CHANNEL.secret if settings.LINE_CHANNEL else ""


def is_genuine(body: bytes, signature: str, *, secret: str) -> bool:
    """Over the bytes as they came, before anything of them is understood."""
    mac = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return constant_time_compare(base64.b64encode(mac), signature.encode("utf-8", "replace"))


def receive(body: bytes, *, now: datetime) -> bool:
    """Deal with each event once. False when one could not be dealt with: LINE may send it again.

    Raises Malformed.
    """
    done = [_deal_with(event, now=now) for event in _events(body)]
    return all(done)


def forget(*, now: datetime) -> None:
    LineEvent.objects.filter(received_at__lt=now - KEPT_FOR).delete()


def _events(body: bytes) -> list[Event]:
    try:
        events = json.loads(body)["events"]
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        raise Malformed from error
    if not isinstance(events, list):
        raise Malformed
    return [event for event in events if isinstance(event, dict)]


def _deal_with(event: Event, *, now: datetime) -> bool:
    """The event and the memory of it are one transaction. One that fails never stops the next."""
    meaning, line_id = _MEANINGS.get(_text(event, "type")), _chat(event)
    event_id = _text(event, "webhookEventId")
    if meaning is None or not line_id or not NAME.fullmatch(event_id):
        return True
    try:
        with transaction.atomic():
            if _is_new(event_id, now=now):
                meaning(event, line_id, now)
    except DatabaseError:
        raise
    except Exception:
        logger.exception("a LINE event could not be dealt with")
        return False
    return True


def _is_new(event_id: str, *, now: datetime) -> bool:
    _, is_new = LineEvent.objects.get_or_create(event_id=event_id, defaults={"received_at": now})
    return is_new


# ---- What each event means. The public's own conversation will begin in `_on_message`. -------------------------


def _on_message(event: Event, line_id: str, now: datetime) -> None:
    code = _code_in(event)
    if code:
        bound = verification.bind_line(code=code, line_id=line_id, now=now)
        _answer(event, Says.BOUND if bound else Says.NOT_BOUND, now=now)


def _on_arrival(event: Event, line_id: str, now: datetime) -> None:
    """We were added, by a person or to a group."""
    _answer(event, Says.HOW_TO_BIND, now=now)


def _on_departure(event: Event, line_id: str, now: datetime) -> None:
    verification.line_left(line_id=line_id, now=now)


def _on_newcomer(event: Event, line_id: str, now: datetime) -> None:
    """Somebody else now reads what the group is told."""
    verification.line_joined_by(line_id=line_id, now=now)


_MEANINGS: dict[str, Callable[[Event, str, datetime], None]] = {
    "message": _on_message,
    "follow": _on_arrival,
    "join": _on_arrival,
    "unfollow": _on_departure,
    "leave": _on_departure,
    "memberJoined": _on_newcomer,
}


def _answer(event: Event, says: str, *, now: datetime) -> None:
    """Owed here, said by a worker. In standby another program has the conversation."""
    token = _text(event, "replyToken")
    if token and event.get("mode") != "standby":
        replies.owe(token=token, says=says, now=now)


def _chat(event: Event) -> str:
    """The group's or room's id, or else the person's: to whom a push would go."""
    source = event.get("source")
    if not isinstance(source, dict):
        return ""
    found = next((source[name] for name in ("groupId", "roomId", "userId") if source.get(name)), "")
    return found if isinstance(found, str) and re.fullmatch(r"[UCR][0-9a-f]{32}", found) else ""


def _code_in(event: Event) -> str:
    """A message that is a code and nothing else; a group's talk is not read."""
    message = event.get("message")
    if not isinstance(message, dict) or message.get("type") != "text":
        return ""
    text = _text(message, "text")
    return text if verification.looks_like_a_code(text) else ""


def _text(event: Event, name: str) -> str:
    value = event.get(name)
    return value if isinstance(value, str) else ""
