"""The siege of tests/faults for a minute, with 400 live screens; then 200 and 1,000 presses within a second."""

from argparse import Namespace
from contextlib import suppress

from bench.figures import Figure, load, spread
from bench.portal import portal
from tests.faults import siege
from tests.faults.siege import Tried
from tests.stack import wait_for

STREAMS = 400
PRESS_SECONDS, BACK_SECONDS, BURST_SECONDS = 2.0, 10.0, 8.0


def run(options: Namespace) -> list[Figure]:
    with portal(web_workers=1) as own:  # as ./portal run has it
        own.begin("web")
        outcome = siege.run(own.stack, seconds=options.seconds, streams=STREAMS)
        print(f"  siege, {load()}; guesses {dict(outcome.guesses)}, streams opened {outcome.streams}")
        figures = [
            Figure("presses", len(outcome.presses)),
            Figure("presses not accepted", len(outcome.refused), reach=0),
            *spread([tried.seconds for tried in outcome.presses], "a press under siege", unit="s", p99=PRESS_SECONDS),
            Figure("the right code, slowest", max(tried.seconds for tried in outcome.right), "s", reach=BACK_SECONDS),
            Figure("answers of 500 to guesses and officers", _broken(outcome), reach=0),
        ]
        for presses in (200, 1000):
            figures += _burst(own.stack, presses)
    return figures


def _broken(outcome: siege.Outcome) -> int:
    answers = outcome.guesses + outcome.pages
    return sum(count for status, count in answers.items() if status >= 500 and status != 503)


def _burst(stack: siege.Stack, presses: int) -> list[Figure]:
    before = stack.value("SELECT count(*) FROM cases_report")
    pressed: list[Tried] = siege.burst(stack, presses)
    with suppress(AssertionError):  # what was not answered in time may still wait for its turn
        wait_for(lambda: stack.value("SELECT count(*) FROM cases_report") - before >= presses, seconds=120)
    stored = stack.value("SELECT count(*) FROM cases_report") - before
    print(f"  {presses} at once, {load()}")
    last = max(tried.seconds for tried in pressed)
    return [
        Figure(f"of {presses} at once: refused", sum(tried.status >= 400 for tried in pressed), reach=0),
        Figure(
            f"of {presses} at once: not answered in {siege.TIMEOUT} s", sum(not tried.status for tried in pressed)
        ),
        Figure(f"of {presses} at once: not stored", presses - stored, reach=0),
        Figure(f"of {presses} at once: the last one", last, "s", reach=BURST_SECONDS if presses == 200 else 45),
    ]
