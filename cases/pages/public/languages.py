"""The language is part of the path, so that the phone has to keep nothing."""

import re

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header


class LanguageConverter:
    regex = "|".join(re.escape(code) for code, _ in settings.LANGUAGES)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


def of_browser(request: HttpRequest) -> str:
    """Return the first of the browser's languages that we have (RFC 9110, section 12.5.4). No cookie is read."""
    asked = [code for code, _ in parse_accept_lang_header(request.headers.get("Accept-Language", ""))]
    for code in asked:
        try:
            return get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_OF_STRANGERS if asked and "*" not in asked else settings.LANGUAGE_CODE
