"""What we say in a chat: never the person's own words, and an officer's only after a button asked for them."""

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies.reach.replies import Button, Words
from cases.models import Conversation, Message

WELCOME = gettext_noop("You can write here, or send where you are. Social workers of the Thai government read it.")
WORDS_TAKEN = gettext_noop("Your words have come. Social workers read them.")
PLACE_TAKEN = gettext_noop("Your place has come. Social workers are told now.")
HELP_ASKED = gettext_noop("The nearest help is asked now, police too. If you can, call 191.")
MAY_WRITE = gettext_noop("We may write to you here, but only that there is an answer.")
MAY_NOT_WRITE = gettext_noop("We do not write to you here first.")
ANSWERED = gettext_noop("There is an answer for you.")
NOT_ANSWERED = gettext_noop("There is no answer yet.")
NOT_FETCHED = gettext_noop("Pictures and recordings are not taken here. We have noted that you sent one.")
KEPT = gettext_noop("LINE keeps this chat, and whoever holds this phone can read it. Delete it if that is dangerous.")
SAFER = gettext_noop("This page leaves nothing on the phone:")

SEND_PLACE = gettext_noop("Send where I am")
ASK_HELP = gettext_noop("Help and police now")
LET_WRITE = gettext_noop("You may write to me")
FORBID_WRITE = gettext_noop("Do not write to me")
READ_ANSWER = gettext_noop("Read the answer")


class Press(models.TextChoices):
    """The word of each button, which LINE sends back to us when it is pressed."""

    LANGUAGE = "language"  # a slash and its code follow
    HELP = "help"
    MAY_WRITE = "may-write"
    MAY_NOT_WRITE = "may-not-write"
    ANSWERS = "answers"


def welcome(language: str = "") -> Words:
    """Greet a person of whom we know nothing but, perhaps, the language."""
    buttons = [_button(SEND_PLACE, language), _button(ASK_HELP, language, Press.HELP)]
    return Words(_with_link([WELCOME, KEPT, SAFER], language), [*buttons, *_languages(language)])


def words_taken(chat: Conversation) -> Words:
    return _taken(chat, [WORDS_TAKEN, KEPT, SAFER], [(SEND_PLACE, ""), (ASK_HELP, Press.HELP)])


def place_taken(chat: Conversation) -> Words:
    return _taken(chat, [PLACE_TAKEN, KEPT, SAFER], [(ASK_HELP, Press.HELP)])


def not_fetched(chat: Conversation) -> Words:
    return _taken(chat, [NOT_FETCHED, KEPT, SAFER], [(SEND_PLACE, ""), (ASK_HELP, Press.HELP)])


def help_asked(chat: Conversation) -> Words:
    return _taken(chat, [HELP_ASKED, KEPT], [(SEND_PLACE, "")])


def may_write(chat: Conversation) -> Words:
    return _taken(chat, [MAY_WRITE], [])


def may_not_write(chat: Conversation) -> Words:
    return _taken(chat, [MAY_NOT_WRITE], [])


def permission_stands(chat: Conversation) -> Words:
    """Say what counts, because the person said something else later."""
    return may_write(chat) if chat.may_write_at else may_not_write(chat)


def first_word(chat: Conversation) -> Words:
    """Say only that there is an answer, because somebody else may hold the phone."""
    return Words(_joined([ANSWERED], chat.language), [_button(READ_ANSWER, chat.language, Press.ANSWERS)])


def answers(chat: Conversation, texts: list[str]) -> Words:
    """Say the officers' words alone. Call it only when a button asked for them."""
    return Words("\n\n".join(texts) or _joined([NOT_ANSWERED], chat.language), [_permission(chat)])


def unread(chat: Conversation) -> list[Message]:
    return list(chat.answers().filter(at__gt=chat.read_until or chat.opened_at).order_by("at"))


def _taken(chat: Conversation, lines: list[str], presses: list[tuple[str, str]]) -> Words:
    """Confirm what came and, since the person is looking now, say whether there is an answer."""
    language, has_answer = chat.language, bool(unread(chat))
    buttons = [_button(READ_ANSWER, language, Press.ANSWERS)] if has_answer else []
    buttons += [_button(label, language, press) for label, press in presses]
    text = _with_link([ANSWERED, *lines] if has_answer else lines, language)
    return Words(text, [*buttons, _permission(chat), *_languages(language)])


def _permission(chat: Conversation) -> Button:
    if chat.may_write_at:
        return _button(FORBID_WRITE, chat.language, Press.MAY_NOT_WRITE)
    return _button(LET_WRITE, chat.language, Press.MAY_WRITE)


def _languages(language: str) -> list[Button]:
    """Offer every language, each in its own script, as long as the chat's is not known."""
    if language:
        return []
    return [Button(str(name), f"{Press.LANGUAGE}/{code}") for code, name in settings.LANGUAGES]


def _button(label: str, language: str, pressed: str = "") -> Button:
    with translation.override(language or settings.LANGUAGE_OF_STRANGERS):
        return Button(_(label), pressed)


def _with_link(lines: list[str], language: str) -> str:
    text = _joined(lines, language)
    return f"{text}\n{settings.PUBLIC_URL}/{language}{'/' if language else ''}" if SAFER in lines else text


def _joined(lines: Iterable[str], language: str) -> str:
    """Translate the lines into this language or, without one, into each of ours."""
    texts = []
    for code in [language] if language else dict(settings.LANGUAGES):
        with translation.override(code):
            texts.append(" ".join(_(line) for line in lines))
    return "\n\n".join(texts)
