"""LINE's Messaging API: a push to a person or a group that added our account, and a reply to what they wrote."""

import json
import re
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings

from agencies.models import Notification
from agencies.reach.transports.errors import TransportError
from agencies.reach.transports.http import Answer, post

MOST_CHARACTERS = 5000
LONGEST_LABEL = 20
ALREADY_TAKEN = 409
# Words in a status 400 that blame the recipient, and not our message or plan.
BLAMES_RECIPIENT = ("the property, 'to', in the request body is invalid", "failed to send messages")


Buttons = Sequence[dict[str, str]]  # label, and the data that LINE sends us when it is pressed


class LineTransport:
    def send(self, *, to: str, notification: Notification) -> str:
        text = f"{notification.subject}\n\n{notification.body}"
        return push(to, text, key=notification.idempotency_key, is_late=notification.hold_on)


def push(
    to: str, text: str, buttons: Buttons = (), *, key: uuid.UUID, is_late: Callable[[], object] | None = None
) -> str:
    """Send a push and return LINE's id of the message. Raises TransportError."""
    if settings.LINE_CHANNEL and not re.fullmatch(r"[UCR][0-9a-f]{32}", to):
        raise TransportError("not a LINE id", is_permanent=True)
    message = {"to": to, "messages": [_message(text, buttons)]}
    # The same key at every attempt: LINE answers 409 to what it has taken before.
    answer = _call("push", message, {"X-Line-Retry-Key": str(key)}, is_late)
    _judge(answer)
    return _name_of(answer)


def reply(token: str, text: str, buttons: Buttons = ()) -> None:
    """Reply to the event that brought `token`. Raises TransportError."""
    answer = _call("reply", {"replyToken": token, "messages": [_message(text, buttons)]}, {})
    if not answer.is_taken:
        raise answer.as_error()


def _call(
    verb: str, content: dict[str, Any], headers: dict[str, str], is_late: Callable[[], object] | None = None
) -> Answer:
    channel = settings.LINE_CHANNEL
    if channel is None:
        raise TransportError("not configured")
    known = {"Authorization": f"Bearer {channel.token}", "Content-Type": "application/json"}
    address, body = f"{channel.url}/v2/bot/message/{verb}", json.dumps(content).encode()
    return post(address, content=body, headers={**known, **headers}, is_late=is_late)


def _message(text: str, buttons: Buttons) -> dict[str, Any]:
    message: dict[str, Any] = {"type": "text", "text": text[:MOST_CHARACTERS]}
    if buttons:
        message["quickReply"] = {"items": [{"type": "action", "action": _action(button)} for button in buttons]}
    return message


def _action(button: dict[str, str]) -> dict[str, str]:
    # LINE writes nothing into the chat in the name of the person.
    label = button["label"][:LONGEST_LABEL]
    if not button["pressed"]:
        return {"type": "location", "label": label}
    return {"type": "postback", "label": label, "data": button["pressed"]}


def _name_of(answer: Answer) -> str:
    sent = answer.json().get("sentMessages")
    return str(sent[0].get("id", "")) if isinstance(sent, list) and sent and isinstance(sent[0], dict) else ""


def _judge(answer: Answer) -> None:
    if answer.is_taken or answer.status == ALREADY_TAKEN:
        return
    # 401 and 403 are about our token or plan, 429 about our rate or quota: the address is not to blame.
    blames_recipient = answer.status == 400 and any(words in answer.text.lower() for words in BLAMES_RECIPIENT)
    raise answer.as_error("recipient" if blames_recipient else "", is_permanent=blames_recipient)
