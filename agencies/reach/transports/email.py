"""E-mail through any SMTP server."""

import asyncio
from email.message import EmailMessage
from email.utils import formatdate

import aiosmtplib
from django.conf import settings

from agencies.models import Notification
from agencies.reach.transports.errors import TransportError

# The whole exchange, whatever the server trickles. A socket timeout is none: it starts anew at each byte.
DEADLINE_SECONDS = 10


class EmailTransport:
    def send(self, *, to: str, notification: Notification) -> None:
        message = _compose(to=to, notification=notification)
        try:
            asyncio.run(asyncio.wait_for(_hand_over(message), DEADLINE_SECONDS))
        except TimeoutError as error:
            raise TransportError("deadline") from error
        except aiosmtplib.SMTPRecipientsRefused as error:
            codes = {refused.code for refused in error.recipients}
            raise TransportError(f"refused {sorted(codes)}", is_permanent=min(codes) >= 500) from error
        except aiosmtplib.SMTPResponseException as error:
            # A 5xx to the sender or the content is the server's view of us, not of the address: try again.
            raise TransportError(f"SMTP {error.code}") from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise TransportError(type(error).__name__) from error


async def _hand_over(message: EmailMessage) -> None:
    server = settings.SMTP
    client = aiosmtplib.SMTP(
        hostname=server.hostname,
        port=server.port,
        username=server.username,
        password=server.password,
        use_tls=server.scheme == "smtps",
        start_tls=True if server.scheme == "smtp+tls" else None,
        timeout=DEADLINE_SECONDS,
    )
    try:
        await client.connect()
        await client.send_message(message)
    finally:
        # No goodbye: the answer to QUIT would be waited for beyond the deadline, and its failure would
        # make a failure of a message that was taken.
        client.close()


def _compose(*, to: str, notification: Notification) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = settings.MAIL_FROM, to
    message["Subject"] = notification.subject
    message["Date"] = formatdate(usegmt=True)
    # The same at every attempt, so that a mailbox can drop a second copy.
    message["Message-ID"] = f"<{notification.idempotency_key}@{settings.MAIL_FROM.partition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(notification.body)
    return message
