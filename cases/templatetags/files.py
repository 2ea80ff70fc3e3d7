"""Files on the desk's pages."""

from base64 import b64encode

from django import template

from cases.models import Attachment
from cases.privacy import scanning

register = template.Library()


@register.filter
def base64(content: bytes) -> str:
    return b64encode(content).decode()


@register.filter
def waits_for_scan(file: Attachment) -> bool:
    """No file is shown that a scanner, where there is one, has not looked at."""
    return file.state == Attachment.State.WAITING and scanning.is_configured()
