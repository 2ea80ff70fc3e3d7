"""Forms of the public pages. They refuse nothing: an answer that cannot be used is marked and kept as words."""

import unicodedata
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.models import Area
from cases.models import ContactRule, Report
from cases.pages.public.posted import Posted

MayTell, ReporterType, SafeContact = Report.MayTell, Report.ReporterType, Report.SafeContact
Exploitation, Interpreter = Report.Exploitation, Report.Interpreter
Way, Part, Answers = ContactRule.Way, ContactRule.Part, ContactRule.Answers
YES_NO_SKIP = [("yes", _("Yes")), ("no", _("No")), ("", _("I don't know, or skip"))]
PEOPLE_AT_MOST = 100_000
# The purposes that the law names, in everyday words.
MADE_TO_DO = [
    (Exploitation.FORCED_LABOUR, _("Work against their will")),
    (Exploitation.FISHING, _("Work on a fishing boat")),
    (Exploitation.FORCED_CRIMINALITY, _("Cheat people by phone or on the internet")),
    (Exploitation.BEGGING, _("Beg")),
    (Exploitation.PROSTITUTION, _("Sell sex")),
    (Exploitation.PORNOGRAPHY, _("Be in sexual pictures or films")),
    (Exploitation.OTHER_SEXUAL, _("Other sexual acts")),
    (Exploitation.SLAVERY, _("Live under somebody who does not let them go")),
    (Exploitation.ORGAN, _("Give a part of their body")),
    (Exploitation.OTHER_EXTORTION, _("Something else")),
]


def in_a_row() -> forms.RadioSelect:
    return forms.RadioSelect(attrs={"class": "row"})


def in_a_row_of_ticks() -> forms.CheckboxSelectMultiple:
    return forms.CheckboxSelectMultiple(attrs={"class": "row"})


class AlertForm(forms.Form):
    """The two buttons. Without a valid choice, only social workers are told."""

    may_tell = forms.ChoiceField(choices=MayTell, required=False)
    is_place_rough = forms.BooleanField(required=False)


class CalmForm(forms.Form):
    """Stop the browser from remembering the fields, and replace the error messages of Django."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            # HTML allows no autocomplete on ticks and radio buttons; there the form itself carries it.
            if not isinstance(field.widget, forms.RadioSelect):
                field.widget.attrs["autocomplete"] = "off"
            # Django has no Burmese, Khmer and Lao for these messages.
            for code in ("invalid_choice", "invalid_list"):
                field.error_messages[code] = _("Choose one of these, or skip it.")


class ClockField(forms.TimeField):
    """A time of day in Thailand, in digits of any script."""

    def to_python(self, value: Any) -> Any:
        signs = (str(unicodedata.decimal(sign, sign)) for sign in value or "")
        return super().to_python("".join(signs))


def clock_field(label: Any) -> ClockField:
    return ClockField(
        label=label,
        required=False,
        input_formats=["%H:%M", "%H:%M:%S", "%H.%M"],
        error_messages={"invalid": _("Write a time, for example 20:30.")},
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )


class ReachForm(CalmForm):
    """How the reporter may be reached: a part of the written form, asked again when they come back."""

    safe_contact = forms.ChoiceField(
        label=_("May we contact you?"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            (SafeContact.DO_NOT_CONTACT, _("No, do not contact me")),
            (SafeContact.ANY_TIME, _("Yes, at any time")),
            (SafeContact.AS_WRITTEN, _("Yes, but only as I write here")),
        ],
        initial=SafeContact.DO_NOT_CONTACT,
    )
    contact = forms.CharField(
        label=_("How, and when is it safe?"),
        help_text=_("A phone number or LINE, and the time when nobody else sees it."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    contact_ways = forms.MultipleChoiceField(
        label=_("In which way?"),
        required=False,
        widget=in_a_row_of_ticks(),
        choices=[(Way.CALL, _("Call me")), (Way.TEXT, _("Text message (SMS)")), (Way.LINE, _("LINE"))],
    )
    contact_parts = forms.MultipleChoiceField(
        label=_("When is it safe?"),
        required=False,
        widget=in_a_row_of_ticks(),
        choices=[
            (Part.MORNING, _("6:00 to 12:00")),
            (Part.DAY, _("12:00 to 18:00")),
            (Part.EVENING, _("18:00 to 22:00")),
            (Part.NIGHT, _("22:00 to 6:00")),
        ],
    )
    contact_from = clock_field(_("Or from this time (in Thailand)"))
    contact_until = clock_field(_("Until"))
    answers = forms.ChoiceField(
        label=_("Who may answer?"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            ("", _("I don't know, or skip")),
            (Answers.ME, _("Nobody but me")),
            (Answers.NAMED, _("Somebody whom I name here")),
            (Answers.ANYBODY, _("Anybody")),
        ],
        initial="",
    )
    answers_name = forms.CharField(label=_("Their name, or what you call them"), required=False)
    code_word = forms.CharField(
        label=_("A word that we say first"),
        help_text=_("So you know that it is us. Choose a word that nobody wonders about."),
        required=False,
    )


def may_know(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        required=False,
        widget=in_a_row(),
        choices=[("yes", _("Yes")), ("no", _("No")), ("", _("Skip"))],
        initial="",
    )


class WhoForm(CalmForm):
    """Who may know besides the social workers: one field for each Consent.Recipient."""

    know_police = may_know(_("Police"))
    know_health = may_know(_("Hospital"))
    know_shelter = may_know(_("Shelters and aid groups"))
    know_labour = may_know(_("Labour office"))
    know_embassy = may_know(_("The embassy of my country"))


class WrittenForm(ReachForm, WhoForm):
    """The questions, each of which can be skipped. Labels speak to the reporter, whoever the report is about."""

    reporter_type = forms.ChoiceField(
        label=_("Who is it about?"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            (ReporterType.SELF, _("About me")),
            (ReporterType.FAMILY, _("Somebody in my family, or a friend")),
            (ReporterType.WITNESS, _("Somebody I saw or heard of")),
            (ReporterType.NGO, _("I write for an organisation")),
            (ReporterType.UNKNOWN, _("I would rather not say")),
        ],
        initial=ReporterType.UNKNOWN,
    )
    narrative = forms.CharField(
        label=_("What is happening?"),
        help_text=_("A few words are enough. You can write in any language."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    area = forms.CharField(label=_("Which province?"), required=False, widget=forms.Select)
    place = forms.CharField(
        label=_("Where exactly?"),
        help_text=_("For example a shop, a pier, a road or a house number. You can also paste a link from a map."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    is_place_rough = forms.BooleanField(required=False)
    in_danger_now = forms.ChoiceField(
        label=_("Is anyone in danger now?"), required=False, widget=in_a_row(), choices=YES_NO_SKIP
    )
    children_present = forms.ChoiceField(
        label=_("Are there children?"), required=False, widget=in_a_row(), choices=YES_NO_SKIP
    )
    under_18 = forms.ChoiceField(label=_("Are you under 18?"), required=False, widget=in_a_row(), choices=YES_NO_SKIP)
    people_count = forms.IntegerField(
        label=_("How many people?"),
        help_text=_("About how many, as a number."),
        required=False,
        min_value=0,
        max_value=PEOPLE_AT_MOST,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), _("Write a number, for example 3.")),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    exploitation = forms.MultipleChoiceField(
        label=_("What are they made to do?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=MADE_TO_DO,
    )
    officials_involved = forms.ChoiceField(
        label=_("Are officials involved?"),
        help_text=_("If you answer yes, a national office reads this. Nobody in the province will see it."),
        required=False,
        widget=in_a_row(),
        choices=YES_NO_SKIP,
    )
    wants = forms.CharField(
        label=_("What would you like to happen?"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    interpreter = forms.ChoiceField(
        label=_("Would you like an interpreter?"),
        help_text=_("Somebody who speaks the language of this page. If you speak another one, write it above."),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            ("", _("No, or skip")),
            (Interpreter.ANYBODY, _("Yes, anybody")),
            (Interpreter.WOMAN, _("Yes, a woman")),
            (Interpreter.MAN, _("Yes, a man")),
        ],
        initial="",
    )
    may_tell = forms.ChoiceField(
        label=_("Whom may we tell?"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            (MayTell.SOCIAL_WORKERS, _("Social workers only")),
            (MayTell.NEAREST_HELP, _("The nearest help, police too")),
        ],
        initial=MayTell.SOCIAL_WORKERS,
    )

    def __init__(self, *args: Any, provinces: Iterable[Area] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(province.code, province.name) for province in provinces]
        self.fields["area"].widget.choices = [("", _("I don't know, or skip")), *offered]


def answers_in(form: forms.Form, posted: Posted) -> dict[str, Any]:
    """Return the answers that the form can use. Mark the others, and keep their words with the story."""
    form.is_valid()
    for name in form.errors:
        posted.mark(Report.Mark.BAD_CHOICE)
        posted.unusable.append(f"[{name}: {' '.join(posted.data.getlist(name))[:1000]}]")
    return form.cleaned_data
