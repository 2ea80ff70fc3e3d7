"""Erase what the retention rules say now. The workers do the same each night."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agencies import clock
from cases.flow import erasing


class Command(BaseCommand):
    help = "Erases what cases/privacy/retention.toml says, and writes it into the ledger (ERASURE_LEDGER too)."

    def handle(self, *args: Any, **options: Any) -> None:
        if clock.is_in_doubt():
            raise CommandError("a clock is wrong, or was set: nothing is erased by it (docs/operations.md, Clocks)")
        try:
            erased = erasing.erase_and_export(now=clock.now())
        except erasing.RestoredWithoutReplay as error:
            raise CommandError("this database was restored: run replay_erasures first") from error
        failed = erased.pop("failed", 0)
        for column, count in sorted(erased.items()):
            self.stdout.write(f"{column}: {count}")
        if failed:
            raise CommandError(f"{failed} rules could not be carried out; the log says why")
        self.stdout.write(f"{erased.total()} values were erased.")
