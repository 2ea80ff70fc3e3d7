"""Say whether an alert would reach somebody, for whoever sets the portal up. Exit 1 when something is wrong."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from agencies import clock
from cases.reads import preflight


class Command(BaseCommand):
    help = "Says which provinces and agencies an alert would not reach."

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("en"):
            wanting = [check for check in preflight.checks(now=clock.now()) if not check.is_well]
            for check in wanting:
                self.stdout.write(f"{check.code}: {check.title}: {len(check.names)}")
                self.stdout.write(f"    {', '.join(check.names)}")
        if wanting:
            raise CommandError("an alert may not reach everybody it should")
        self.stdout.write("All is well.")
