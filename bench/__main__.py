"""./portal bench [intake] [delivery] [nearest] [fuzz] [killing] [siege]"""

import argparse
import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "protectu.settings")
os.environ["TRUSTED_PROXIES"] = "1"  # those who press say which network they come from
django.setup()

from bench import delivery, fuzz, intake, killing, nearest, siege  # noqa: E402
from bench.figures import Figure, machine  # noqa: E402
from tests.stack import Stack  # noqa: E402

BENCHES = {"intake": intake.run, "delivery": delivery.run, "nearest": nearest.run}
ONLY_BY_NAME = {"fuzz": fuzz.run, "killing": killing.run, "siege": siege.run}  # long, or hard on the machine


def options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./portal bench", description="Measures what the portal promises.")
    parser.add_argument(
        "names",
        nargs="*",
        metavar="|".join(BENCHES | ONLY_BY_NAME),
        help="all but fuzz, killing and siege, when none is named",
    )
    parser.add_argument(
        "--seconds", type=int, default=60, help="of one round of intake or delivery, and of the siege"
    )
    parser.add_argument("--rounds", type=int, default=1, help="how often each is repeated")
    parser.add_argument("--clients", type=int, default=4, help="who press at the same time (intake)")
    parser.add_argument("--reports", type=int, default=100_000, help="old reports in the base (intake)")
    parser.add_argument("--rate", type=float, default=20, help="alerts a second (delivery)")
    parser.add_argument("--agencies", type=int, default=20_000, help="synthetic agencies (nearest)")
    parser.add_argument("--alerts", type=int, default=10_000, help="how many people press (killing)")
    parser.add_argument("--submissions", type=int, default=20_000, help="how many are sent (fuzz)")
    parser.add_argument(
        "--seed", type=int, default=1, help="of what is killed, and when (killing); of what is sent (fuzz)"
    )
    found = parser.parse_args(arguments)
    if unknown := set(found.names) - set(BENCHES | ONLY_BY_NAME):
        parser.error(f"no such bench: {', '.join(sorted(unknown))}")
    return found


def main(arguments: list[str]) -> int:
    chosen = options(arguments)
    with Stack(Path()).connect("portal") as connection:
        print(f"measured on {machine(connection)}")
    figures: list[Figure] = []
    for name in chosen.names or BENCHES:
        print(f"\n{name}", flush=True)
        found = (BENCHES | ONLY_BY_NAME)[name](chosen)
        print("\n".join(map(str, found)), flush=True)
        figures += found
    return 0 if all(figure.is_reached for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
