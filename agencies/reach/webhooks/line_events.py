"""LINE's events: who added or left our account, codes that bind a chat to an agency, and what the public writes."""

import base64
import hashlib
import hmac
import json
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils.crypto import constant_time_compare

from agencies.models import ContactPoint, LineEvent, LineReply
from agencies.reach import replies, verification
from agencies.reach.replies import Words

logger = logging.getLogger(__name__)

NAME = re.compile(r"[\x21-\x7e]{1,64}")
FORGOTTEN_AFTER = timedelta(days=7)  # LINE stops sending an event again long before
Event = dict[str, Any]
Says = LineReply.Says


@dataclass(frozen=True)
class Heard:
    """What a person did in a chat with our account alone that is no contact point."""

    line_id: str
    at: datetime  # when the person did it: LINE may tell us hours later, and an earlier event after a later one
    kind: str  # LINE's: message, postback, follow or unfollow
    message: Event  # as LINE sends it; {} when it is no message
    pressed: str = ""  # the data of our button
    is_perhaps_a_code: bool = False  # perhaps of an officer who mistyped it


# Given by the room that deals with the public: it takes what was heard and returns the reply.
Hear = Callable[[Heard, datetime], Words | None]


class MalformedEvents(Exception):
    """The body is signed, but is not what LINE documents."""


def channel_secret() -> str:
    return settings.LINE_CHANNEL.secret if settings.LINE_CHANNEL else ""


def is_genuine(body: bytes, signature: str, *, secret: str) -> bool:
    """Verify the signature over the bytes as they came, before anything is parsed."""
    mac = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return constant_time_compare(base64.b64encode(mac), signature.encode("utf-8", "replace"))


def receive(body: bytes, *, now: datetime, hear: Hear | None = None) -> bool:
    """Deal with each event once. Return False when one failed, so that LINE sends it again.

    Without `hear` the public is told that nobody reads this. Raises MalformedEvents.
    """
    done = [_deal_with(event, now=now, hear=hear) for event in _events(body)]
    return all(done)


def forget(*, now: datetime) -> None:
    LineEvent.objects.filter(received_at__lt=now - FORGOTTEN_AFTER).delete()


def _events(body: bytes) -> list[Event]:
    try:
        events = json.loads(body)["events"]
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        raise MalformedEvents from error
    if not isinstance(events, list):
        raise MalformedEvents
    return [event for event in events if isinstance(event, dict)]


def _deal_with(event: Event, *, now: datetime, hear: Hear | None) -> bool:
    meaning, line_id = _MEANINGS.get(_text(event, "type")), _chat(event)
    event_id = _text(event, "webhookEventId")
    if meaning is None or not line_id or not NAME.fullmatch(event_id):
        return True
    try:
        with transaction.atomic():  # the event is remembered only when it was dealt with
            if _is_new(event_id, now=now):
                meaning(event, line_id, now, hear)
    except DatabaseError:
        raise
    except Exception:  # whatever is wrong with this event, the next one must be dealt with
        logger.exception("a LINE event could not be dealt with")
        return False
    return True


def _is_new(event_id: str, *, now: datetime) -> bool:
    _, is_new = LineEvent.objects.get_or_create(event_id=event_id, defaults={"received_at": now})
    return is_new


# ---- What each event means ---------------------------------------------------------------------------------------


def _on_message(event: Event, line_id: str, now: datetime, hear: Hear | None) -> None:
    code = _code_in(event)
    if code and verification.bind_line(code=code, line_id=line_id, now=now):
        return _answer(event, Says.BOUND, now=now)
    otherwise = Says.NOT_BOUND if code else None
    if not code and hear is None and _is_of_public(line_id):
        otherwise = Says.HOW_TO_BIND
    return _let_hear(event, line_id, now, hear, otherwise=otherwise)


def _on_button(event: Event, line_id: str, now: datetime, hear: Hear | None) -> None:
    _let_hear(event, line_id, now, hear)


def _on_arrival(event: Event, line_id: str, now: datetime, hear: Hear | None) -> None:
    _let_hear(event, line_id, now, hear, otherwise=Says.HOW_TO_BIND)


def _on_departure(event: Event, line_id: str, now: datetime, hear: Hear | None) -> None:
    verification.line_left(line_id=line_id, at=_happened_at(event, now=now))
    _let_hear(event, line_id, now, hear)


def _on_newcomer(event: Event, line_id: str, now: datetime, hear: Hear | None) -> None:
    verification.line_joined_by(line_id=line_id, now=now)


_MEANINGS: dict[str, Callable[[Event, str, datetime, Hear | None], None]] = {
    "message": _on_message,
    "postback": _on_button,
    "follow": _on_arrival,
    "join": _on_arrival,
    "unfollow": _on_departure,
    "leave": _on_departure,
    "memberJoined": _on_newcomer,
}


def _let_hear(event: Event, line_id: str, now: datetime, hear: Hear | None, *, otherwise: str | None = None) -> None:
    says: str | Words | None = None
    # Groups, and chats that are contact points, are not read.
    if hear and _is_of_public(line_id):
        says = hear(_heard(event, line_id, now=now), now)
    if says := says or otherwise:
        _answer(event, says, now=now)


def _is_of_public(line_id: str) -> bool:
    return line_id.startswith("U") and not ContactPoint.objects.listed().at(line_id).exists()


def _heard(event: Event, line_id: str, *, now: datetime) -> Heard:
    message, postback = event.get("message"), event.get("postback")
    return Heard(
        line_id=line_id,
        at=_happened_at(event, now=now),
        kind=_text(event, "type"),
        message=message if isinstance(message, dict) else {},
        pressed=_text(postback, "data") if isinstance(postback, dict) else "",
        is_perhaps_a_code=bool(_code_in(event)),
    )


def _happened_at(event: Event, *, now: datetime) -> datetime:
    """Return LINE's moment of the event, which is never later than now. An event without one happens now."""
    stamp = event.get("timestamp")
    if type(stamp) is not int or not 0 < stamp < now.timestamp() * 1000:
        return now
    return datetime.fromtimestamp(stamp / 1000, tz=UTC)


def _answer(event: Event, says: str | Words, *, now: datetime) -> None:
    token = _text(event, "replyToken")
    # In standby another program has the conversation.
    if token and event.get("mode") != "standby":
        replies.owe(token=token, says=says, now=now)


def _chat(event: Event) -> str:
    source = event.get("source")
    if not isinstance(source, dict):
        return ""
    # The group or room first: a push goes there, and not to the person.
    found = next((source[name] for name in ("groupId", "roomId", "userId") if source.get(name)), "")
    return found if isinstance(found, str) and re.fullmatch(r"[UCR][0-9a-f]{32}", found) else ""


def _code_in(event: Event) -> str:
    message = event.get("message")
    if not isinstance(message, dict) or message.get("type") != "text":
        return ""
    text = _text(message, "text")
    return text if verification.looks_like_a_code(text) else ""  # other words of a group are not read


def _text(event: Event, name: str) -> str:
    value = event.get(name)
    return value if isinstance(value, str) else ""
