"""Forms for a shift and for a hand-over."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from agencies.models import Agency, Officer

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST = timedelta(hours=24)
FARTHEST = timedelta(days=366)
LONGEST_NOTE = 2_000
AS_TYPED = "%Y-%m-%dT%H:%M"  # the format of a browser's datetime-local field


class OfficerField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return obj.display_name or obj.username


class MomentField(forms.DateTimeField):
    """A day and a time in Bangkok."""

    def __init__(self, label: "StrOrPromise") -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=AS_TYPED)
        super().__init__(label=label, widget=widget)


class ShiftForm(forms.Form):
    officer = OfficerField(Officer.objects.none(), label=_("Who"), empty_label=_("Choose an officer"))
    starts_at = MomentField(_("From"))
    ends_at = MomentField(_("Until"))
    phone = forms.CharField(
        label=_("Telephone during this shift"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
        validators=[RegexValidator(r"^[0-9+() -]*$", _("Digits only, please: a telephone number."))],
    )
    days = forms.TypedChoiceField(label=_("On how many days running"), coerce=int)

    def __init__(self, *args: Any, agency: Agency, now: datetime, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        self.fields["officer"].queryset = agency.officers.filter(is_active=True).order_by("username")  # type: ignore[attr-defined]
        if is_new:
            numbers = [(n, ngettext("%(n)d day", "%(n)d days", n) % {"n": n}) for n in range(1, 8)]
            self.fields["days"].choices = numbers  # type: ignore[attr-defined]
        else:
            del self.fields["days"]

    def clean_starts_at(self) -> datetime:
        starts_at: datetime = self.cleaned_data["starts_at"]
        if abs(starts_at - self.now) > FARTHEST:
            raise forms.ValidationError(_("A shift is planned at most a year ahead."))
        return starts_at

    def clean(self) -> None:
        starts_at, ends_at = self.cleaned_data.get("starts_at"), self.cleaned_data.get("ends_at")
        if not starts_at or not ends_at:
            return
        if ends_at <= starts_at:
            self.add_error("ends_at", _("The end is before the beginning. A night ends on the next day."))
        elif ends_at - starts_at > LONGEST:
            self.add_error("ends_at", _("A shift lasts 24 hours at most. Plan the next one for a colleague."))
        elif ends_at <= self.now:
            self.add_error("ends_at", _("This is over already. What was, stays as it was."))


class HandOverForm(forms.Form):
    to = OfficerField(Officer.objects.none(), label=_("To whom"), empty_label=_("Choose an officer"))
    note = forms.CharField(
        label=_("What they must know"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("No names and no places of people: those stand in the cases."),
    )

    def __init__(self, *args: Any, giver: Officer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        colleagues = Officer.objects.filter(agency=giver.agency_id, is_active=True).exclude(pk=giver.pk)
        self.fields["to"].queryset = colleagues.order_by("username")  # type: ignore[attr-defined]
