"""The places of the portal, each shown only to those who may open it."""

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
    """The address of the page `name`, or nothing when this officer may not open it."""
    address = reverse(name)
    officer = context.get("officer")
    return address if officer and access.may_open(officer, resolve(address).func) else ""


@register.simple_tag(takes_context=True)
def entries(context: dict[str, Any], slot: str) -> list[Entry]:
    """What the rooms entered into this slot of the frame, as far as this officer may open it."""
    officer = context.get("officer")
    return frame.entries(Slot(slot), officer) if officer else []


@register.simple_tag
def home() -> str:
    """The page on which an officer starts."""
    return resolve_url(settings.LOGIN_REDIRECT_URL)
