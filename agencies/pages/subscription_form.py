"""The form in which a browser gives its subscription when an officer switches pushes on."""

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.reach.subscription import LONGEST, NotASubscription, Subscription


class SubscriptionForm(forms.Form):
    """The page's script fills it with PushSubscription.toJSON()."""

    subscription = forms.CharField(max_length=LONGEST, widget=forms.HiddenInput)

    def clean_subscription(self) -> Subscription:
        try:
            return Subscription.parse(self.cleaned_data["subscription"])
        except NotASubscription as error:
            raise forms.ValidationError(
                _("Messages cannot be sent to this browser: its push service is not one that this portal uses.")
            ) from error
