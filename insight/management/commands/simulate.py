"""Invented people ask for help through the public pages, so that a newcomer sees the queue and the map live."""

import time
import tomllib
from argparse import ArgumentParser
from datetime import datetime
from random import Random
from re import search
from typing import Any
from urllib.error import URLError

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from agencies import clock
from agencies.management import demo
from cases.models import Case
from cases.privacy.submissions import new_exercise_key
from insight import figures
from insight.simulation.answering import InventedOfficer, LoginRefused
from insight.simulation.browser import Browser, is_this_machine
from insight.simulation.crowd import Crowd, Press

LOOK_SECONDS = 5.0
DOWN = (URLError, OSError)


class Command(BaseCommand):
    help = "Send invented alerts and reports, marked as an exercise, through the public pages of the demo."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--minutes", type=float, default=5.0, help="how long (5)")
        parser.add_argument("--rate", type=float, default=6.0, help="people a minute, on average (6)")
        parser.add_argument("--base-url", default=settings.PUBLIC_URL, help="where the demo listens, on this machine")
        parser.add_argument("--answer", action="store_true", help="the demo's officers answer, too")
        parser.add_argument("--seed", type=int, help="the same people each time")

    def handle(self, *args: Any, **options: Any) -> None:
        self._refuse_elsewhere(options)
        self.began, self.failed, self.taken = clock.now(), 0, 0
        self.sent: list[tuple[str, bool]] = []  # the reference, and whether it is an alert
        random = Random(options["seed"])  # noqa: S311 - a play, not a secret
        self.browser, self.crowd = Browser(options["base_url"]), Crowd(random)
        try:
            self.browser.get("/login/")
            officers = self._officers(options["base_url"], random) if options["answer"] else []
            self._play(officers, seconds=options["minutes"] * 60, a_minute=options["rate"])
        except DOWN as error:
            reason = f"Nobody answers at {options['base_url']}."
            if not self.sent:
                raise CommandError(f"{reason} Start the portal first: ./portal run") from error
            self.stderr.write(f"\n{reason} Did the portal stop?")
        except KeyboardInterrupt:
            self.stdout.write("\nStopped.")
        self._sum_up()

    def _refuse_elsewhere(self, options: dict[str, Any]) -> None:
        if not settings.IS_DEMO:
            raise CommandError("Nothing was sent: this is not the demo (IS_DEMO is not set).")
        if not is_this_machine(options["base_url"]):
            raise CommandError("Nothing was sent: --base-url must be on this machine, as http://127.0.0.1:8000.")
        if options["minutes"] <= 0 or options["rate"] <= 0:
            raise CommandError("--minutes and --rate must be more than nothing.")

    def _officers(self, base_url: str, random: Random) -> list[InventedOfficer]:
        names, password = demo_logins()
        try:
            return [InventedOfficer(base_url, username=name, password=password, random=random) for name in names]
        except LoginRefused as error:
            raise CommandError("The demo's officers cannot log in. Run `manage.py load_demo` first.") from error

    def _play(self, officers: list[InventedOfficer], *, seconds: float, a_minute: float) -> None:
        started = time.monotonic()
        end, next_press, next_look = started + seconds, started, started + LOOK_SECONDS
        while (now := time.monotonic()) < end:
            if now >= next_press:
                self._press(self.crowd.next())
                next_press = now + self.crowd.gap(a_minute=a_minute)
            if now >= next_look:
                self.taken += sum(officer.look() for officer in officers)
                next_look = now + LOOK_SECONDS
            self._say(now - started, seconds)
            time.sleep(max(0.0, min(next_press, next_look, end, now + 1) - time.monotonic()))

    def _press(self, press: Press) -> None:
        page = self.browser.get(press.path)
        form = next((form for form in page.forms if "key" in form.fields), None)
        if form is None:
            self.failed += 1
            return
        answer = self.browser.send(form, page, **press.fields, key=new_exercise_key())
        reference = search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", answer.text) if answer.status == 200 else None
        if reference is None:
            self.failed += 1
            return
        self.sent.append((reference[0], press.is_alert))
        place = answer.form("/now/place/")
        if press.place_later and place:
            self.browser.send(place, answer, **press.place_later)

    def _say(self, elapsed: float, seconds: float) -> None:
        if not self.stdout.isatty():
            return
        clock = "{:d}:{:02d}".format(*divmod(int(elapsed), 60))
        last = self.sent[-1][0] if self.sent else ""
        line = f"{clock} of {seconds / 60:g} min · sent {len(self.sent)} · taken {self.taken} · {last}"
        self.stdout.write(f"\r\033[K{line}", ending="")
        self.stdout.flush()

    def _sum_up(self) -> None:
        references = [reference for reference, _ in self.sent]
        cases = Case.objects.filter(reference__in=references)
        waits = figures.waits(cases, since=_before(self.began))
        alerts = sum(is_alert for _, is_alert in self.sent)
        self.stdout.write(f"\nSent {len(references)}: {alerts} alerts, {len(references) - alerts} reports.")
        if self.failed:
            self.stdout.write(f"{self.failed} were not taken: look at what the portal wrote.")
        self.stdout.write(f"Cases {cases.count()}, of which {waits.acknowledged} were acknowledged.")
        if self.taken:
            self.stdout.write(f"The demo's officers took what was asked {self.taken} times.")
        if waits.median and waits.p95:
            median, p95 = waits.median.total_seconds(), waits.p95.total_seconds()
            self.stdout.write(f"From the press to the acknowledgement: median {median:.0f} s, p95 {p95:.0f} s.")


def demo_logins() -> tuple[list[str], str]:
    """Return the names of the demo's officers, without administrators, and the published password of all."""
    plan = tomllib.loads(demo.FILE.read_text(encoding="utf-8"))
    return [officer["username"] for officer in plan["officer"] if officer["role"] != "ADMIN"], plan["password"]


def _before(moment: datetime) -> datetime:
    """Return the day before, because the web's clock may be behind ours."""
    return moment - figures.DAY
