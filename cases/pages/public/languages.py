"""The language stands in the path, so that nothing has to be kept on the phone."""

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
    """The first language of the browser's that we have (RFC 9110, section 12.5.4). No cookie is asked."""
    asked = [code for code, _ in parse_accept_lang_header(request.headers.get("Accept-Language", ""))]
    for code in asked:
        try:
            return get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_OF_STRANGERS if asked and "*" not in asked else settings.LANGUAGE_CODE
