"""The translations of the public pages, and the tables in which native speakers review them."""

import csv
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import polib
from django.conf import settings
from django.utils.translation import to_locale
from django.utils.translation.template import templatize

ROOT = Path(settings.BASE_DIR)
TABLES = ROOT / "docs" / "translations"
KEYWORDS = ("gettext_noop", "gettext_lazy", "ngettext:1,2", "ngettext_lazy:1,2", "_")
COLUMNS = ["English", "Thai", "Translation", "Better", "Remark"]
LANGUAGES = [code for code, _ in settings.LANGUAGES if code not in settings.STAFF_LANGUAGES]


@cache
def public_words() -> list[polib.POEntry]:
    """Return the texts of the public pages in the order of the sources, read by xgettext as makemessages does."""
    further = [ROOT / "cases" / "reads" / "coming_back.py", ROOT / "cases" / "flow" / "conversing" / "saying.py"]
    written = [*sorted(ROOT.glob("cases/pages/public/*.py")), *further]
    code = [path.read_text(encoding="utf-8") for path in written]
    drawn = [ROOT / "templates" / "base_public.html", *sorted(ROOT.glob("templates/public/**/*.html"))]
    pages = [templatize(path.read_text(encoding="utf-8")) for path in drawn]
    command = ["xgettext", "-L", "Python", "--from-code=UTF-8", *(f"--keyword={word}" for word in KEYWORDS)]
    done = subprocess.run(  # noqa: S603 - our own command
        [*command, "--no-location", "-o", "-", "-"],
        input="\n".join([*pages, *code]).encode(),
        capture_output=True,
        check=True,
    )
    return list(polib.pofile(done.stdout.decode().replace("charset=CHARSET", "charset=UTF-8")))


def catalogue(language: str) -> polib.POFile:
    return polib.pofile(str(ROOT / "locale" / to_locale(language) / "LC_MESSAGES" / "django.po"))


def said(entry: polib.POEntry | None) -> str:
    """Return the translation. Each of our languages but English has one form for any number."""
    if entry is None:
        return ""
    return str(entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr)


def table(language: str) -> Iterator[list[str]]:
    thai, ours = catalogue("th"), catalogue(language)
    yield COLUMNS
    for word in public_words():
        yield [word.msgid, said(thai.find(word.msgid)), said(ours.find(word.msgid)), "", ""]


def table_of(language: str) -> Path:
    return TABLES / f"{language}.csv"


def write_table(language: str) -> Path:
    path = table_of(language)
    # Without the mark of utf-8-sig, spreadsheets take UTF-8 for something else.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(table(language))
    return path


def take_review(language: str, path: Path) -> int:
    """Put the column "Better" of a reviewed table into the catalogue. Return how many entries were changed."""
    ours, changed = catalogue(language), 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            entry = ours.find(row["English"])
            if entry is None or not row["Better"].strip():
                continue
            if entry.msgid_plural:
                entry.msgstr_plural = {0: row["Better"].strip()}
            else:
                entry.msgstr = row["Better"].strip()
            changed += 1
    ours.save()
    return changed
