"""After a restore, erase again what was erased since the backup, by the ledger that was kept outside."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cases.flow import erasing
from cases.privacy import ledger


class Command(BaseCommand):
    help = "Erases again what the ledger outside the database says. Run it after each restore, before the web starts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("ledger", nargs="?", default=settings.ERASURE_LEDGER, help="the file (ERASURE_LEDGER)")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["ledger"] or not Path(options["ledger"]).exists():
            raise CommandError("there is no such ledger: name its file, or set ERASURE_LEDGER")
        try:
            count = erasing.replay(Path(options["ledger"]))
        except ledger.Forged as error:
            raise CommandError(f"the ledger was changed by somebody else: {error}") from error
        self.stdout.write(f"{count} values were erased again.")
