"""Template filters for what an officer may do now to reach a reporter."""

from datetime import datetime

from django import template

from cases.models import Conversation, Report
from cases.privacy.safe_contact import Reach, Verdict, may_write_first

register = template.Library()


@register.filter
def reach(report: Report, now: datetime) -> Reach:
    return Reach.of(report, now=now)


@register.filter
def first_word(chat: Conversation, now: datetime) -> Verdict:
    return may_write_first(chat, now=now)
