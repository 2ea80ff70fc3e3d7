"""Load the areas and hotlines of agencies/data, and draw the provinces."""

import time
from typing import Any

from django.core.management.base import BaseCommand

from agencies.management import geography, outlines


class Command(BaseCommand):
    help = "Load provinces, districts, sub-districts, towns abroad and hotlines. May be run again at any time."

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        areas, hotlines = geography.load_areas(), geography.load_hotlines()
        self.stdout.write(f"{areas} areas and {hotlines} hotlines loaded; drawing the provinces ...")
        drawn = outlines.draw()
        took = time.monotonic() - started
        self.stdout.write(f"{drawn} provinces drawn by us from centroids, not a legal boundary ({took:.1f} s).")
