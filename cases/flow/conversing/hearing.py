"""What the person wrote, sent or pressed in LINE is taken in one transaction with LINE's event, and answered."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from agencies.reach.replies import Words
from cases.flow import intake
from cases.flow.conversing import saying
from cases.flow.conversing.saying import Press
from cases.flow.intake import Fix, Sent
from cases.models import Conversation, Position, Report
from cases.privacy.locks import one_at_a_time
from vault import digest

Kind, MayTell = Report.Kind, Report.MayTell


@dataclass(frozen=True)
class Said:
    """One message from LINE, already shaped: words, or a place with the words that LINE gives it."""

    line_id: str
    text: str = ""
    place: str = ""
    fix: Fix | None = None
    read: Fix | None = None  # where `text` says it is
    language: str = ""  # when the script tells it
    marks: list[str] = field(default_factory=list)
    is_unfetched: bool = False  # a picture or a recording: LINE says that there is one, and we do not fetch it


def welcome(*, line_id: str, now: datetime) -> Words:
    """Greet a person who added our account, perhaps again. We store nothing of them before they write."""
    Conversation.objects.at(line_id).update(left_at=None)
    return saying.welcome()


def leave(*, line_id: str, now: datetime) -> None:
    """Record that the person blocked our account, so that nothing we write arrives."""
    Conversation.objects.at(line_id).update(left_at=now)


@transaction.atomic
def hear(*, said: Said, now: datetime) -> Words:
    """Take a place as a location alert and first words as a report; what comes later is added to the open report."""
    chat = _locked(said.line_id, now=now)
    chat.language = said.language or chat.language
    _carry_on(chat, _take_place(said, chat, now=now) if said.fix else _take_words(said, chat, now=now), now=now)
    if said.is_unfetched:
        return saying.not_fetched(chat)
    return saying.place_taken(chat) if said.fix else saying.words_taken(chat)


@transaction.atomic
def press(*, line_id: str, pressed: str, now: datetime) -> Words | None:
    """Do what the button says, and answer. Return None for a word that no button of ours has."""
    name, _, language = pressed.partition("/")
    chat = _locked(line_id, now=now)
    if name == Press.LANGUAGE:
        return _choose_language(chat, language)
    if name == Press.HELP:
        return _ask_nearest_help(chat, now=now)
    return _PRESSES[name](chat, now) if chat.pk and name in _PRESSES else None


def is_known(line_id: str) -> bool:
    return Conversation.objects.at(line_id).exists()


def _locked(line_id: str, *, now: datetime) -> Conversation:
    """Return the chat, or a new one that is not saved. Two first messages at once wait for each other here."""
    one_at_a_time(digest(line_id, purpose="chat"))
    known = Conversation.objects.at(line_id).select_related("report__case").first()
    return known or Conversation(line_id=line_id, opened_at=now)


def _open_report(chat: Conversation) -> Report | None:
    """Return the chat's report unless it is settled: a message after that begins a new one, which an officer sees."""
    return chat.report if chat.pk and chat.report.settled_at is None else None


def _take_words(said: Said, chat: Conversation, *, now: datetime) -> Report:
    report = _open_report(chat)
    if report is None:
        return _receive(chat, kind=Kind.WRITTEN, narrative=said.text, place_read=said.read, marks=said.marks, now=now)
    intake.add_words(report=report, text=said.text, now=now)
    if said.read:
        intake.add_place(report=report, fix=None, read=said.read, now=now)
    return report


def _take_place(said: Said, chat: Conversation, *, now: datetime) -> Report:
    report = _open_report(chat)
    if report is None or report.case is None:
        return _receive(chat, kind=Kind.LOCATION_ALERT, place=said.place, fix=said.fix, marks=said.marks, now=now)
    intake.add_place(report=report, fix=said.fix, text=said.place, now=now)
    return report


def _receive(chat: Conversation, *, now: datetime, **sent: Any) -> Report:
    """Hand it to the intake. Only social workers may be told, unless `sent` says otherwise."""
    language = chat.language or settings.LANGUAGE_OF_STRANGERS
    shaped = Sent(channel=Report.Channel.LINE, language=language, submission=f"line/{chat.key}", **sent)
    return intake.receive(sent=shaped, now=now)


def _carry_on(chat: Conversation, report: Report, *, now: datetime) -> None:
    chat.report, chat.heard_at, chat.left_at = report, now, None
    chat.save()


# ---- Buttons -----------------------------------------------------------------------------------------------------


def _choose_language(chat: Conversation, language: str) -> Words | None:
    if language not in dict(settings.LANGUAGES):
        return None
    if chat.pk is None:
        return saying.welcome(language)
    chat.language = language
    chat.save(update_fields=["language"])
    return saying.words_taken(chat)


def _ask_nearest_help(chat: Conversation, *, now: datetime) -> Words:
    """The person widens whom we may tell. That is a new alert, because what was sent never changes."""
    report = _open_report(chat)
    if report is None or report.may_tell != MayTell.NEAREST_HELP:
        report = _receive(
            chat,
            kind=Kind.LOCATION_ALERT,
            may_tell=MayTell.NEAREST_HELP,
            in_danger_now=True,
            fix=_last_place(report),
            now=now,
        )
    _carry_on(chat, report, now=now)
    return saying.help_asked(chat)


def _last_place(report: Report | None) -> Fix | None:
    positions = report.positions.filter(point__isnull=False) if report else Position.objects.none()
    last = positions.order_by("received_at", "pk").last()
    if last is None or last.point is None:
        return None
    return Fix(last.point.x, last.point.y, last.accuracy_m, last.captured_at, Position.Source(last.source))


def _let_us_write(chat: Conversation, now: datetime) -> Words:
    """From now on only answers that are newer than this reply make us write first."""
    chat.may_write_at, chat.told_until = now, now
    chat.save(update_fields=["may_write_at", "told_until"])
    return saying.may_write(chat)


def _do_not_write(chat: Conversation, now: datetime) -> Words:
    chat.may_write_at = None
    chat.save(update_fields=["may_write_at"])
    return saying.may_not_write(chat)


def _read_answers(chat: Conversation, now: datetime) -> Words:
    """Show the answers that were not read yet or, without any, the last one again."""
    texts = saying.unread(chat) or list(chat.answers().order_by("at"))[-1:]
    chat.read_until = chat.told_until = now
    chat.save(update_fields=["read_until", "told_until"])
    return saying.answers(chat, [answer.text for answer in texts])


_PRESSES: dict[str, Callable[[Conversation, datetime], Words]] = {
    Press.MAY_WRITE: _let_us_write,
    Press.MAY_NOT_WRITE: _do_not_write,
    Press.ANSWERS: _read_answers,
}
