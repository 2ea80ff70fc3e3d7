"""Forms of the desk. Crispy draws them with our own pack, templates/components."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q, QuerySet, TextChoices
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, Area
from cases.flow.triage import DismissReason, PutAwayReason
from cases.models import CallNow, Case, ContactRule, Dispatch, Note, Report
from cases.reads import queue

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST_TEXT = 10_000
LONGEST_NAME = 200


def _any(label: "StrOrPromise", choices: Collection[Any]) -> list[Any]:
    return [("", label), *choices]


def _words(label: "StrOrPromise", *, required: bool = True, hint: "StrOrPromise" = "") -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 4})
    return forms.CharField(label=label, required=required, max_length=LONGEST_TEXT, widget=area, help_text=hint)


class QueueForm(forms.Form):
    """The filters of the queue. A value that makes no sense is left out."""

    view = forms.ChoiceField(choices=queue.View, required=False, widget=forms.HiddenInput)
    state = forms.ChoiceField(label=_("State"), choices=_any(_("any"), queue.RowState.choices), required=False)
    urgency = forms.ChoiceField(label=_("Urgency"), choices=_any(_("any"), Case.Urgency.choices), required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=_any(_("any"), Report.Kind.choices), required=False)
    province = forms.ChoiceField(label=_("Province"), required=False)
    exercises = forms.ChoiceField(label=_("Exercises"), choices=queue.Exercises, required=False)

    def __init__(self, data: QueryDict, *, provinces: Collection[Area], exercises: str) -> None:
        self.unless_said = {"view": queue.View.ALL, "exercises": exercises}
        # Bound to the address, so that the page shows "any" for each filter that was left out.
        super().__init__({**self.unless_said, **data.dict()})
        # A list, not a query: the choices are drawn and checked from the same rows.
        self.fields["province"].choices = _any(_("any"), [(area.code, area.name) for area in provinces])  # type: ignore[attr-defined]

    def wanted(self) -> queue.Wanted:
        self.full_clean()
        given = {name: value for name, value in self.cleaned_data.items() if value}
        return queue.Wanted(**{**self.unless_said, **given})


class NoteForm(forms.Form):
    text = _words(_("Note"))


class CallForm(forms.Form):
    result = forms.ChoiceField(label=_("What came of the call"), choices=Note.CallResult, widget=forms.RadioSelect)
    text = _words(_("What was said"), required=False)


class TakenForm(forms.Form):
    name = forms.CharField(label=_("Who there takes it"), max_length=LONGEST_NAME)
    minutes = forms.IntegerField(label=_("There in how many minutes"), required=False, min_value=0, max_value=24 * 60)


class DeclinedForm(forms.Form):
    reason = forms.ChoiceField(label=_("Why they cannot"), choices=Dispatch.DeclineReason, widget=forms.RadioSelect)


class TheirOutcomeForm(forms.Form):
    outcome = forms.ChoiceField(label=_("What they found"), choices=Dispatch.Outcome, widget=forms.RadioSelect)


class AskForm(forms.Form):
    """The agencies to ask, out of `offered` and `asked`. `reason` is the override for those that were not allowed."""

    agencies = forms.ModelMultipleChoiceField(
        Agency.objects.none(),
        error_messages={"required": _("Choose at least one agency.")},
        label=_("Agencies"),
    )
    reason = _words(_("Why a life or a child is in danger"), required=False)

    def __init__(self, *args: Any, offered: Collection[Agency], asked: QuerySet[Dispatch], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        may_be = Q(pk__in=[agency.pk for agency in offered]) | Q(pk__in=asked.values("agency"))
        self.fields["agencies"].queryset = Agency.objects.active().filter(may_be)  # type: ignore[attr-defined]


class ContactedForm(forms.Form):
    """A try to reach the reporter, in codes only. `looked` is the one tick that the list of questions asks for."""

    way = forms.ChoiceField(choices=ContactRule.Way)
    reached = forms.ChoiceField(choices=ContactRule.Reached)
    code_word = forms.BooleanField(required=False)
    looked = forms.BooleanField()


class OpenContactForm(forms.Form):
    reason = _words(_("Why a life or a child is in danger"))


class MoveForm(forms.Form):
    province = forms.ModelChoiceField(Area.objects.none(), label=_("Province"), empty_label=_("Choose a province"))

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        elsewhere = Area.objects.provinces().exclude(code=case.province_id or "").order_by("name_th")
        self.fields["province"].queryset = elsewhere  # type: ignore[attr-defined]


class CloseForm(forms.Form):
    reason = forms.ChoiceField(label=_("Why it ends"), choices=Case.ClosureReason, widget=forms.RadioSelect)
    text = _words(_("In your words"), required=False)


class KeepTrackForm(forms.Form):
    reason = _words(_("Why it is needed as evidence"), required=True)


class OpenForm(forms.Form):
    urgency = forms.ChoiceField(label=_("How urgent"), choices=Case.Urgency, widget=forms.RadioSelect)


class AttachForm(forms.Form):
    case = forms.ModelChoiceField(
        Case.objects.none(), label=_("Open case"), empty_label=_("Choose a case"), to_field_name="reference"
    )

    def __init__(self, *args: Any, cases: QuerySet[Case], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["case"].queryset = cases  # type: ignore[attr-defined]


class DismissForm(forms.Form):
    reason = forms.ChoiceField(label=_("Why"), choices=DismissReason, widget=forms.RadioSelect)


class PutAwayForm(forms.Form):
    """The ticked reports, at most as many as one page shows."""

    references = forms.TypedMultipleChoiceField(error_messages={"required": _("Tick at least one line.")})
    reason = forms.ChoiceField(label=_("Why"), choices=PutAwayReason, widget=forms.RadioSelect)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        said = data.getlist("references")[: queue.PAGE]
        self.fields["references"].choices = [(reference, reference) for reference in said]  # type: ignore[attr-defined]


class CalledForm(forms.Form):
    """What came of one call. Each button is an answer, so that one press is enough; the rest may be left out."""

    class Press(TextChoices):
        TOOK_IT = "TOOK_IT", _("They take it")
        CANNOT = "CANNOT", _("They cannot")
        NO_ANSWER = "NO_ANSWER", _("No answer")
        BUSY = "BUSY", _("Busy")
        WRONG_NUMBER = "WRONG_NUMBER", _("Wrong number")
        ANSWERED = "ANSWERED", _("Answered, nothing decided")

    press = forms.ChoiceField(choices=Press, error_messages={"required": _("Press what came of the call.")})
    means = forms.ChoiceField(label=_("How they were called"), choices=Note.Means, required=False)
    answered_by = forms.CharField(label=_("Who answered"), required=False, max_length=LONGEST_NAME)
    minutes = forms.IntegerField(label=_("There in how many minutes"), required=False, min_value=0, max_value=24 * 60)
    reason = forms.ChoiceField(
        label=_("Why they cannot"),
        choices=_any(_("not said"), [choice for choice in Dispatch.DeclineReason.choices if choice[0] != "UNSAID"]),
        required=False,
    )
    text = forms.CharField(label=_("What was said"), required=False, max_length=LONGEST_TEXT)

    def took_it(self) -> bool:
        return bool(self.cleaned_data["press"] == self.Press.TOOK_IT)

    def cannot(self) -> bool:
        return bool(self.cleaned_data["press"] == self.Press.CANNOT)

    def result(self) -> Note.CallResult:
        """Return what came of the call. An agency that takes it or cannot has answered."""
        press = self.cleaned_data["press"]
        return Note.CallResult(press) if press in Note.CallResult.values else Note.CallResult.ANSWERED


class CallsDoneForm(forms.Form):
    result = forms.ChoiceField(
        label=_("What came of the calls"),
        choices=[(result, result.label) for result in CallNow.SAID],
        widget=forms.RadioSelect,
    )


class ArrivedForm(forms.Form):
    """A form without fields: its button says everything."""
