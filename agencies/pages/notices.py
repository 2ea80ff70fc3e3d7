"""Pushes to an officer's own browser: the officer switches them on and off in the browser itself."""

import hashlib
from dataclasses import dataclass

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agencies import clock
from agencies.access import OWN_AGENCY, officer_of, role_required
from agencies.models import ContactPoint
from agencies.pages.subscription_form import SubscriptionForm
from agencies.reach import push
from agencies.reach.subscription import NotASubscription, Subscription


@dataclass(frozen=True)
class Browser:
    row: ContactPoint
    mark: str  # a digest of its address, by which the page's script finds this browser

    @classmethod
    def of(cls, row: ContactPoint) -> "Browser":
        try:
            endpoint = Subscription.parse(row.address).endpoint
        except NotASubscription:  # of a push service that the settings no longer name
            return cls(row, "")
        return cls(row, hashlib.sha256(endpoint.encode()).hexdigest())


@role_required(*OWN_AGENCY)
@csp_update({"worker-src": [SELF]})
def show(request: HttpRequest) -> HttpResponse:
    browsers = [Browser.of(row) for row in push.browsers_of(officer_of(request))] if settings.WEB_PUSH else []
    return render(request, "notices/notices.html", {"browsers": browsers, "public_key": _public_key()})


@role_required(*OWN_AGENCY)
def worker(request: HttpRequest) -> HttpResponse:
    # A worker controls the pages below its own address: this one, and no other.
    kind = "text/javascript; charset=utf-8"
    return render(request, "notices/worker.js", {"public_key": _public_key()}, content_type=kind)


def _public_key() -> str:
    return settings.WEB_PUSH.public_key if settings.WEB_PUSH else ""


@require_POST
@role_required(*OWN_AGENCY)
def switch_on(request: HttpRequest) -> HttpResponse:
    form = SubscriptionForm(request.POST)
    if form.is_valid():
        subscription = form.cleaned_data["subscription"]
        push.switch_on(officer=officer_of(request), subscription=subscription, now=clock.now())
        messages.success(request, _("Messages are switched on in this browser. Send yourself a test."))
    else:
        messages.error(request, _("Nothing was switched on. This browser gave us no address that we can use."))
    return redirect("notices")


@require_POST
@role_required(*OWN_AGENCY)
def switch_off(request: HttpRequest, number: int) -> HttpResponse:
    browser = get_object_or_404(push.browsers_of(officer_of(request)), pk=number)
    push.switch_off(browser=browser, now=clock.now())
    messages.success(request, _("Messages are switched off there."))
    return redirect("notices")


@require_POST
@role_required(*OWN_AGENCY)
def send_test(request: HttpRequest, number: int) -> HttpResponse:
    browser = get_object_or_404(push.browsers_of(officer_of(request)), pk=number)
    try:
        push.send_test(browser=browser, now=clock.now())
        messages.success(request, _("A test is on its way. It should be shown within seconds."))
    except push.TestOnItsWay:
        messages.info(request, _("A test was sent within this minute. Wait for it, then try again."))
    return redirect("notices")
