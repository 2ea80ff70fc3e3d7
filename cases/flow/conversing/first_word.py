"""An officer has answered: the person is told so, and only so, where we may write first."""

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
    """At least once: each chat is claimed for a minute, and LINE knows the same word again by its key."""
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
    """Without a transaction: LINE may be slow."""
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
    """When to look again, if the person said since then that it is not safe."""
    verdict = safe_contact.may_write_first(chat, now=now)
    if verdict.is_allowed:
        return None
    return min(verdict.next_at or now + LONGEST_WAIT, now + LONGEST_WAIT)
