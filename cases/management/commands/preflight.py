"""Say whether an alert would reach somebody, for whoever sets the portal up. Exit 1 when something is wrong."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from agencies import clock
from agencies.reach import trials
from cases.reads import preflight


class Command(BaseCommand):
    help = "Says which provinces and agencies an alert would not reach, and which line would take no message."

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("en"):
            closed = self._try_lines()
            wanting = [check for check in preflight.checks(now=clock.now()) if not check.is_well]
            for check in wanting:
                self.stdout.write(f"{check.code}: {check.title}: {len(check.names)}")
                self.stdout.write(f"    {', '.join(check.names)}")
        if wanting or closed:
            raise CommandError("an alert may not reach everybody it should")
        self.stdout.write("All is well.")

    def _try_lines(self) -> bool:
        """Print what came of each line. Return whether one would take nothing."""
        tried = trials.run(trials.systems())
        for trial in tried:
            code = f"line_{trial.transport.lower()}"
            self.stdout.write(f"{code}: {trial.name}: {trial.fault or 'works'}. {trial.untried}".rstrip())
        return any(trial.fault for trial in tried)
