"""Encrypt everything with a new first key of FIELD_KEYS, and say when the old key may go."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from vault import rotation


class Command(BaseCommand):
    help = "Encrypts every encrypted column with the first of FIELD_KEYS. May be stopped and started again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="changes nothing; exit 1 while an old key is needed")

    def handle(self, *args: Any, **options: Any) -> None:
        left = unreadable = 0
        for column in rotation.columns():
            rotation.rotate(column, only_count=options["check"])
            self.stdout.write(f"{column}: {column.read} read, {column.rotated} encrypted anew, {column.left} left")
            left += column.left
            unreadable += column.unreadable
        if not options["check"] and not unreadable:
            self.stdout.write(f"{rotation.reindex()} blind indexes were made anew with INDEX_KEY.")
        if unreadable:
            raise CommandError(
                f"{unreadable} values are readable with no key of FIELD_KEYS: is one missing?", returncode=2
            )
        if left:
            raise CommandError(f"{left} values are still under an older key: run it again before you take that away")
        self.stdout.write("Everything is under the first key. The others are needed no longer.")
