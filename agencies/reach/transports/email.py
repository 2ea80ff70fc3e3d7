"""E-mail by any SMTP server."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from email.message import EmailMessage
from email.utils import formatdate, parseaddr

import aiosmtplib
from django.conf import settings

from agencies.models import Notification
from agencies.reach.mailboxes import NotAMailbox, in_ascii
from agencies.reach.transports.errors import TransportError, Unanswered, reason_of
from agencies.reach.transports.mailbox import enhanced_code, is_gone, is_gone_after_all
from agencies.reach.transports.smtp import Handover

# Of each phase, and each is a whole: a socket timeout is no deadline, because it starts again at each byte.
OPENING_SECONDS = 20  # some servers greet late on purpose
DEADLINE_SECONDS = 25  # for sender and recipient, which some servers look up first, until the content is wanted
LATE_SECONDS = 10  # after the content: then the lease is held for longer
ANSWER_SECONDS = (
    75  # for the content: who hangs up sooner sends it again to a server that has taken it (RFC 5321, 4.5.3.2.6)
)

GOODBYE_SECONDS = 1
_of_thread = threading.local()


class EmailTransport:
    def send(self, *, to: str, notification: Notification) -> None:
        try:
            to = in_ascii(to)
        except NotAMailbox as error:
            raise TransportError("not a mailbox", is_permanent=True) from error
        message = _compose(to=to, notification=notification)
        try:
            _connection().send(message, to=to, is_late=notification.hold_on)
        except TimeoutError as error:
            raise TransportError("deadline") from error
        except aiosmtplib.SMTPRecipientRefused as error:
            is_permanent = is_gone(error.code, error.message)
            raise _said(f"refused [{error.code}]", error, is_permanent=is_permanent) from error
        except aiosmtplib.SMTPResponseException as error:
            # Other answers to the sender or the content are the server's view of us, not of the address: try again.
            is_of_content = isinstance(error, aiosmtplib.SMTPDataError)
            is_permanent = is_of_content and is_gone_after_all(error.code, error.message)
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
    """A connection to the mail server that stays open between messages. Each message has its own deadlines."""

    def __init__(self) -> None:
        self.runner = asyncio.Runner()
        self.client: aiosmtplib.SMTP | None = None

    def send(self, message: EmailMessage, *, to: str, is_late: Callable[[], object]) -> None:
        """Give the message, and call `is_late` when it was given and the answer takes long.

        Raises Unanswered when no answer came to what was given.
        """
        try:
            handover = self.runner.run(self._until_wanted(message, to))
            self._give(handover, is_late)
        except aiosmtplib.SMTPResponseException:
            raise  # the server answered, so the connection still works
        except BaseException:
            # Also a deadline: a late answer would be taken for the answer to the next message.
            self._drop()
            raise

    async def _until_wanted(self, message: EmailMessage, to: str) -> Handover:
        async with asyncio.timeout(OPENING_SECONDS):
            client = await self._still_open() or await self._opened()
        async with asyncio.timeout(DEADLINE_SECONDS):
            return await Handover.announced(client, message, sender=parseaddr(settings.MAIL_FROM)[1], to=to)

    def _give(self, handover: Handover, is_late: Callable[[], object]) -> None:
        answer = self.runner.get_loop().create_task(handover.give())
        try:
            if not self.runner.run(_is_there(answer, LATE_SECONDS)):
                is_late()
                self.runner.run(_is_there(answer, ANSWER_SECONDS))
        finally:
            answer.cancel()  # which does nothing to one that is there
            self.runner.run(asyncio.wait({answer}))
        if answer.cancelled():
            raise Unanswered
        answer.result()

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
            timeout=OPENING_SECONDS,
            local_hostname=settings.MAIL_HELO,
        )
        try:
            await self.client.connect()
            if self.client.is_ehlo_or_helo_needed:
                await self.client.ehlo()
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


async def _is_there(answer: "asyncio.Task[None]", seconds: float) -> bool:
    done, _pending = await asyncio.wait({answer}, timeout=seconds)
    return bool(done)


def _compose(*, to: str, notification: Notification) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = settings.MAIL_FROM, to
    message["Subject"] = notification.subject
    message["Date"] = formatdate(usegmt=True)
    # The same at every attempt, so that a mailbox can drop a second copy.
    message["Message-ID"] = f"<{notification.idempotency_key}@{parseaddr(settings.MAIL_FROM)[1].partition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(notification.body)
    return message
