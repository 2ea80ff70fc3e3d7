"""What a map needs to know to show streets, where this deployment has a host for them."""

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def streets() -> SafeString:
    """Return the attributes of the element of the map; nothing without a host, when only our outlines are shown."""
    if settings.TILES is None:
        return SafeString()
    address = reverse("tile", args=[0, 0, 0]).replace("0/0/0", "{z}/{x}/{y}")
    return format_html(' data-streets="{}" data-streets-zoom="{}"', address, settings.TILES.max_zoom)


@register.simple_tag
def streets_by() -> str:
    return settings.TILES.attribution if settings.TILES else ""
