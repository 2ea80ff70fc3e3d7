"""Walk the chain of hashes of each case, and say whether its history was changed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cases.models import Case, CaseEvent
from cases.privacy import history


class Command(BaseCommand):
    help = "Walks the history of every case; exit 1 when a line does not follow from the one before it."

    def handle(self, *args: Any, **options: Any) -> None:
        cases, broken = 0, []
        for case in Case.objects.only("pk", "reference").order_by("pk").iterator(chunk_size=500):
            cases += 1
            if line := history.first_broken_line(case):
                broken.append(f"{case.reference} from line {line.sequence}")
        self.stdout.write(f"{cases} cases, {CaseEvent.objects.count()} lines.")
        if broken:
            raise CommandError(f"the history was changed: {', '.join(broken)}")
        self.stdout.write("Every line follows from the one before it.")
