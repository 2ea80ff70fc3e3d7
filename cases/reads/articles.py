"""The texts for the public on rights, signs and what follows a press: edited, or as the portal brings them."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import Error
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from cases.models import Article

FILES = Path(__file__).resolve().parent.parent / "data" / "articles"
# No HTML, and links only to our own pages and to telephones: a text must not lead a person to a third party.
_markdown = MarkdownIt("commonmark", {"html": False})
_markdown.validateLink = lambda url: bool(re.match(r"(?:/(?!/)|tel:)", url))  # type: ignore[method-assign]


@dataclass(frozen=True)
class Text:
    slug: str
    language: str
    markdown: str
    reviewed_by: str = ""
    reviewed_on: date | None = None
    review_due_on: date | None = None
    is_edited: bool = False

    @property
    def title(self) -> str:
        return self.markdown.partition("\n")[0].lstrip("# ").strip()

    @property
    def html(self) -> SafeString:
        """The text as HTML, without the title. It is safe, because the renderer escapes all that was typed."""
        return _rendered(self.markdown.partition("\n")[2])

    @property
    def points(self) -> list[str]:
        return [line[2:].strip() for line in self.markdown.splitlines() if line.startswith("- ")]

    def is_due(self, *, on: date) -> bool:
        return self.reviewed_on is None or (self.review_due_on is not None and self.review_due_on <= on)


@cache
def _rendered(markdown: str) -> SafeString:
    return mark_safe(_markdown.render(markdown))  # noqa: S308 - html is off


@cache
def of_file(slug: str, language: str) -> Text:
    return Text(slug, language, (FILES / f"{slug}.{language}.md").read_text(encoding="utf-8").strip())


def _of_row(row: Article) -> Text:
    return Text(row.slug, row.language, row.text, row.reviewed_by, row.reviewed_on, row.review_due_on, is_edited=True)


def article(slug: str, language: str) -> Text:
    """Return the text; while the database is down, the one from the file."""
    try:
        row = Article.objects.filter(slug=slug, language=language).first()
    except Error:
        row = None
    return _of_row(row) if row else of_file(slug, language)


def titles(language: str) -> list[Text]:
    """Return every text in this language; while the database is down, those from the files."""
    try:
        rows = {row.slug: _of_row(row) for row in Article.objects.filter(language=language)}
    except Error:
        rows = {}
    return [rows.get(slug) or of_file(slug, language) for slug in Article.Slug.values]


def all_texts() -> list[Text]:
    rows = {(row.slug, row.language): _of_row(row) for row in Article.objects.all()}
    languages = [code for code, _ in settings.LANGUAGES]
    return [rows.get((slug, code)) or of_file(slug, code) for slug in Article.Slug.values for code in languages]
