"""The language stands in the path, so that nothing has to be kept on the phone."""

import re

from django.conf import settings


class LanguageConverter:
    regex = "|".join(re.escape(code) for code, _ in settings.LANGUAGES)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
