"""What a message says: reference, urgency, district and a link. No personal data, no exact place."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from agencies.models import ContactPoint, Notification, Precedence
from cases.models import Bundle, Case, Dispatch, Report, RingChange

LINK = "{link}"  # stands in a draft for the link, which differs for each agency


@dataclass(frozen=True)
class Draft:
    """The words of a message, rendered once for all contact points."""

    name: str
    subject: str
    body: str
    is_first: bool = False  # nobody there has heard of it yet
    precedence: int = Precedence.REST

    def addressed(self, *, to: ContactPoint, key: str, now: datetime, link: str = "") -> Notification:
        return Notification(
            contact_point=to,
            subject=self.subject,
            body=self.body.replace(LINK, link),
            is_first=self.is_first,
            precedence=self.precedence,
            dedupe_key=f"{key}>{to.pk}",
            due_at=now,
            created_at=now,
        )


def asked(case: Case) -> Draft:
    first = Precedence.EMERGENCY if case.urgency == Case.Urgency.EMERGENCY else Precedence.FIRST
    return replace(_draft("asked", case, is_first=True), precedence=_unless_slow(case, first))


def referred(case: Case) -> Draft:
    """Return the words of asked() for a referral, which is slower than any alert."""
    return _draft("asked", case, is_first=True)


def asked_again(case: Case) -> Draft:
    """Return the words of asked(), not marked as the first message about the case."""
    return replace(_draft("asked", case), precedence=_unless_slow(case, Precedence.AGAIN))


def reminder(case: Case) -> Draft:
    return replace(_draft("reminder", case), precedence=_unless_slow(case, Precedence.AGAIN))


def _unless_slow(case: Case, precedence: Precedence) -> Precedence:
    """Return `precedence`, or REST for a case that is held or closed, a canary and an exercise.

    In the demo, which has nothing but exercises, these count like alerts.
    """
    is_exercise = case.is_exercise and not settings.IS_DEMO
    is_slow = bool(case.held_at or case.closed_at or case.is_canary or is_exercise)
    return Precedence.REST if is_slow else precedence


def link_with(token: str) -> str:
    return settings.PUBLIC_URL + reverse("responder-link", args=[token])


def taken(dispatch: Dispatch, *, to: ContactPoint, key: str, now: datetime) -> Notification:
    return _compose("taken", case=dispatch.case, to=to, key=key, now=now)


def supervisor_called(case: Case, *, to: ContactPoint, key: str, now: datetime) -> Notification:
    link = settings.PUBLIC_URL + reverse("desk-case", args=[case.reference])
    draft = replace(_draft("supervisor", case), precedence=_unless_slow(case, Precedence.AGAIN))
    return draft.addressed(to=to, key=key, now=now, link=link)


def report_received(report: Report, *, to: ContactPoint, key: str, now: datetime) -> Notification:
    link = settings.PUBLIC_URL + reverse("desk-report", args=[report.reference])
    draft = _draft("report", report, is_first=True)
    if report.case:  # what was added while nobody holds it
        draft = replace(draft, precedence=_unless_slow(report.case, Precedence.AGAIN))
    return draft.addressed(to=to, key=key, now=now, link=link)


def rings_changed(change: RingChange, step: str, *, to: ContactPoint, key: str, now: datetime) -> Notification:
    """Write to a desk's supervisor that its rings are to change, or have changed. No officer is named."""
    where = change.province_id or "all"
    link = settings.PUBLIC_URL + reverse("rings-of", args=[where, change.urgency or "any"])
    return _compose(f"rings_{step}", case=change, to=to, key=key, now=now, link=link)


def many(bundle: Bundle, *, to: ContactPoint, key: str, now: datetime) -> Notification:
    link = settings.PUBLIC_URL + reverse("desk-bundle", args=[bundle.pk])
    draft = replace(_draft("many", bundle, is_first=True), precedence=Precedence.FIRST)
    return draft.addressed(to=to, key=key, now=now, link=link)


def _compose(
    name: str,
    *,
    case: Case | Report | Bundle | RingChange,
    to: ContactPoint,
    key: str,
    now: datetime,
    link: str = "",
) -> Notification:
    return _draft(name, case).addressed(to=to, key=key, now=now, link=link)


def _draft(name: str, case: Case | Report | Bundle | RingChange, *, is_first: bool = False) -> Draft:
    context = {"case": case, "link": LINK}
    return Draft(
        name=name,
        subject=render_to_string(f"messages/{name}_subject.txt", context).strip()[:200],
        body=render_to_string(f"messages/{name}.txt", context),
        is_first=is_first,
    )
