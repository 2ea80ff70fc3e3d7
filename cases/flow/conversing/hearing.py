"""What the person wrote, sent or pressed in LINE is taken in one transaction with LINE's event, and answered."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from agencies.reach.replies import TOKEN_LIVES, Words
from cases.flow import intake
from cases.flow.conversing import saying
from cases.flow.conversing.saying import Press
from cases.flow.intake import Fix, Sent
from cases.models import Conversation, Position, Report
from cases.privacy.locks import one_at_a_time
from vault import digest

Kind, MayTell = Conversation.Kind, Report.MayTell


@dataclass(frozen=True)
class Said:
    """One message from LINE, already shaped: words, or a place with the words that LINE gives it."""

    line_id: str
    at: datetime  # when the person sent it
    text: str = ""
    place: str = ""
    fix: Fix | None = None
    read: Fix | None = None  # where `text` says it is
    language: str = ""  # when the script tells it
    marks: list[str] = field(default_factory=list)
    is_unfetched: bool = False  # a picture or a recording: LINE says that there is one, and we do not fetch it


@transaction.atomic
def welcome(*, line_id: str, at: datetime) -> Words:
    """Greet a person who added our account, perhaps again. We store nothing of them before they write."""
    chat = _known(line_id)
    if chat and chat.is_latest(Kind.PRESENCE, at=at, wins_ties=False):
        chat.left_at = None
        chat.save(update_fields=["left_at", "last_done"])
    return saying.welcome()


@transaction.atomic
def leave(*, line_id: str, at: datetime) -> None:
    """Record that the person blocked our account, so that nothing we write arrives."""
    chat = _known(line_id)
    if chat and chat.is_latest(Kind.PRESENCE, at=at):
        chat.left_at = at
        chat.save(update_fields=["left_at", "last_done"])


@transaction.atomic
def hear(*, said: Said, now: datetime) -> Words:
    """Take a place as a location alert and first words as a report; what comes later is added to the open report."""
    chat = _locked(said.line_id, at=said.at)
    if said.language and chat.is_latest(Kind.LANGUAGE, at=said.at):
        chat.language = said.language
    report = _take_place(said, chat, now=now) if said.fix else _take_words(said, chat, now=now)
    _carry_on(chat, report, at=said.at)
    if said.is_unfetched:
        return saying.not_fetched(chat)
    return saying.place_taken(chat) if said.fix else saying.words_taken(chat)


@transaction.atomic
def press(*, line_id: str, pressed: str, at: datetime, now: datetime) -> Words | None:
    """Do what the button says, pressed `at` that moment. Return None for a word that no button of ours has."""
    name, _, language = pressed.partition("/")
    chat = _locked(line_id, at=at)
    if name == Press.LANGUAGE:
        return _choose_language(chat, language, at=at)
    if name == Press.HELP:
        return _ask_nearest_help(chat, at=at, now=now)
    return _PRESSES[name](chat, at, now) if chat.pk and name in _PRESSES else None


def is_known(line_id: str) -> bool:
    return Conversation.objects.at(line_id).exists()


def _locked(line_id: str, *, at: datetime) -> Conversation:
    return _known(line_id) or Conversation(line_id=line_id, opened_at=at, heard_at=at)


def _known(line_id: str) -> Conversation | None:
    """Return the chat, if there is one. Two events of a chat wait for each other here."""
    one_at_a_time(digest(line_id, purpose="chat"))
    return Conversation.objects.at(line_id).select_related("report__case").first()


def _open_report(chat: Conversation) -> Report | None:
    """Return the chat's report unless it is settled: a message after that begins a new one, which an officer sees."""
    return chat.report if chat.pk and chat.report.settled_at is None else None


def _take_words(said: Said, chat: Conversation, *, now: datetime) -> Report:
    report = _open_report(chat)
    if report is None:
        return _receive(
            chat, kind=Report.Kind.WRITTEN, narrative=said.text, place_read=said.read, marks=said.marks, now=now
        )
    intake.add_words(report=report, text=said.text, said_at=said.at, now=now)
    if said.read:
        intake.add_place(report=report, fix=None, read=said.read, now=now)
    return report


def _take_place(said: Said, chat: Conversation, *, now: datetime) -> Report:
    report = _open_report(chat)
    if report is None or report.case is None:
        return _receive(
            chat, kind=Report.Kind.LOCATION_ALERT, place=said.place, fix=said.fix, marks=said.marks, now=now
        )
    intake.add_place(report=report, fix=said.fix, text=said.place, now=now)
    return report


def _receive(chat: Conversation, *, now: datetime, **sent: Any) -> Report:
    """Hand it to the intake. Only social workers may be told, unless `sent` says otherwise."""
    language = chat.language or settings.LANGUAGE_OF_STRANGERS
    shaped = Sent(channel=Report.Channel.LINE, language=language, submission=f"line/{chat.key}", **sent)
    return intake.receive(sent=shaped, now=now)


def _carry_on(chat: Conversation, report: Report, *, at: datetime) -> None:
    chat.report, chat.heard_at = report, max(chat.heard_at, at)
    if chat.is_latest(Kind.PRESENCE, at=at, wins_ties=False):
        chat.left_at = None
    chat.save()


# ---- Buttons -----------------------------------------------------------------------------------------------------


def _choose_language(chat: Conversation, language: str, *, at: datetime) -> Words | None:
    if language not in dict(settings.LANGUAGES):
        return None
    if chat.pk is None:
        return saying.welcome(language)
    if chat.is_latest(Kind.LANGUAGE, at=at):
        chat.language = language
        chat.save(update_fields=["language", "last_done"])
    return saying.words_taken(chat)


def _ask_nearest_help(chat: Conversation, *, at: datetime, now: datetime) -> Words:
    """The person widens whom we may tell. That is a new alert, because what was sent never changes."""
    report = _open_report(chat)
    if report is None or report.may_tell != MayTell.NEAREST_HELP:
        report = _receive(
            chat,
            kind=Report.Kind.LOCATION_ALERT,
            may_tell=MayTell.NEAREST_HELP,
            in_danger_now=True,
            fix=_last_place(report),
            now=now,
        )
    _carry_on(chat, report, at=at)
    return saying.help_asked(chat)


def _last_place(report: Report | None) -> Fix | None:
    positions = report.positions.filter(point__isnull=False) if report else Position.objects.none()
    last = positions.order_by("captured_at", "pk").last()
    if last is None or last.point is None:
        return None
    return Fix(last.point.x, last.point.y, last.accuracy_m, last.captured_at, Position.Source(last.source))


def _let_us_write(chat: Conversation, at: datetime, now: datetime) -> Words:
    """From now on only answers that are newer than this reply make us write first."""
    if not chat.is_latest(Kind.PERMISSION, at=at, wins_ties=False):
        return saying.permission_stands(chat)
    chat.may_write_at, chat.told_until = at, at
    chat.save(update_fields=["may_write_at", "told_until", "last_done"])
    return saying.may_write(chat)


def _do_not_write(chat: Conversation, at: datetime, now: datetime) -> Words:
    if not chat.is_latest(Kind.PERMISSION, at=at):
        return saying.permission_stands(chat)
    chat.may_write_at = None
    chat.save(update_fields=["may_write_at", "last_done"])
    return saying.may_not_write(chat)


def _read_answers(chat: Conversation, at: datetime, now: datetime) -> Words:
    """Show the answers that were not read yet or, without any, the last one again.

    A press that we hear of late is not answered any more, because LINE takes no reply then: they stay unread.
    """
    texts = saying.unread(chat) or list(chat.answers().order_by("at"))[-1:]
    if now - at < TOKEN_LIVES:
        chat.read_until = chat.told_until = now
        chat.save(update_fields=["read_until", "told_until"])
    return saying.answers(chat, [answer.text for answer in texts])


_PRESSES: dict[str, Callable[[Conversation, datetime, datetime], Words]] = {
    Press.MAY_WRITE: _let_us_write,
    Press.MAY_NOT_WRITE: _do_not_write,
    Press.ANSWERS: _read_answers,
}
