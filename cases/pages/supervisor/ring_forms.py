"""Forms of a set of rings, and of a place to try it at."""

import math
from collections.abc import Collection
from typing import Any

from django import forms
from django.contrib.gis.geos import Point
from django.utils.translation import gettext_lazy as _

from agencies import areas
from agencies.models import Agency, Area, Capability
from agencies.nearby import NEVER_AUTOMATIC
from cases.models import Case, Report, RingPolicy
from cases.rings.plan import Ring
from cases.rings.preview import ImaginedPlace

MOST = 5
KINDS = [(kind.value, kind.label) for kind in Agency.Kind if kind not in NEVER_AUTOMATIC]
WHOLE_NUMBER = {"invalid": _("Please write a whole number.")}


def _number(label: Any) -> forms.IntegerField:
    """Check only that it is a number: the verb says what does not make sense, everything at once."""
    return forms.IntegerField(
        label=label, required=False, min_value=0, max_value=9_999, error_messages=WHOLE_NUMBER, widget=_digits()
    )


def _digits() -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 6, "class": "short"})


class RingForm(forms.Form):
    tells = forms.MultipleChoiceField(
        label=_("Whom it asks"), choices=RingPolicy.Tells, widget=forms.CheckboxSelectMultiple, required=False
    )
    how_many = _number(_("How many of the nearest"))
    radius_km = _number(_("Within how many km"))
    capability = forms.ChoiceField(label=_("Who can do what"), choices=Capability, required=False)
    kinds = forms.MultipleChoiceField(
        label=_("Only these kinds (none: all)"),
        choices=KINDS,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    minutes = _number(_("Minutes until the next ring"))

    def as_ring(self) -> Ring:
        said = self.cleaned_data
        return Ring(
            tells=said["tells"],
            radius_m=(said["radius_km"] or 0) * 1000,
            how_many=said["how_many"] or 0,
            capability=said["capability"] or Capability.RESPOND,
            kinds=said["kinds"],
            minutes=said["minutes"] or 0,
        )


RingFormSet = forms.formset_factory(
    RingForm, extra=0, max_num=MOST, absolute_max=MOST + 1, min_num=1, validate_min=True, validate_max=True
)
NEW_RING = {"tells": ["NEAREST"], "how_many": 5, "radius_km": 50, "capability": "RESPOND", "kinds": [], "minutes": 5}


def typed_in(rings: list[Ring]) -> list[dict[str, Any]]:
    """Return the rings as the form shows them, in kilometres."""
    return [{**ring, "radius_km": ring["radius_m"] // 1000} for ring in rings]


def retyped(formset: Any) -> list[dict[str, Any]]:
    """Return what was typed, valid or not, so that a ring can be added or taken out without losing a word."""
    return [{name: form[name].value() for name in form.fields} for form in formset]


class RequiresForm(forms.Form):
    requires = forms.MultipleChoiceField(
        label=_("A case is held once these have acknowledged"),
        choices=Capability,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("None: whoever goes to the place, or a social worker where the person allowed no others."),
    )


class PlaceForm(forms.Form):
    """Where the imagined alert is, and what the person said. Every field may be left out."""

    at = forms.CharField(
        label=_("Latitude, longitude"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"placeholder": "6.5400, 101.2800", "autocomplete": "off"}),
    )
    area = forms.ChoiceField(label=_("Or the middle of a district"), required=False)
    urgency = forms.ChoiceField(label=_("Urgency"), choices=Case.Urgency, required=False)
    may_tell = forms.ChoiceField(
        label=_("The person allowed"), choices=Report.MayTell, required=False, initial=Report.MayTell.NEAREST_HELP
    )
    is_sealed = forms.BooleanField(label=_("An official is said to be involved"), required=False)

    def __init__(self, *args: Any, districts: Collection[Area], province: Area | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        whole = [(province.code, province.name)] if province else []
        choices = [("", _("none")), *whole, *((area.code, area.name) for area in districts)]
        self.fields["area"].choices = choices  # type: ignore[attr-defined]

    def clean_at(self) -> Point | None:
        """Read latitude, longitude (WGS 84), also pasted with a semicolon, blanks and decimal commas."""
        text = self.cleaned_data["at"].strip()
        if not text:
            return None
        parts = text.replace(";", " ").replace(", ", " ").split()
        parts = parts if len(parts) == 2 else text.split(",")
        try:
            latitude, longitude = (float(part.replace(",", ".")) for part in parts)
        except ValueError:
            latitude = longitude = math.nan
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            raise forms.ValidationError(_("Two numbers are wanted here: 6.5400, 101.2800"))
        return Point(longitude, latitude, srid=4326)

    def place(self) -> ImaginedPlace | None:
        """Return the point, or else the middle of the area; None when neither was said."""
        if point := self.cleaned_data.get("at"):
            return ImaginedPlace(areas.locate(point), point)
        area = Area.objects.filter(code=self.cleaned_data.get("area") or "").defer("boundary").first()
        if area is None:
            return None
        is_rough = area.level == Area.Level.PROVINCE
        return ImaginedPlace(areas.of_area(area.code), area.centroid, is_rough=is_rough)

    def said(self) -> dict[str, Any]:
        """Return what the person would have said; without an answer, what an alert by press says."""
        said = self.cleaned_data
        return {
            "urgency": said.get("urgency") or Case.Urgency.EMERGENCY,
            "may_tell": said.get("may_tell") or Report.MayTell.NEAREST_HELP,
            "is_sealed": bool(said.get("is_sealed")),
        }
