"""What a message says: reference, urgency, district and a link. No personal data, no exact place."""

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from agencies.models import ContactPoint, Notification
from cases.models import Bundle, Case, Dispatch, Report, RingChange


def asked(dispatch: Dispatch, *, token: str, to: ContactPoint, key: str, now: datetime) -> Notification:
    link = settings.PUBLIC_URL + reverse("responder-link", args=[token])
    message = _compose("asked", case=dispatch.case, to=to, key=key, now=now, link=link, is_first=True)
    message.is_urgent = dispatch.case.urgency == Case.Urgency.EMERGENCY
    return message


def asked_again(dispatch: Dispatch, *, token: str, to: ContactPoint, key: str, now: datetime) -> Notification:
    """The same words; but whoever was asked before has heard of it."""
    message = asked(dispatch, token=token, to=to, key=key, now=now)
    message.is_first = message.is_urgent = False
    return message


def reminder(dispatch: Dispatch, *, token: str, to: ContactPoint, key: str, now: datetime) -> Notification:
    link = settings.PUBLIC_URL + reverse("responder-link", args=[token])
    return _compose("reminder", case=dispatch.case, to=to, key=key, now=now, link=link)


def taken(dispatch: Dispatch, *, to: ContactPoint, key: str, now: datetime) -> Notification:
    return _compose("taken", case=dispatch.case, to=to, key=key, now=now)


def supervisor_called(case: Case, *, to: ContactPoint, key: str, now: datetime) -> Notification:
    link = settings.PUBLIC_URL + reverse("desk-case", args=[case.reference])
    return _compose("supervisor", case=case, to=to, key=key, now=now, link=link)


def report_received(report: Report, *, to: ContactPoint, key: str, now: datetime) -> Notification:
    link = settings.PUBLIC_URL + reverse("desk-report", args=[report.reference])
    return _compose("report", case=report, to=to, key=key, now=now, link=link, is_first=True)


def rings_changed(change: RingChange, step: str, *, to: ContactPoint, key: str, now: datetime) -> Notification:
    """To the supervisors of a desk: its rings are to change, or have changed. No name of whoever did it."""
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
    context = {"case": case, "link": link}
    return Notification(
        contact_point=to,
        subject=render_to_string(f"messages/{name}_subject.txt", context).strip()[:200],
        body=render_to_string(f"messages/{name}.txt", context),
        is_first=is_first,
        dedupe_key=f"{key}>{to.pk}",
        due_at=now,
        created_at=now,
    )
