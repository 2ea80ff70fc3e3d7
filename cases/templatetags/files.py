"""Template filters for files on the desk's pages."""

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
    """Return whether a scanner still has to look at the file; False when no scanner is configured."""
    return file.state == Attachment.State.WAITING and scanning.is_configured()
