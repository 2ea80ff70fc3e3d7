"""The form of what a reporter told an officer: how to reach them, and who may know."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.flow.wishes import Reaching, Statement, who_may_answer
from cases.models import Consent, ContactRule, Report
from cases.privacy.safe_contact import SPANS

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST_TEXT = 10_000
LONGEST_NAME = 200
SafeContact, Part, Heard, Answers = Report.SafeContact, ContactRule.Part, ContactRule.Heard, ContactRule.Answers
AS_IT_WAS = ("", _("not said: it stays as it was"))
HOURS = {part: f"{start.hour}:{start:%M}–{end.hour}:{end:%M}" for part, (start, end) in SPANS.items()}


def _ticks(label: "StrOrPromise", choices: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple
    )


def _clock(label: "StrOrPromise") -> forms.TimeField:
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    return forms.TimeField(label=label, required=False, input_formats=["%H:%M", "%H:%M:%S", "%H.%M"], widget=widget)


def _line(label: "StrOrPromise", hint: "StrOrPromise" = "") -> forms.CharField:
    unremembered = forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, help_text=hint, required=False, max_length=LONGEST_NAME, widget=unremembered)


class ToldForm(forms.Form):
    heard = forms.ChoiceField(
        label=_("How they said it"),
        choices=Heard,
        widget=forms.RadioSelect,
        help_text=_(
            "Somebody else may be listening, or speak in their name. Unless you are sure that it was the person,"
            " choose “through somebody else”."
        ),
    )
    safe_contact = forms.ChoiceField(
        label=_("May we contact the person?"),
        choices=[
            AS_IT_WAS,
            (SafeContact.DO_NOT_CONTACT, _("No, do not contact them")),
            (SafeContact.ANY_TIME, _("Yes, as filled in below")),
            (SafeContact.AS_WRITTEN, _("Yes, but only as you write it here in their words")),
        ],
        required=False,
        widget=forms.RadioSelect,
    )
    ways = _ticks(_("By which way"), ContactRule.Way)
    parts = _ticks(_("When it is safe"), [(part, f"{part.label} ({HOURS[part]})") for part in Part])
    from_time = _clock(_("Or from this time (of Thailand)"))
    until_time = _clock(_("Until"))
    answers = forms.ChoiceField(
        label=_("Who may answer"), choices=[("", _("not said")), *Answers.choices], required=False
    )
    answers_name = _line(_("Name of who else may answer"))
    code_word = _line(_("Code word that we say first"))
    contact = forms.CharField(
        label=_("Number or LINE, and what else they said about it"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        answers = [AS_IT_WAS, ("yes", _("yes")), ("no", _("no"))]
        for who in Consent.Recipient:
            self.fields[_name(who)] = forms.ChoiceField(label=who.label, choices=answers, required=False)

    def reach_fields(self) -> Iterator[forms.BoundField]:
        return (field for field in self if not field.name.startswith("know_"))

    def know_fields(self) -> Iterator[forms.BoundField]:
        return (field for field in self if field.name.startswith("know_"))

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        self._check_times(said.get("from_time"), said.get("until_time"))
        says_how = self._reaching().says_something or said.get("contact")
        if says_how and not said.get("safe_contact"):
            self.add_error("safe_contact", _("Say whether they may be contacted: the rest counts with it."))
        elif not (said.get("safe_contact") or self._consents() or self.errors):
            self.add_error(None, _("Nothing is filled in yet."))
        return said

    def _check_times(self, start: Any, end: Any) -> None:
        if self.has_error("from_time") or self.has_error("until_time"):
            return
        if bool(start) != bool(end) or (start and start == end):
            self.add_error("until_time", _("Write from when until when, two different times."))

    def told(self) -> Statement:
        said = self.cleaned_data
        return Statement(
            heard=Heard(said["heard"]),
            safe_contact=SafeContact(said["safe_contact"]) if said["safe_contact"] else None,
            reaching=self._reaching(),
            contact=said["contact"],
            consents=self._consents(),
        )

    def _reaching(self) -> Reaching:
        said = self.cleaned_data
        name = said.get("answers_name", "")
        return Reaching(
            ways=sorted(said.get("ways", [])),
            parts=sorted(said.get("parts", [])),
            from_time=said.get("from_time"),
            until_time=said.get("until_time"),
            answers=who_may_answer(said.get("answers", ""), name),
            answers_name=name,
            code_word=said.get("code_word", ""),
        )

    def _consents(self) -> dict[str, bool]:
        said = {str(who): self.cleaned_data.get(_name(who)) for who in Consent.Recipient}
        return {who: answer == "yes" for who, answer in said.items() if answer}


def _name(who: Consent.Recipient) -> str:
    return f"know_{who.lower()}"
