"""What a page with a map needs: Leaflet, a script of ours, and streets where this deployment has a host for them."""

from typing import Any

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from leaflet import PLUGINS

register = template.Library()


@register.inclusion_tag("components/_map_files.html", takes_context=True)
def map_files(context: dict[str, Any], name: str) -> dict[str, Any]:
    """Put Leaflet on the page, with the plugin of this name in LEAFLET_CONFIG.

    {% leaflet_js %} writes scripts without a nonce, which our Content-Security-Policy blocks, and {% leaflet_map %}
    makes the map itself, without the options that keep it still. So the library keeps the files, and this names them.
    """
    return {"plugin": PLUGINS[name], "nonce": context["request"].csp_nonce}


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
