"""A chat is told that there is an answer, and nothing more, where the person lets us write first."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from agencies.reach import replies
from agencies.reach.replies import WordsNotTaken
from cases.flow.conversing import saying
from cases.models import Conversation
from cases.privacy import safe_contact

LEASE = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
AT_ONCE = 50  # in one sweep; LINE takes 2,000 a second


def tell_of_answers(*, now: datetime) -> None:
    """Write to each chat that is owed this word, at least once.

    A chat is claimed for a minute. LINE knows a repeated word by its key and does not deliver it twice.
    """
    for _ in range(AT_ONCE):
        if not (chat := _claim(now=now)):
            return
        _tell(chat, now=now)


@transaction.atomic
def _claim(*, now: datetime) -> Conversation | None:
    owed = Conversation.objects.owed_word(now=now).select_related("report").order_by("pk")
    chat = owed.select_for_update(skip_locked=True, of=["self"]).first()
    if chat:
        chat.tries += 1
        chat.try_at = now + LEASE
        chat.save(update_fields=["tries", "try_at"])
    return chat


def _tell(chat: Conversation, *, now: datetime) -> None:
    """Call it outside a transaction, because LINE may be slow."""
    if not_before := _not_before(chat, now=now):
        Conversation.objects.filter(pk=chat.pk).update(tries=0, try_at=not_before)
        return
    last = chat.answers().aggregate(last=Max("at"))["last"]
    key = uuid.uuid5(chat.key, last.isoformat())
    mine = Conversation.objects.filter(pk=chat.pk, tries=chat.tries, try_at=chat.try_at)
    try:
        replies.push(saying.first_word(chat), to=chat.line_id, key=key)
    except WordsNotTaken as error:
        wait = min(LEASE * 2**chat.tries, LONGEST_WAIT)
        mine.update(**{"left_at": now} if error.is_permanent else {"try_at": now + wait})
    else:
        mine.update(told_until=last, tries=0, try_at=None)


def _not_before(chat: Conversation, *, now: datetime) -> datetime | None:
    """Return None if we may write now, else when to look again: in an hour at most."""
    verdict = safe_contact.may_write_first(chat, now=now)
    if verdict.is_allowed:
        return None
    return min(verdict.next_at or now + LONGEST_WAIT, now + LONGEST_WAIT)
