"""One message is handed over to an SMTP server. The library's own way does not say whether the content was given."""

import re
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage

import aiosmtplib

from agencies.reach.transports.errors import Unanswered

WANTED = 354
_DOT = re.compile(rb"(?m)^\.")


@dataclass(frozen=True)
class Handover:
    """The server has taken sender and recipient, and waits for the content."""

    client: aiosmtplib.SMTP
    content: bytes

    @classmethod
    async def announced(cls, client: aiosmtplib.SMTP, message: EmailMessage, *, sender: str, to: str) -> "Handover":
        """Name sender and recipient. Raises SMTPRecipientRefused, and other errors of the library."""
        has_8bit, is_ascii = client.supports_extension("8bitmime"), to.isascii()
        if not is_ascii and not client.supports_extension("smtputf8"):
            raise aiosmtplib.SMTPNotSupported("no SMTPUTF8")
        written = policy.SMTP.clone(cte_type="8bit" if has_8bit else "7bit", utf8=not is_ascii)
        content = message.as_bytes(policy=written)
        options = ["BODY=8BITMIME"] * has_8bit + ["SMTPUTF8"] * (not is_ascii)
        if client.supports_extension("size"):
            options.append(f"SIZE={len(content)}")
        await client.mail(sender, options=options)
        await client.rcpt(to, encoding="ascii" if is_ascii else "utf-8")
        answer = await client.execute_command(b"DATA")
        if answer.code != WANTED:
            raise aiosmtplib.SMTPDataError(answer.code, answer.message)
        return cls(client, _DOT.sub(b"..", content))

    async def give(self) -> None:
        """Give the content and wait for the answer.

        Raises SMTPDataError for a refusal, Unanswered when the answer stays away.
        """
        line = self.client.protocol
        if line is None:
            raise aiosmtplib.SMTPServerDisconnected("hung up before the content")
        line.write(self.content + b".\r\n")
        try:
            answer = await line.read_response()
        except (aiosmtplib.SMTPException, OSError) as error:
            raise Unanswered from error
        if not 200 <= answer.code < 300:
            raise aiosmtplib.SMTPDataError(answer.code, answer.message)
