"""Links to the pages of the portal. An officer sees those that they may open."""

from typing import Any

from django import template
from django.conf import settings
from django.shortcuts import resolve_url
from django.urls import resolve, reverse

from agencies import access, frame
from agencies.frame import Entry, Slot

register = template.Library()


@register.simple_tag(takes_context=True)
def place(context: dict[str, Any], name: str) -> str:
    """Return the address of the page `name`, or nothing when this officer may not open it."""
    address = reverse(name)
    officer = context.get("officer")
    return address if officer and access.may_open(officer, resolve(address).func) else ""


@register.simple_tag(takes_context=True)
def entries(context: dict[str, Any], slot: str) -> list[Entry]:
    officer = context.get("officer")
    return frame.entries(Slot(slot), officer) if officer else []


@register.simple_tag
def home() -> str:
    return resolve_url(settings.LOGIN_REDIRECT_URL)
