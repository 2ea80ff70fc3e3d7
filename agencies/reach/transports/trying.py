"""A line is tried without a message: name, connection, encryption, login, and what else we may ask."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from email.utils import parseaddr
from urllib.parse import urlsplit

import aiosmtplib
import httpx
from django.conf import settings
from django.utils.translation import gettext as _
from py_vapid import Vapid02, VapidException

from agencies.reach.transports.addresses import look_up, require_public
from agencies.reach.transports.email import MailConnection
from agencies.reach.transports.errors import TransportError

UNAUTHORIZED = (401, 403)


class Fault(Exception):
    """The other side answered, and would take nothing. The words say why."""


class _MailTrial(MailConnection):
    async def run(self) -> None:
        try:
            client = await self._opened()
            await client.mail(parseaddr(settings.MAIL_FROM)[1])
            await client.rset()
            await client.quit()
        finally:
            self._drop()


async def mail() -> None:
    """Go as far as the sender, as a message does, and take it back."""
    server = settings.SMTP
    await look_up(server.hostname or "", server.port or 25)
    await _MailTrial().run()


async def sms() -> None:
    if settings.SMS_GATEWAY:
        await speak_to(settings.SMS_GATEWAY.url)


async def line() -> None:
    """Ask LINE who we are and how much of the month's quota is left."""
    channel = settings.LINE_CHANNEL
    if channel is None:
        return
    headers = {"Authorization": f"Bearer {channel.token}"}
    async with httpx.AsyncClient(trust_env=False, headers=headers, verify=ssl.create_default_context()) as client:
        await _asked(client, f"{channel.url}/v2/bot/info")
        quota = await _asked(client, f"{channel.url}/v2/bot/message/quota")
        used = await _asked(client, f"{channel.url}/v2/bot/message/quota/consumption")
    most, spent = quota.get("value"), used.get("totalUsage")
    if quota.get("type") == "limited" and isinstance(most, int) and isinstance(spent, int) and spent >= most:
        raise Fault(_("the quota of the month is used up (%(spent)d of %(most)d)") % {"spent": spent, "most": most})


async def _asked(client: httpx.AsyncClient, url: str) -> dict[str, object]:
    answer = await client.get(url)
    if answer.status_code in UNAUTHORIZED:
        raise Fault(_("our key is refused (%(code)d)") % {"code": answer.status_code})
    if not answer.is_success:
        raise Fault(_("it refuses (%(code)d)") % {"code": answer.status_code})
    said = answer.json()
    return said if isinstance(said, dict) else {}


async def push() -> None:
    """Sign as for a push. Whether a push service takes it is known only by a push."""
    if settings.WEB_PUSH is None:
        return
    try:
        claims = {"aud": "https://push.example", "sub": settings.WEB_PUSH.subject}
        Vapid02.from_string(settings.WEB_PUSH.private_key).sign(claims)
    except (ValueError, VapidException) as error:
        raise Fault(_("VAPID_PRIVATE_KEY is not a key")) from error


async def speak_to(url: str, *, only_public: bool = False) -> None:
    """Connect, and check the certificate of an https address; nothing is asked. Raises OSError, TransportError."""
    parts = urlsplit(url)
    host, is_tls = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if is_tls else 80)
    addresses = await look_up(host, port)
    if only_public:
        require_public(addresses, of=host)
    trust = ssl.create_default_context() if is_tls else None
    failure: OSError = OSError("no address")
    for address in addresses:
        try:
            _reader, writer = await asyncio.open_connection(
                address, port, ssl=trust, server_hostname=host if is_tls else None
            )
        except OSError as error:
            failure = error
        else:
            writer.transport.abort()
            return
    raise failure


def words_of(error: BaseException) -> str:
    """Say in plain words why the line would take nothing. The first cause that is known decides."""
    return next((words for cause in _causes(error) if (words := _known(cause))), type(error).__name__)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error:
        yield error
        error = error.__cause__ or error.__context__


def _known(error: BaseException) -> str:
    match error:
        case Fault():
            return str(error)
        case TransportError():
            return _("its address lies inside our own network")
        case ssl.SSLCertVerificationError():
            return _("its certificate is not trusted: %(why)s") % {"why": error.verify_message}
        case ssl.SSLError():
            return _("the encryption fails: %(why)s") % {"why": error.reason}
        case aiosmtplib.SMTPException():
            return _known_of_mail(error)
        case OSError():
            return _known_of_connection(error)
    return ""


def _known_of_mail(error: aiosmtplib.SMTPException) -> str:
    match error:
        case aiosmtplib.SMTPAuthenticationError():
            return _("the login is refused (%(code)d)") % {"code": error.code}
        case aiosmtplib.SMTPSenderRefused():
            return _("the sender is refused (%(code)d)") % {"code": error.code}
        case aiosmtplib.SMTPResponseException():
            return _("it refuses (%(code)d)") % {"code": error.code}
    return _("it offers no encryption (STARTTLS)") if "STARTTLS" in str(error) else ""


def _known_of_connection(error: OSError) -> str:
    if isinstance(error, socket.gaierror) or str(error) == "gaierror":  # as look_up says it
        return _("its name is not found")
    if isinstance(error, ConnectionRefusedError):
        return _("nothing listens there")
    return _("it does not answer") if isinstance(error, TimeoutError) else ""
