"""Times as people say them. Thai dates are in the Buddhist era: year + 543."""

from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from agencies.clock import now

register = template.Library()

BUDDHIST_ERA = 543


@register.filter
def stamp(value: datetime | None) -> str:
    """Write it for the attribute `datetime` of <time>, in Bangkok and to the second: HTML knows no microseconds."""
    return timezone.localtime(value).isoformat(timespec="seconds") if value else ""


@register.filter
def moment(value: datetime | None) -> str:
    """Write day and time in Bangkok: 23 พ.ย. 2569 14:02 น., or 23 Nov 2026, 14:02; elsewhere in numbers."""
    if value is None:
        return ""
    value = timezone.localtime(value)
    if get_language() not in settings.STAFF_LANGUAGES:
        return f"{value:%Y-%m-%d %H:%M}" if get_language() == "zh-hans" else f"{value:%d/%m/%Y %H:%M}"
    day = date_format(value, "j N" if get_language() == "th" else "j M")
    if get_language() == "th":
        return f"{day} {value.year + BUDDHIST_ERA} {value:%H:%M} น."
    return f"{day} {value.year}, {value:%H:%M}"


@register.filter
def clock(value: datetime | None) -> str:
    return f"{timezone.localtime(value):%H:%M}" if value else ""


@register.filter
def day(value: date | None) -> str:
    """Write the day in Bangkok: อังคาร 24 พ.ย. 2569, or Tuesday 24 Nov 2026."""
    if value is None:
        return ""
    value = timezone.localtime(value) if isinstance(value, datetime) else value
    if get_language() == "th":
        return f"{date_format(value, 'l j N')} {value.year + BUDDHIST_ERA}"
    return date_format(value, "l j M Y")


@register.filter
def stretch(span: Any) -> str:
    """Write from when until when, of what has `starts_at` and `ends_at`: 20:00–08:00 (next day)."""
    start, end = timezone.localtime(span.starts_at), timezone.localtime(span.ends_at)
    words = f"{start:%H:%M}–{end:%H:%M}"
    return words if start.date() == end.date() else " ".join([words, _("(next day)")])


@register.filter
def ago(value: datetime | None) -> str:
    """Write how long ago it was, in one unit: 3 minutes ago. For a moment to come: in 3 minutes."""
    if value is None:
        return ""
    seconds = (now() - value).total_seconds()
    if abs(seconds) < 60:
        return _("just now") if seconds >= 0 else _("in less than a minute")
    length = _length(abs(seconds))
    return _("%(length)s ago") % {"length": length} if seconds > 0 else _("in %(length)s") % {"length": length}


@register.filter
def lasting(value: timedelta | None) -> str:
    """Write how long something took: 2:40 minutes; from an hour on, in whole hours or days."""
    if value is None:
        return ""
    minutes, seconds = divmod(int(value.total_seconds()), 60)
    if minutes >= 60:
        return _length(minutes * 60)
    return _("%(minutes)d:%(seconds)02d minutes") % {"minutes": minutes, "seconds": seconds}


def _length(seconds: float) -> str:
    minutes = int(seconds // 60)
    if minutes < 60:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours = minutes // 60
    if hours < 48:
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    days = hours // 24
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
