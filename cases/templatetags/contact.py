"""What may be done now to reach a reporter."""

from datetime import datetime

from django import template

from cases.models import Report
from cases.privacy.safe_contact import Reach

register = template.Library()


@register.filter
def reach(report: Report, now: datetime) -> Reach:
    return Reach.of(report, now=now)
