"""Load the synthetic directory and its officers, only into the demo."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from agencies import clock
from agencies.management import demo, geography


class Command(BaseCommand):
    help = "Load synthetic agencies for all provinces, and officers with a published password. May be run again."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.IS_DEMO:
            reason = "its officers have a published password, and this is not the demo (IS_DEMO is not set)"
            raise CommandError(f"Nothing was loaded: {reason}.")
        try:
            agencies, officers = demo.load(now=clock.now())
        except demo.NoAreas as error:
            raise CommandError("There are no areas yet. Run `manage.py load_areas` first.") from error
        self.stdout.write(f"{agencies} synthetic agencies and {officers} officers are new.\n")
        self.stdout.write((geography.DATA / "demo_logins.txt").read_text(encoding="utf-8"))
