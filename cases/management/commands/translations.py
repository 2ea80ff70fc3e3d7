"""Write the tables for the native speakers who review the public pages, and take them back."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cases.management import catalogues


class Command(BaseCommand):
    help = "Writes docs/translations/<language>.csv; with --take, puts the reviewed table of --language back."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--language", choices=catalogues.LANGUAGES)
        parser.add_argument("--take", type=Path, help="a table with the column Better filled in")

    def handle(self, *args: Any, language: str | None, take: Path | None, **options: Any) -> None:
        if take:
            if not language:
                self.stderr.write("--take needs --language")
                return
            self.stdout.write(f"{catalogues.take_review(language, take)} changed; now run compilemessages")
        for code in [language] if language else catalogues.LANGUAGES:
            self.stdout.write(str(catalogues.write_table(code).relative_to(catalogues.ROOT)))
