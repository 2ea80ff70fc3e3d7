"""The floor of intake: pgbench writes the rows of an alert, one transaction an alert, and does nothing else."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bench import rows
from bench.portal import Portal

# Ids far above those of the portal and of the old rows; each client has a range of its own.
NUMBER = "\\set n :n + 1\n\\set i 1000000 * (1 + :client_id + 10 * :round) + :n\n"


@dataclass(frozen=True)
class Floor:
    per_second: float
    milliseconds: float  # the mean of one transaction


def measure(portal: Portal, *, case: int, clients: int, seconds: int, round_number: int) -> Floor:
    """Prepared statements, one INSERT a table, as the role of the app; no encryption, hash or NOTIFY to compute."""
    script = portal.folder / "floor.sql"
    with portal.stack.connect() as connection:
        body = "\n".join(rows.inserts(connection, case=case, i=":i"))
    script.write_text(f"{NUMBER}BEGIN;\n{body}\nCOMMIT;\n", encoding="utf-8")
    options = ["-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T", str(seconds)]
    variables = ["-D", "n=0", "-D", f"round={round_number}"]
    done = subprocess.run(
        [pgbench(portal), *options, *variables, "-f", str(script), *portal.libpq()],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rate = re.search(r"tps = ([\d.]+)", done.stdout)
    latency = re.search(r"latency average = ([\d.]+)", done.stdout)
    assert rate, done.stdout
    assert latency, done.stdout
    return Floor(float(rate[1]), float(latency[1]))


def pgbench(portal: Portal) -> Path:
    """Of the server's own version: it lies beside the server."""
    return max(Path("/usr/lib/postgresql").glob("*/bin/pgbench"), key=lambda path: int(path.parent.parent.name))
