"""LINE's Messaging API: a push to a person or a group that has added our account, and a reply to what they wrote."""

import json
import re

from django.conf import settings

from agencies.models import Notification
from agencies.reach.transports.errors import TransportError
from agencies.reach.transports.http import Answer, post

MOST_CHARACTERS = 5000
ALREADY_TAKEN = 409
# What the API says with status 400 when it is the recipient that it will not take, and not our message or plan.
BLAMES_RECIPIENT = ("the property, 'to', in the request body is invalid", "failed to send messages")


class LineTransport:
    def send(self, *, to: str, notification: Notification) -> str:
        channel = settings.LINE_CHANNEL
        if channel is None:
            raise TransportError("not configured")
        if not re.fullmatch(r"[UCR][0-9a-f]{32}", to):
            raise TransportError("not a LINE id", is_permanent=True)
        text = f"{notification.subject}\n\n{notification.body}"[:MOST_CHARACTERS]
        message = {"to": to, "messages": [{"type": "text", "text": text}]}
        headers = {
            "Authorization": f"Bearer {channel.token}",
            "Content-Type": "application/json",
            # The same at every attempt: LINE answers 409 to what it has taken before.
            "X-Line-Retry-Key": str(notification.idempotency_key),
        }
        answer = post(f"{channel.url}/v2/bot/message/push", content=json.dumps(message).encode(), headers=headers)
        _judge(answer)
        return _name_of(answer)


def reply(token: str, text: str) -> None:
    """Say `text` where the event came from that brought `token`. Raises TransportError."""
    channel = settings.LINE_CHANNEL
    if channel is None:
        raise TransportError("not configured")
    headers = {"Authorization": f"Bearer {channel.token}", "Content-Type": "application/json"}
    message = {"replyToken": token, "messages": [{"type": "text", "text": text}]}
    answer = post(f"{channel.url}/v2/bot/message/reply", content=json.dumps(message).encode(), headers=headers)
    if not answer.is_taken:
        raise answer.as_error()


def _name_of(answer: Answer) -> str:
    """LINE's id of the first message, when it was accepted before as well; it sends no receipts."""
    sent = answer.json().get("sentMessages")
    return str(sent[0].get("id", "")) if isinstance(sent, list) and sent and isinstance(sent[0], dict) else ""


def _judge(answer: Answer) -> None:
    if answer.is_taken or answer.status == ALREADY_TAKEN:
        return
    # 401 and 403 speak of our token or plan, 429 of our rate or quota: the address is not to blame.
    blames_recipient = answer.status == 400 and any(words in answer.text.lower() for words in BLAMES_RECIPIENT)
    raise answer.as_error("recipient" if blames_recipient else "", is_permanent=blames_recipient)
