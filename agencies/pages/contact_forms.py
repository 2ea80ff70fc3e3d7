"""Forms for contact points, their codes and the PIN."""

import re
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext_lazy as _

from agencies.models import ContactPoint
from agencies.reach.mailboxes import NotAMailbox, in_ascii

LONGEST_REASON = 1000
NUMBER = re.compile(r"0[0-9]{8,9}|\+?[1-9][0-9]{8,14}")
Transport = ContactPoint.Transport
# Without WEB_PUSH: an officer switches a browser on in the browser itself.
OFFERED = (Transport.EMAIL, Transport.SMS, Transport.LINE, Transport.WEBHOOK)


class ReplacementForm(forms.Form):
    """Another address for the same audience."""

    use_required_attribute = False

    transport = forms.ChoiceField(
        label=_("By what"),
        initial=Transport.EMAIL,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose how messages are sent there.")},
    )
    address = forms.CharField(
        label=_("Address"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}),
        help_text=_(
            "A mailbox, a mobile number or an https address. Leave it empty for LINE: a code binds the chat."
        ),
        error_messages={"required": _("Please write the address.")},
    )
    priority = forms.IntegerField(
        label=_("Order"),
        min_value=1,
        max_value=9,
        initial=1,
        help_text=_("1 is told first; the next one when that fails."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": _("Please write a number from 1 to 9.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [
            (name, label) for name, label in Transport.choices if name in settings.TRANSPORTS and name in OFFERED
        ]
        self.fields["transport"].choices = offered  # type: ignore[attr-defined]
        # Checked here, because the browser would require an address for LINE too.
        self.fields["address"].required = self.data.get("transport") != Transport.LINE

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        transport, address = given.get("transport"), given.get("address", "")
        if transport == Transport.LINE:
            return {**given, "address": ""}
        if transport and address:
            try:
                given["address"] = _SHAPES[transport](address)
            except ValidationError as error:
                self.add_error("address", error)
        return given


class ContactForm(ReplacementForm):
    audience = forms.ChoiceField(
        label=_("Who reads it"),
        choices=ContactPoint.Audience.choices,
        initial=ContactPoint.Audience.DUTY,
        widget=forms.RadioSelect,
    )

    field_order = ("audience", "transport", "address", "priority")


def _mailbox(address: str) -> str:
    name = address.rpartition("@")[0]
    if name and not name.isascii():
        raise ValidationError(
            _("Before the @ most mail servers take Latin letters only. Ask for an address such as name@office.go.th.")
        )
    try:
        validate_email(address)
        in_ascii(address)
    except (ValidationError, NotAMailbox) as error:
        raise ValidationError(_("This is not a mailbox. It looks like name@office.go.th.")) from error
    return address


def _number(address: str) -> str:
    digits = re.sub(r"[\s().-]", "", address)
    if not NUMBER.fullmatch(digits):
        raise ValidationError(_("This is not a telephone number. Write it as 081… or +66 81…."))
    return digits


def _https(address: str) -> str:
    try:
        parts = urlsplit(address)
        is_test = parts.hostname in settings.WEBHOOK_TEST_HOSTS
        URLValidator(schemes=["https", "http"] if is_test else ["https"])(address)
    except (ValueError, ValidationError) as error:
        raise ValidationError(_("This is not an https address.")) from error
    if "@" in parts.netloc:
        raise ValidationError(_("Leave names and passwords out of the address: we sign our messages."))
    return address


_SHAPES = {Transport.EMAIL: _mailbox, Transport.SMS: _number, Transport.WEBHOOK: _https}


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("The code in the message"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": _("Please type the code.")},
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why not"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Please write why, so that the other officer can mend it.")},
    )


class LastOneForm(forms.Form):
    """Asked only before the last contact point of those on duty is removed."""

    although_last = forms.BooleanField(
        label=_("No message reaches those on duty without it. Remove it all the same."),
        error_messages={"required": _("Please confirm that nobody on duty is to be told.")},
    )


class NewPinForm(forms.Form):
    pin = forms.CharField(
        label=_("New PIN"),
        max_length=64,
        help_text=_("4 to 8 digits. No year, no 1234, nothing that repeats."),
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "new-password"}),
        error_messages={"required": _("Please type a PIN.")},
    )
    again = forms.CharField(
        label=_("The same again"),
        max_length=64,
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "new-password"}),
        error_messages={"required": _("Please type it a second time.")},
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("pin") and given.get("again") and given["pin"] != given["again"]:
            self.add_error("again", _("The two are not the same. Type both anew."))
        return given
