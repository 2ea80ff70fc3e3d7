"""A location alert accepted over HTTP, against the same rows written by pgbench."""

from argparse import Namespace

from bench import floor, presses, rows
from bench.figures import Figure, load, spread
from bench.portal import Portal, portal

FRACTION, P99_MS = 0.2, 80


def run(options: Namespace) -> list[Figure]:
    with portal(web_workers=2) as own:
        own.begin("web")
        case = _first_case(own)
        with own.stack.connect() as connection:
            rows.fill(connection, case=case, reports=options.reports)
        presses.without_pause(own.stack.port, clients=options.clients, seconds=3)  # warm
        figures = []
        for number in range(options.rounds):
            figures += _round(own, options, case, number)
        return figures


def _first_case(own: Portal) -> int:
    presses.Phone(own.stack.port, seed=1).press()
    counts = own.stack.rows("SELECT case_id, count(*) FROM cases_dispatch GROUP BY case_id")
    assert [count for _, count in counts] == [4], f"not four dispatches: {counts}"
    return counts[0][0]


def _round(own: Portal, options: Namespace, case: int, number: int) -> list[Figure]:
    """The floor before and after: a neighbour on the cores then disturbs both sides."""
    asked = {"case": case, "clients": options.clients, "seconds": max(3, options.seconds // 2)}
    before = floor.measure(own, **asked, round_number=2 * number)
    done = presses.without_pause(own.stack.port, clients=options.clients, seconds=options.seconds)
    after = floor.measure(own, **asked, round_number=2 * number + 1)
    taken = [press for press in done if press.is_taken]
    seconds = max(press.ended_at for press in done) - min(press.began_at for press in done)
    rate, bare = len(taken) / seconds, (before.per_second + after.per_second) / 2
    print(f"  round {number + 1}, {load()}")
    return [
        Figure("alerts a second", rate, "/s"),
        Figure("floor: the same rows through pgbench", bare, "/s"),
        Figure("alerts against the floor", rate / bare, "", reach=FRACTION, is_better_high=True),
        *spread([press.milliseconds for press in done], "from the press to the answer", unit="ms", p99=P99_MS),
        Figure("not taken", len(done) - len(taken), "", reach=0),
    ]
