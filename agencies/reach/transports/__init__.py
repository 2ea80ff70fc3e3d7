"""The transports, a file for each: one method, `send`, and one error."""

from typing import Protocol

from agencies.models import ContactPoint, Notification
from agencies.reach.transports import email
from agencies.reach.transports.email import EmailTransport
from agencies.reach.transports.errors import TransportError, Unanswered
from agencies.reach.transports.line import LineTransport
from agencies.reach.transports.sms import SmsTransport
from agencies.reach.transports.web_push import WebPushTransport
from agencies.reach.transports.webhook import WebhookTransport

__all__ = ["Transport", "TransportError", "Unanswered", "hang_up", "transport_for"]


class Transport(Protocol):
    def send(self, *, to: str, notification: Notification) -> str | None:
        """Hand the message over within the deadlines of the transport, or raise TransportError.

        It calls `notification.hold_on` when the message was given and the answer takes long. Return the provider's
        id of the message, where it gives one.
        """


_TRANSPORTS: dict[str, Transport] = {
    ContactPoint.Transport.EMAIL: EmailTransport(),
    ContactPoint.Transport.SMS: SmsTransport(),
    ContactPoint.Transport.LINE: LineTransport(),
    ContactPoint.Transport.WEBHOOK: WebhookTransport(),
    ContactPoint.Transport.WEB_PUSH: WebPushTransport(),
}


def hang_up() -> None:
    """Close the connections that this thread kept open between messages."""
    email.hang_up()


def transport_for(contact_point: ContactPoint) -> Transport:
    return _TRANSPORTS[contact_point.transport]
