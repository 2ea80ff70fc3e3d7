"""What we say in a chat, and what is left of it afterwards."""

from datetime import timedelta

import pytest
from django.conf import settings as ours
from django.utils import timezone, translation

from agencies.models import LineReply
from cases.flow import casework, erasing
from cases.flow.conversing import saying
from cases.models import Case, Conversation
from tests.cases.flow.conversing.conftest import BETONG, MALI

pytestmark = pytest.mark.django_db


def test_who_adds_us_hears_in_every_language_what_line_keeps_and_nobody_is_noted_down(chat):
    said = chat.does("follow")

    for code, name in ours.LANGUAGES:
        with translation.override(code):
            assert translation.gettext(saying.KEPT) in said
        assert chat.buttons[name] == f"language/{code}"
    assert not Conversation.objects.exists()

    assert "LINE ເກັບແຊັດນີ້ໄວ້" in chat.presses(dict(ours.LANGUAGES)["lo"])


def test_what_was_written_is_never_said_again(chat):
    said = [chat.writes("My name is Sokha"), chat.shares(*BETONG, title="Sokha's room"), chat.writes("Sokha")]

    assert not any("Sokha" in each or "5.77" in each for each in said)


@pytest.mark.parametrize("language", [code for code, _ in ours.LANGUAGES])
def test_every_label_fits_its_button(language):
    labels = (saying.SEND_PLACE, saying.ASK_HELP, saying.LET_WRITE, saying.FORBID_WRITE, saying.READ_ANSWER)

    with translation.override(language):
        said = [translation.gettext(label) for label in labels]

    assert all(1 <= len(label) <= 20 for label in said)


def test_whose_chat_it_is_is_encrypted_and_goes_with_its_index(chat, anong):
    chat.shares(*BETONG)
    stored = Conversation.objects.raw("SELECT id, line_id AS key, line_index FROM cases_conversation")
    assert MALI["userId"] not in str(stored[0].__dict__)
    casework.close(case=Case.objects.get(), reason=Case.ClosureReason.HELPED, text="", by=anong, now=timezone.now())

    erasing.erase_due(now=timezone.now() + timedelta(days=31))

    chat_left = Conversation.objects.get()
    assert (chat_left.line_id, chat_left.line_index) == (erasing.ERASED, "")


def test_an_answer_is_gone_when_it_was_said(chat):
    chat.writes("Help")

    assert not LineReply.objects.exists()
