"""The form of opening hours, as people write them: 08:30-12:00, 13:00-16:30."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import ALWAYS, Agency, Capability, Week
from agencies.models.hours import read_day
from agencies.templatetags.when import BUDDHIST_ERA

ISO, SHORT = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})"), re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
MOST_DAYS = 100


class DayField(forms.CharField):
    """The hours of one weekday, in minutes of the day. Empty: closed."""

    default_error_messages = {
        "unread": gettext_lazy("Write it like this: 08:30-16:30, or 08:30-12:00, 13:00-16:30. Empty means closed."),
    }

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return []
        try:
            return read_day(text)
        except ValueError as error:
            raise forms.ValidationError(self.error_messages["unread"], code="unread") from error


class ClosedDaysField(forms.CharField):
    """Days, written as 31/12/2569, 31/12/2026 or 2026-12-31."""

    def to_python(self, value: Any) -> Any:
        words = re.split(r"[\s,;]+", super().to_python(value) or "")
        days = sorted({self._day(word) for word in words if word})
        if len(days) > MOST_DAYS:
            raise forms.ValidationError(_("At most %(n)d days, please.") % {"n": MOST_DAYS})
        return days

    def _day(self, word: str) -> date:
        if found := ISO.fullmatch(word):
            year, month, day = map(int, found.groups())
        elif found := SHORT.fullmatch(word):
            day, month, year = map(int, found.groups())
        else:
            raise forms.ValidationError(_("“%(word)s” is no day. Write 31/12/2569.") % {"word": word[:20]})
        try:
            return date(year - BUDDHIST_ERA if year > 2400 else year, month, day)
        except ValueError as error:
            raise forms.ValidationError(_("“%(word)s” is no day. Write 31/12/2569.") % {"word": word}) from error


class HoursForm(forms.Form):
    UNKNOWN, ALWAYS, WEEKLY = "unknown", "always", "weekly"

    when = forms.ChoiceField(
        label=gettext_lazy("When somebody is there"),
        choices=[
            (UNKNOWN, gettext_lazy("Not known; it counts as open")),
            (ALWAYS, gettext_lazy("Day and night")),
            (WEEKLY, gettext_lazy("At the times below")),
        ],
        widget=forms.RadioSelect,
    )
    closed_on = ClosedDaysField(
        label=gettext_lazy("Closed on these days"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "31/12/2569"}),
        help_text=gettext_lazy("Holidays, one a line or with commas between."),
    )
    capabilities = forms.MultipleChoiceField(
        label=gettext_lazy("Can do"),
        required=False,
        choices=Capability,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, with_abilities: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, name in WEEKDAYS.items():
            attrs = {"placeholder": "–", "autocomplete": "off"}
            self.fields[f"day{number}"] = DayField(
                label=name, required=False, max_length=100, widget=forms.TextInput(attrs=attrs)
            )
        if not with_abilities:
            del self.fields["capabilities"]

    def day_fields(self) -> list[Any]:
        return [self[f"day{number}"] for number in WEEKDAYS]

    def clean(self) -> None:
        days = [self.cleaned_data.get(f"day{number}") for number in WEEKDAYS]
        is_weekly = self.cleaned_data.get("when") == self.WEEKLY
        if is_weekly and not any(days) and not self.errors:
            self.add_error("when", _("Write the times of at least one day. A closed agency is taken out of use."))
        elif any(days) and not is_weekly and not self.errors:
            self.add_error("when", _("You wrote times. Choose “At the times below”, or empty them."))

    def hours(self) -> Week | None:
        if self.cleaned_data["when"] == self.UNKNOWN:
            return None
        if self.cleaned_data["when"] == self.ALWAYS:
            return ALWAYS
        return Week.of_days(self.cleaned_data[f"day{number}"] for number in WEEKDAYS)


def as_written(agency: Agency) -> dict[str, Any]:
    is_weekly = agency.hours is not None and agency.hours != ALWAYS
    days = agency.hours.by_day() if agency.hours and is_weekly else [[]] * 7
    when = HoursForm.UNKNOWN if agency.hours is None else HoursForm.WEEKLY if is_weekly else HoursForm.ALWAYS
    return {
        "when": when,
        "closed_on": "\n".join(f"{day.day}/{day.month}/{day.year + BUDDHIST_ERA}" for day in agency.closed_on),
        "capabilities": agency.capabilities,
        **{f"day{number}": written(day) for number, day in enumerate(days)},
    }


def written(stretches: Iterable[tuple[int, int]]) -> str:
    """Write the hours of a day as 08:30-12:00, 13:00-16:30."""
    return ", ".join(f"{_clock(opens)}-{_clock(closes)}" for opens, closes in stretches)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def told(agency: Agency) -> list[tuple[Any, str]]:
    if agency.hours is None or agency.hours == ALWAYS:
        return []
    return [(WEEKDAYS[number], written(day)) for number, day in enumerate(agency.hours.by_day())]
