"""The form of a search in the directory."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.models import Area


class DirectoryForm(forms.Form):
    q = forms.CharField(label=_("Name"), required=False, max_length=100)
    province = forms.ChoiceField(
        label=_("Province"), required=False, error_messages={"invalid_choice": _("no such province")}
    )
    contact = forms.ChoiceField(
        label=_("Contact"), required=False, choices=[("", _("any")), ("none", _("no verified contact"))]
    )

    def __init__(self, *args: Any, provinces: list[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("All provinces")), *((area.code, area.name) for area in provinces)]
        self.fields["province"].choices = choices  # type: ignore[attr-defined]

    def asked(self) -> dict[str, Any]:
        """Return the usable part of the search. A field with an error filters nothing and shows its error."""
        usable = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        return {
            "words": usable.get("q", ""),
            "province": usable.get("province", ""),
            "without_contact": usable.get("contact") == "none",
        }
