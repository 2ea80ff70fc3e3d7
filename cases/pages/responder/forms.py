"""Forms of the answers of an agency."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import Dispatch


class TakeForm(forms.Form):
    name = forms.CharField(
        label=_("Who takes it"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Please write who takes it.")},
    )
    arrival_minutes = forms.IntegerField(
        label=_("Minutes until you arrive"),
        min_value=0,
        max_value=1440,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": _("Please write a whole number of minutes, or leave it empty.")},
    )


class CannotForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Why you cannot"),
        choices=[choice for choice in Dispatch.DeclineReason.choices if choice[0] != "UNSAID"],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose a reason.")},
    )


class PinForm(forms.Form):
    pin = forms.CharField(
        label=_("Your agency's PIN"),
        max_length=64,
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Please type the PIN.")},
    )


class OutcomeForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("What you found"),
        choices=Dispatch.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose what you found.")},
    )
