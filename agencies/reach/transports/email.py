"""E-mail by any SMTP server."""

import asyncio
import threading
from contextlib import suppress
from email.message import EmailMessage
from email.utils import formatdate

import aiosmtplib
from django.conf import settings

from agencies.models import Notification
from agencies.reach.transports.errors import TransportError, reason_of
from agencies.reach.transports.mailbox import enhanced_code, is_gone, is_gone_after_all

# Of the whole exchange. A socket timeout is no deadline, because it starts again at each byte.
DEADLINE_SECONDS = 10


GOODBYE_SECONDS = 1
_of_thread = threading.local()


class EmailTransport:
    def send(self, *, to: str, notification: Notification) -> None:
        message = _compose(to=to, notification=notification)
        try:
            _connection().send(message)
        except TimeoutError as error:
            raise TransportError("deadline") from error
        except aiosmtplib.SMTPRecipientsRefused as error:
            [refused] = error.recipients
            is_permanent = is_gone(refused.code, refused.message)
            raise _said(f"refused [{refused.code}]", refused, is_permanent=is_permanent) from error
        except aiosmtplib.SMTPResponseException as error:
            # Other answers to the sender or the content are the server's view of us, not of the address: try again.
            is_permanent = isinstance(error, aiosmtplib.SMTPDataError) and is_gone_after_all(error.code, error.message)
            raise _said(f"SMTP {error.code}", error, is_permanent=is_permanent) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise TransportError(reason_of(error)) from error


def _said(reason: str, answer: aiosmtplib.SMTPResponseException, *, is_permanent: bool) -> TransportError:
    # Never the words of the server, in which the address may stand.
    return TransportError(f"{reason} {enhanced_code(answer.message)}".rstrip(), is_permanent=is_permanent)


def hang_up() -> None:
    connection: MailConnection | None = _of_thread.__dict__.pop("connection", None)
    if connection:
        connection.close()


def _connection() -> "MailConnection":
    if not hasattr(_of_thread, "connection"):
        _of_thread.connection = MailConnection()
    connection: MailConnection = _of_thread.connection
    return connection


class MailConnection:
    """A connection to the mail server that stays open between messages. Each message has its own deadline."""

    def __init__(self) -> None:
        self.runner = asyncio.Runner()
        self.client: aiosmtplib.SMTP | None = None

    def send(self, message: EmailMessage) -> None:
        self.runner.run(asyncio.wait_for(self._send(message), DEADLINE_SECONDS))

    async def _send(self, message: EmailMessage) -> None:
        try:
            client = await self._still_open() or await self._opened()
            await client.send_message(message)
        except (aiosmtplib.SMTPResponseException, aiosmtplib.SMTPRecipientsRefused):
            raise  # the server answered, so the connection still works
        except BaseException:
            # Also the deadline: a late answer would be taken for the answer to the next message.
            self._drop()
            raise

    async def _still_open(self) -> aiosmtplib.SMTP | None:
        try:
            # Before a message is given, so that a broken connection never causes a second copy.
            if self.client:
                await self.client.rset()
        except (aiosmtplib.SMTPException, OSError):
            self._drop()
        return self.client

    async def _opened(self) -> aiosmtplib.SMTP:
        server = settings.SMTP
        self.client = aiosmtplib.SMTP(
            hostname=server.hostname,
            port=server.port,
            username=server.username,
            password=server.password,
            use_tls=server.scheme == "smtps",
            start_tls=True if server.scheme == "smtp+tls" else None,
            timeout=DEADLINE_SECONDS,
            local_hostname=settings.MAIL_HELO,
        )
        try:
            await self.client.connect()
        except aiosmtplib.SMTPResponseException:  # turned away, or the login refused
            self._drop()
            raise
        return self.client

    def _drop(self) -> None:
        if self.client:
            self.client.close()
        self.client = None

    def close(self) -> None:
        with self.runner:
            if self.client:
                with suppress(aiosmtplib.SMTPException, OSError):
                    self.runner.run(asyncio.wait_for(self.client.quit(), GOODBYE_SECONDS))
                self._drop()


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
