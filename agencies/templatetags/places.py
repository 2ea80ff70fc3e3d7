"""The places of the portal, each shown only to those who may open it."""

from typing import Any

from django import template
from django.urls import resolve, reverse

from agencies import access

register = template.Library()


@register.simple_tag(takes_context=True)
def place(context: dict[str, Any], name: str) -> str:
    """The address of the page `name`, or nothing when this officer may not open it."""
    address = reverse(name)
    officer = context.get("officer")
    return address if officer and access.may_open(officer, resolve(address).func) else ""
