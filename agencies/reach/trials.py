"""Each line is tried without sending a message, all side by side, for whoever sets the portal up."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.utils.translation import gettext as _

from agencies.models import ContactPoint
from agencies.reach.transports import trying

DEADLINE_SECONDS = 15  # of all lines together
AT_ONCE = 20  # so many agencies' own systems
Transport = ContactPoint.Transport


@dataclass(frozen=True)
class System:
    """An agency's own system: whose it is, and its address."""

    name: str
    url: str


@dataclass(frozen=True)
class Trial:
    """What came of one line. `fault`: why it would take nothing, or "". `untried`: what only a message shows."""

    transport: str
    name: str
    fault: str
    untried: str = ""


@dataclass(frozen=True)
class _Wanted:
    transport: str
    name: str
    attempt: Callable[[], Awaitable[None]]
    untried: str = ""


def systems() -> list[System]:
    """Return the agencies' own systems in use. One whose address no key fits is left out: its page says so."""
    points = ContactPoint.objects.in_use().filter(transport=Transport.WEBHOOK).select_related("agency")
    found = []
    for point in points.defer("address").order_by("agency", "pk"):
        try:
            found.append(System(point.agency.name, point.address))
        except InvalidToken:
            continue
    return found


def run(theirs: Sequence[System]) -> list[Trial]:
    """Try each configured line, and the agencies' own systems. Ends within DEADLINE_SECONDS.

    It asks no database: the caller can give its connection back before.
    """
    return asyncio.run(_run([*_ours(), *_of(theirs)]))


def _ours() -> list[_Wanted]:
    mail = _("A recipient is tried only by a message.")
    sms = _("Key, credit and sender are tried only by a message.")
    push = _("Whether a push service takes it is tried only by a push.")
    return [
        _Wanted(Transport.EMAIL, _("the mail server"), trying.mail, mail),
        *([_Wanted(Transport.SMS, _("the SMS gateway"), trying.sms, sms)] if settings.SMS_GATEWAY else []),
        *([_Wanted(Transport.LINE, _("LINE"), trying.line)] if settings.LINE_CHANNEL else []),
        *([_Wanted(Transport.WEB_PUSH, _("the push service"), trying.push, push)] if settings.WEB_PUSH else []),
    ]


def _of(theirs: Sequence[System]) -> list[_Wanted]:
    if not settings.WEBHOOK_KEY:
        return []
    gate = asyncio.Semaphore(AT_ONCE)
    return [
        _Wanted(
            Transport.WEBHOOK,
            f"{system.name} ({urlsplit(system.url).hostname})",
            partial(_through, gate, system.url),
            _("Only the way there was tried: nothing was sent."),
        )
        for system in theirs
    ]


async def _through(gate: asyncio.Semaphore, url: str) -> None:
    async with gate:
        await trying.speak_to(url, only_public=urlsplit(url).hostname not in settings.WEBHOOK_TEST_HOSTS)


async def _run(wanted: Sequence[_Wanted]) -> list[Trial]:
    tasks = [asyncio.create_task(_try(each)) for each in wanted]
    _done, late = await asyncio.wait(tasks, timeout=DEADLINE_SECONDS)
    for task in late:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return [_late(each) if task.cancelled() else task.result() for each, task in zip(wanted, tasks, strict=True)]


async def _try(wanted: _Wanted) -> Trial:
    try:
        await wanted.attempt()
    except Exception as error:  # whatever it is, it is said, and the next line is tried all the same
        return Trial(wanted.transport, wanted.name, trying.words_of(error))
    return Trial(wanted.transport, wanted.name, "", wanted.untried)


def _late(wanted: _Wanted) -> Trial:
    words = _("it does not answer within %(n)d seconds") % {"n": DEADLINE_SECONDS}
    return Trial(wanted.transport, wanted.name, words)
