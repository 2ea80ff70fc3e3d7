"""Messages about the directory itself: neutral, and without a link in an SMS."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from agencies.models import Agency, ContactPoint, Notification, Proposal


def code(*, to: ContactPoint, code: str, hours: int, key: str, now: datetime) -> Notification:
    return _about_address("code", {"code": code, "hours": hours}, to=to, key=key, now=now)


def change(proposal: Proposal, *, is_this: bool, to: ContactPoint, key: str, now: datetime) -> Notification:
    """Compose the message about a proposal. `is_this`: `to` is the address that is to be removed, or was."""
    said = {"proposal": proposal, "is_this": is_this, "agency": to.agency}
    return _about_address("change", said, to=to, key=key, now=now)


def pin(*, is_first: bool, to: ContactPoint, key: str, now: datetime) -> Notification:
    return _about_address("pin", {"is_first": is_first, "agency": to.agency}, to=to, key=key, now=now)


def failing(agency: Agency, *, to: ContactPoint, key: str, now: Any) -> Notification:
    return _compose("failing", {"agency": agency, "link": _page_of(agency)}, to=to, key=key, now=now)


def joined(agency: Agency, *, to: ContactPoint, key: str, now: datetime) -> Notification:
    return _compose("joined", {"agency": agency, "link": _page_of(agency)}, to=to, key=key, now=now)


def budget_spent(transport: str, *, to: ContactPoint, key: str, now: Any) -> Notification:
    return _compose("budget", {"transport": transport}, to=to, key=key, now=now)


def _page_of(agency: Agency) -> str:
    return settings.PUBLIC_URL + reverse("agency", args=[agency.pk])


def _about_address(name: str, said: dict[str, Any], *, to: ContactPoint, key: str, now: datetime) -> Notification:
    if to.transport != ContactPoint.Transport.SMS:  # carriers block messages with a link
        said = {**said, "link": _page_of(to.agency)}
    return _compose(name, said, to=to, key=key, now=now, is_about_address=True)


def _compose(
    name: str, said: dict[str, Any], *, to: ContactPoint, key: str, now: Any, is_about_address: bool = False
) -> Notification:
    return Notification(
        contact_point=to,
        subject=render_to_string(f"messages/{name}_subject.txt", said).strip()[:200],
        body=render_to_string(f"messages/{name}.txt", said).strip() + "\n",
        is_about_address=is_about_address,
        dedupe_key=f"{key}>{to.pk}",
        due_at=now,
        created_at=now,
    )
