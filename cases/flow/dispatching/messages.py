"""What a message says: reference, urgency, district and a link. No personal data, no exact place."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from agencies.models import ContactPoint, Notification
from cases.models import Bundle, Case, Dispatch, Report, RingChange

LINK = "{link}"  # stands in a draft for the link, which differs for each agency


@dataclass(frozen=True)
class Draft:
    """The words of a message, rendered once for all contact points."""

    name: str
    subject: str
    body: str
    is_first: bool = False  # nobody there has heard of it yet
    is_urgent: bool = False

    def addressed(self, *, to: ContactPoint, key: str, now: datetime, link: str = "") -> Notification:
        return Notification(
            contact_point=to,
            subject=self.subject,
            body=self.body.replace(LINK, link),
            is_first=self.is_first,
            is_urgent=self.is_urgent,
            dedupe_key=f"{key}>{to.pk}",
            due_at=now,
            created_at=now,
        )


def asked(case: Case) -> Draft:
    is_urgent = case.urgency == Case.Urgency.EMERGENCY
    return replace(_draft("asked", case, is_first=True), is_urgent=is_urgent)


def asked_again(case: Case) -> Draft:
    """Return the words of asked(), not marked as the first message about the case."""
    return _draft("asked", case)


def reminder(case: Case) -> Draft:
    return _draft("reminder", case)


def link_with(token: str) -> str:
    return settings.PUBLIC_URL + reverse("responder-link", args=[token])


def taken(dispatch: Dispatch, *, to: ContactPoint, key: str, now: datetime) -> Notification:
    return _compose("taken", case=dispatch.case, to=to, key=key, now=now)


def supervisor_called(case: Case, *, to: ContactPoint, key: str, now: datetime) -> Notification:
    link = settings.PUBLIC_URL + reverse("desk-case", args=[case.reference])
    return _compose("supervisor", case=case, to=to, key=key, now=now, link=link)


def report_received(report: Report, *, to: ContactPoint, key: str, now: datetime) -> Notification:
    link = settings.PUBLIC_URL + reverse("desk-report", args=[report.reference])
    return _compose("report", case=report, to=to, key=key, now=now, link=link, is_first=True)


def rings_changed(change: RingChange, step: str, *, to: ContactPoint, key: str, now: datetime) -> Notification:
    """Write to a desk's supervisor that its rings are to change, or have changed. No officer is named."""
    where = change.province_id or "all"
    link = settings.PUBLIC_URL + reverse("rings-of", args=[where, change.urgency or "any"])
    return _compose(f"rings_{step}", case=change, to=to, key=key, now=now, link=link)


def many(bundle: Bundle, *, to: ContactPoint, key: str, now: datetime) -> Notification:
    link = settings.PUBLIC_URL + reverse("desk-bundle", args=[bundle.pk])
    return _compose("many", case=bundle, to=to, key=key, now=now, link=link, is_first=True)


def _compose(
    name: str,
    *,
    case: Case | Report | Bundle | RingChange,
    to: ContactPoint,
    key: str,
    now: datetime,
    link: str = "",
    is_first: bool = False,
) -> Notification:
    return _draft(name, case, is_first=is_first).addressed(to=to, key=key, now=now, link=link)


def _draft(name: str, case: Case | Report | Bundle | RingChange, *, is_first: bool = False) -> Draft:
    context = {"case": case, "link": LINK}
    return Draft(
        name=name,
        subject=render_to_string(f"messages/{name}_subject.txt", context).strip()[:200],
        body=render_to_string(f"messages/{name}.txt", context),
        is_first=is_first,
    )
