"""Telephone numbers for the public: rows, and a file that replaces them while the database is down."""

import tomllib
from contextlib import suppress
from pathlib import Path

from django.core.cache import cache
from django.db import Error, models
from django.utils.translation import get_language

LANGUAGE_NAMES = {
    "th": "ไทย",
    "en": "English",
    "my": "မြန်မာ",
    "km": "ភាសាខ្មែរ",
    "zh": "中文",
    "ja": "日本語",
    "ko": "한국어",
}
LANGUAGE_NAMES |= {"lo": "ລາວ", "vi": "Tiếng Việt", "ms": "Bahasa Melayu", "ru": "Русский"}
KEY, CACHED_SECONDS = "hotlines_shown_first", 60  # cached in the process: they change a few times a year
COPY = Path(__file__).resolve().parent.parent / "data" / "hotlines.toml"


class Hotline(models.Model):
    number = models.CharField(max_length=20, unique=True)
    name_th = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    # In the other languages of the public pages, by code. Processes of the release before need the db_default.
    names = models.JSONField(default=dict, db_default={}, blank=True)
    languages = models.CharField(max_length=120, blank=True)
    order = models.PositiveSmallIntegerField(default=100)
    is_shown_first = models.BooleanField(default=False)  # on every public page
    source = models.CharField(max_length=200)
    checked_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return self.number

    @property
    def name(self) -> str:
        names = {**self.names, "th": self.name_th}
        return names.get(get_language() or "th", self.name_en)

    @property
    def spoken(self) -> list[str]:
        codes = [code.strip() for code in self.languages.split(",") if code.strip()]
        return [LANGUAGE_NAMES.get(code, code) for code in codes]

    @classmethod
    def from_file(cls) -> "list[Hotline]":
        return [cls(**row) for row in tomllib.loads(COPY.read_text(encoding="utf-8"))["hotline"]]

    @classmethod
    def shown_first(cls) -> "list[Hotline]":
        """Return the hotlines of every public page.

        They come from the file when the database has none or is down: an old number is better than none.
        """
        known: list[Hotline] = cache.get(KEY, [])
        if not known:
            with suppress(Error):  # down, or no connection of the pool came free
                known = list(cls.objects.filter(is_shown_first=True))
                cache.set(KEY, known, CACHED_SECONDS)
        return known or [hotline for hotline in cls.from_file() if hotline.is_shown_first]
