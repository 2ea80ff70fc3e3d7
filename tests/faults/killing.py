"""Many alerts while everything is killed, and what must be true afterwards. bench/ has a longer run of the same."""

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from random import Random

import psycopg

from tests.cluster import StackAlone
from tests.faults.phones import Phones, Wish, wishes
from tests.faults.responders import Responders
from tests.faults.schedule import PARTS, Chaos
from tests.press import REFERENCE
from tests.stack import ROOT

MOST_TWICE = 0.01  # of the messages, and of the presses
STUCK_SECONDS = 200  # without any progress: a lease runs out after 60, a ring after 60, and the pauses grow
# Two short rings, as a supervisor may set them: nobody waits fifteen minutes here to see a case turn red.
RINGS = """
from cases.models import RingPolicy
RingPolicy.objects.create(ring=1, tells=["DESK", "NEAREST"], radius_m=15_000, how_many=3, minutes=1)
RingPolicy.objects.create(ring=2, tells=["NATIONAL_DESK"], minutes=60)
"""
TOWNS = """
SELECT ST_X(point::geometry), ST_Y(point::geometry) FROM agencies_agency
WHERE kind = 'POLICE_STN' AND is_active ORDER BY id
"""
OWED = "SELECT count(*) FROM agencies_notification WHERE state IN ('QUEUED', 'SENDING')"
WAITING = "SELECT count(*) FROM cases_case WHERE held_at IS NULL AND red_since IS NULL"


@dataclass
class Outcome:
    accepted: list[str]  # references, as people were told them
    verdict: dict  # see tests/faults/verdict.py
    received: Counter[str]  # by the SMTP server: how often each message came
    told: set[tuple[str, str]]  # in all that was received: which reference stood in a message to which address
    taken: int  # links that somebody at an agency pressed
    struck: Counter[str] = field(default_factory=Counter)
    began_again: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def lost(self) -> list[str]:
        """Messages that are owed and never came."""
        return [key for key in self.verdict["owed"] if not self.received[key]]

    @property
    def not_told(self) -> list[list[str]]:
        """References, and addresses of their first ring to which no message names them, alone or with others."""
        return [pair for pair in self.verdict["first_ring"] if tuple(pair) not in self.told]

    @property
    def came_twice(self) -> int:
        return sum(times - 1 for times in self.received.values())

    def problems(self) -> list[str]:
        """Each promise that was not kept; empty when all were."""
        verdict, many = self.verdict, len(self.accepted)
        not_kept = {f"accepted alerts without {what}: {count}": count for what, count in verdict["missing"].items()}
        not_kept |= {f"references that stand nowhere: {verdict['unknown']}": len(verdict["unknown"])}
        not_kept |= {
            f"lost messages: {len(self.lost)}": len(self.lost),
            f"agencies of ring 1 that were not told: {len(self.not_told)}": len(self.not_told),
            f"messages not sent: {verdict['unsent']}": len(verdict["unsent"]),
            f"asks cancelled though nobody had taken the case: {verdict['cancelled_for_nothing']}": verdict[
                "cancelled_for_nothing"
            ],
            f"references given twice: {many - len(set(self.accepted))}": many - len(set(self.accepted)),
            f"neither held nor escalated nor red: {verdict['states']}": verdict["states"].get("waiting", 0),
            f"messages told twice: {self.came_twice} of {len(verdict['owed'])}": self.came_twice
            > MOST_TWICE * len(verdict["owed"]),
            f"presses stored twice: {verdict['twice']} of {many}": verdict["twice"] > MOST_TWICE * many,
        }
        return [said for said, is_so in not_kept.items() if is_so]

    def __str__(self) -> str:
        owed = len(self.verdict["owed"])
        lines = {
            "alerts accepted": f"{len(self.accepted)}, stored {self.verdict['reports']}",
            "alerts stored twice": self.verdict["twice"],
            "accepted, and something missing": self.verdict["missing"] or "none",
            "agencies asked by ring 1": f"{len(self.verdict['first_ring'])}, not told {len(self.not_told)}",
            "messages owed": f"{owed}, and {self.verdict['gathered']} gathered into some of them",
            "asks owed no more once taken": self.verdict["cancelled"],
            "messages received": f"{len(self.received)}, {sum(self.received.values())} times",
            "messages lost": len(self.lost),
            "messages told twice": f"{self.came_twice} ({self.came_twice / max(owed, 1):.2%})",
            "attempts": dict(sorted(self.verdict["attempts"].items())),
            "links pressed by agencies": self.taken,
            "cases": self.verdict["states"],
            "struck": dict(sorted(self.struck.items())),
            "ended by themselves": dict(self.began_again) or "none",
            "tries of phones that failed": dict(self.refusals) or "none",
            "seconds": {name: round(seconds) for name, seconds in self.seconds.items()},
        }
        return "\n".join(f"{name:34} {value}" for name, value in lines.items())


def run(
    stack: StackAlone,
    *,
    alerts: int,
    seed: int,
    at_once: int = 32,
    parts: Sequence[str] = tuple(PARTS),
    seconds_more: float = 10,
    until: Sequence[str] = (OWED, WAITING),
) -> Outcome:
    """`alerts` presses through HTTP; as long as people press, and `seconds_more`, `parts` are killed and frozen."""
    stack.manage("shell", "-c", RINGS)
    random = Random(seed)
    wanted = list(wishes(random, [(x, y) for x, y in stack.rows(TOWNS)], alerts))
    chaos, phones = Chaos(stack, random, parts), Phones(stack.url)
    responders = Responders(stack.url, stack.postbox, seed=seed)
    began = time.monotonic()
    responders.start()
    chaos.start()
    try:
        phones.press_all(wanted, at_once=at_once)
        pressed = time.monotonic()
        time.sleep(seconds_more)
    finally:
        chaos.stop()
    settle(stack, chaos, until)
    responders.stop()
    settle(stack, chaos, until)  # who took it at the last moment has set off messages too
    outcome = judge(stack, phones, wanted)
    outcome.taken, outcome.struck, outcome.began_again = len(responders.taken), chaos.struck, chaos.began_again
    outcome.seconds = {"pressing": pressed - began, "settling": time.monotonic() - pressed}
    return outcome


def settle(stack: StackAlone, chaos: Chaos, until: Sequence[str]) -> None:
    """Until none of these counts anything, or nothing moves any more; the verdict says what is left."""
    left: list[int] = []
    moved_at = time.monotonic()
    while left != [0] * len(until) and time.monotonic() - moved_at < STUCK_SECONDS:
        time.sleep(1)
        chaos.tend()
        with suppress(psycopg.Error):  # it may not be back yet
            before, left = left, [stack.value(query) for query in until]
            if left != before:
                moved_at = time.monotonic()


def judge(stack: StackAlone, phones: Phones, wanted: list[Wish]) -> Outcome:
    accepted = [phones.accepted[wish.number] for wish in wanted if wish.number in phones.accepted]
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.verdict"],
        cwd=ROOT,
        env={**stack.environment, "DJANGO_SETTINGS_MODULE": "protectu.settings"},
        input=json.dumps(accepted).encode(),
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr.decode()
    told = {(reference, mail["To"]) for mail in stack.postbox.mails for reference in references_in(mail)}
    received = Counter(stack.postbox.keys)
    return Outcome(accepted, json.loads(done.stdout), received, told, taken=0, refusals=phones.refusals)


def references_in(mail: EmailMessage) -> set[str]:
    return set(REFERENCE.findall(f"{mail['Subject']}\n{mail.get_content()}"))
