"""Does the process of this container live? For its health check: exit 0, or 1.

  python ops/alive.py web [PORT]     asks the page that says so
  python ops/alive.py                reads the last sign of life in PULSE_FILE

One that has given no sign of life for HUNG_SECONDS is killed, and the container starts again by its restart policy.
The standard library alone: it runs every few seconds.
"""

import contextlib
import os
import signal
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

HUNG_SECONDS = 30.0


def answers(port: str) -> bool:
    # As the proxy says it, or the answer is a redirect to https.
    headers = {"X-Forwarded-Proto": "https", "Host": urlsplit(os.environ["PUBLIC_URL"]).netloc}
    try:
        with urlopen(Request(f"http://127.0.0.1:{port}/health/live/", headers=headers), timeout=3) as answer:
            return answer.status == 200
    except OSError:
        return False


def gives_signs(path: Path) -> bool:
    """Say whether the last sign of life is recent. Kill the process that gave it when it is too old."""
    try:
        pid, ticks = path.read_text().split()
    except (OSError, ValueError):
        return False  # not yet
    if time.monotonic() - float(ticks) < HUNG_SECONDS:
        return True
    with contextlib.suppress(ProcessLookupError):
        os.kill(int(pid), signal.SIGKILL)
    return False


def main(arguments: list[str]) -> int:
    is_well = gives_signs(Path(os.environ["PULSE_FILE"]))
    if arguments[:1] == ["web"]:
        is_well = answers(arguments[1] if arguments[1:] else "8000") and is_well
    return int(not is_well)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
