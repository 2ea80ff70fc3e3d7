"""SMS by an HTTP gateway. A profile knows how to ask one kind of gateway and how to read its answers."""

import base64
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from agencies.models import Notification
from agencies.reach.transports.errors import TransportError, Unanswered
from agencies.reach.transports.http import post

# Three parts; Thai has 67 characters a part. No link, because carriers block messages with one.
MOST_CHARACTERS = 3 * 67
BAD_NUMBER = 422  # as we document it
BAD_REQUEST = (400, 404, BAD_NUMBER)  # 401, 402, 403 and 429 are about our account, 5xx about the gateway
# Words about our account, our sender or our text: whatever number they name, the fault is ours.
OURS = re.compile(r"credit|balance|quota|limit|sender|permission|authori|authent|spam|content|template|rate|account")
GATEWAY_TIMEOUT = 504  # of a proxy before the gateway
LOG_IN = "กรุณาเข้าสู่ระบบ / Please log in"


class SmsTransport:
    def send(self, *, to: str, notification: Notification) -> str:
        gateway = settings.SMS_GATEWAY
        if gateway is None:
            raise TransportError("not configured")
        return _PROFILES[gateway.profile](gateway, _number(to), _text(notification), notification)


def _text(notification: Notification) -> str:
    if notification.is_about_address:  # short, and without a link
        return notification.body.strip()[:MOST_CHARACTERS]
    return compose(notification.subject)


def compose(subject: str) -> str:
    """Return reference, urgency, district and "log in", but never the body, because the link stands in it."""
    return f"{subject[: MOST_CHARACTERS - len(LOG_IN) - 1]}\n{LOG_IN}"


def _number(address: str) -> str:
    """Return the digits with the country code; without one it is a number in Thailand. Raises TransportError."""
    digits = re.sub(r"[\s().-]", "", address)
    if re.fullmatch(r"0[0-9]{8,9}", digits):
        digits = f"66{digits[1:]}"
    digits = digits.removeprefix("+")
    if not re.fullmatch(r"[1-9][0-9]{8,14}", digits):
        raise TransportError("not a telephone number", is_permanent=True)
    return digits


def _thaibulksms(gateway: Any, number: str, text: str, notification: Notification) -> str:
    """Send by ThaiBulkSMS v2 and return its id of the message. Raises TransportError.

    It knows no idempotency key: after a deadline the same text may arrive twice.
    """
    credentials = base64.b64encode(f"{gateway.key}:{gateway.secret}".encode()).decode()
    form = {"msisdn": number, "message": text, "sender": gateway.sender, "force": gateway.force}
    headers = {"Authorization": f"Basic {credentials}", "Content-Type": "application/x-www-form-urlencoded"}
    answer = post(gateway.url, content=urlencode(form).encode(), headers=headers, is_late=notification.hold_on)
    said = answer.json()
    if answer.is_taken and (taken := said.get("phone_number_list")):
        return _message_id(taken)
    if answer.is_taken and (bad := said.get("bad_phone_number_list")):
        raise answer.as_error("bad number", is_permanent=not _speaks_of_us(json.dumps(bad)))
    if answer.is_taken or answer.status == GATEWAY_TIMEOUT:
        raise Unanswered(f"HTTP {answer.status}")  # perhaps it was taken
    error = said.get("error")
    error = error if isinstance(error, dict) else {}
    words = f"{error.get('name', '')} {error.get('description', '')}".lower()
    # Credentials, credit and the sender's name are our trouble; only a bad number marks the address.
    blames_number = answer.status in BAD_REQUEST and "msisdn" in words and not _speaks_of_us(words)
    raise answer.as_error(str(error.get("code", ""))[:20], is_permanent=blames_number)


def _generic(gateway: Any, number: str, text: str, notification: Notification) -> str:
    """Send by any gateway, or a small adapter before it, that takes this JSON. Return its id of the message.

    Raises TransportError; status 422 means that the number is bad.
    """
    message = {"to": f"+{number}", "from": gateway.sender, "text": text}
    headers = {
        "Authorization": f"Bearer {gateway.key}",
        "Content-Type": "application/json",
        "Idempotency-Key": str(notification.idempotency_key),
    }
    content = json.dumps(message).encode()
    answer = post(gateway.url, content=content, headers=headers, is_late=notification.hold_on)
    if answer.status == GATEWAY_TIMEOUT:
        raise Unanswered(f"HTTP {answer.status}")  # perhaps it was taken
    if not answer.is_taken:
        raise answer.as_error(is_permanent=answer.status == BAD_NUMBER and not _speaks_of_us(answer.text))
    return str(answer.json().get("id", ""))


def _speaks_of_us(words: str) -> bool:
    return OURS.search(words.lower()) is not None


def _message_id(taken: Any) -> str:
    return str(taken[0].get("message_id", "")) if isinstance(taken, list) and isinstance(taken[0], dict) else ""


_PROFILES: dict[str, Callable[[Any, str, str, Notification], str]] = {
    "generic": _generic,
    "thaibulksms": _thaibulksms,
}
