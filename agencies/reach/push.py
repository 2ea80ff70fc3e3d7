"""Push: messages in an officer's own browser, besides the agency's contact point and never instead of it."""

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.template.loader import render_to_string

from agencies import access
from agencies.models import ContactPoint, Duty, Notification, Officer, Precedence
from agencies.models.contact_point import ContactPointQuerySet
from agencies.reach.subscription import Subscription

Transport = ContactPoint.Transport
MOST_BROWSERS = 5  # of one officer


class TestOnItsWay(Exception):
    """A test was asked for within this minute."""


@transaction.atomic
def switch_on(*, officer: Officer, subscription: Subscription, now: datetime) -> ContactPoint:
    """Let pushes go to this browser. Its subscription is proof enough: nobody confirms it.

    The same browser again is one browser. Beyond MOST_BROWSERS the oldest is switched off.
    """
    Officer.objects.select_for_update(of=["self"], no_key=True).get(pk=officer.pk)
    ours, text = browsers_of(officer), subscription.as_text()
    if known := ours.at(text).first():
        return _work_again(known)
    for oldest in list(ours)[: max(0, len(ours) - MOST_BROWSERS + 1)]:
        switch_off(browser=oldest, now=now)
    return ContactPoint.objects.create(
        agency_id=officer.agency_id, officer=officer, transport=Transport.WEB_PUSH, address=text, verified_at=now
    )


def _work_again(browser: ContactPoint) -> ContactPoint:
    browser.failing_since = None
    browser.save(update_fields=["failing_since"])
    return browser


def switch_off(*, browser: ContactPoint, now: datetime) -> None:
    """Forget the address. The row stays, because notifications point to it."""
    browser.address, browser.removed_at = "-", now
    browser.save(update_fields=["address", "address_index", "removed_at"])


def send_test(*, browser: ContactPoint, now: datetime) -> Notification:
    """Owe a test push like any other message. Raises TestOnItsWay."""
    try:
        with transaction.atomic():
            test = compose("push_test", to=browser, key=f"push/test/{now:%Y%m%dT%H%M}", now=now)
            return Notification.objects.owe([test])[0]
    except IntegrityError as error:
        raise TestOnItsWay from error


def browsers_of(officer: Officer) -> ContactPointQuerySet:
    return ContactPoint.objects.of_officers().filter(officer=officer).order_by("pk")


def browsers_to_tell(agencies: Collection[int], *, now: datetime) -> dict[int, list[ContactPoint]]:
    """Return, by agency, the browsers of those on duty.

    Where no duty is planned: the browsers of all its officers but administrators.
    """
    ready = ContactPoint.objects.ready_to_push().filter(officer__agency__in=agencies)
    # The officer may have changed the agency since the browser was switched on.
    ready = ready.filter(officer__role__in=access.OWN_AGENCY).annotate(of=F("officer__agency")).defer("address")
    found: dict[int, list[ContactPoint]] = {}
    for browser in ready:
        found.setdefault(browser.of, []).append(browser)
    return _of_those_on_duty(found, now=now) if found else found


def _of_those_on_duty(found: dict[int, list[ContactPoint]], *, now: datetime) -> dict[int, list[ContactPoint]]:
    planning = set(Duty.objects.planned(now=now).filter(agency__in=found).values_list("agency", flat=True))
    on_duty = set(Duty.objects.on_at(now=now).filter(agency__in=planning).values_list("agency", "officer"))
    return {
        agency: [b for b in browsers if agency not in planning or (agency, b.officer_id) in on_duty]
        for agency, browsers in found.items()
    }


def compose(
    name: str,
    *,
    to: ContactPoint,
    key: str,
    now: datetime,
    is_exercise: bool = False,
    precedence: int = Precedence.REST,
) -> Notification:
    """Compose a push as a locked screen may show it: no name, no place, no reference, no link."""
    context = {"is_exercise": is_exercise}
    return Notification(
        contact_point=to,
        subject=render_to_string("messages/push_subject.txt", context).strip(),
        body=render_to_string(f"messages/{name}.txt", context),
        is_first=precedence <= Precedence.FIRST,
        precedence=precedence,
        dedupe_key=f"{key}>{to.pk}",
        due_at=now,
        created_at=now,
    )
