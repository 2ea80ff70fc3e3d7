"""How a line of a log is written: once in a minute, with its time, as JSON if wanted; nobody waits for it."""

import atexit
import json
import logging
import threading
import time
from collections import Counter

from protectu.lines import Lines
from protectu.logs import NeutralFormatter

A_MINUTE = 60.0
OF_A_KIND = 20  # lines of one kind in a minute; of one wording only the first
MOST_KINDS = 500  # whoever makes us say more in a minute is not heard
LAST_WORDS = 1.0  # seconds that the end of a process waits for its last lines


class Seldom:
    """Holds back what was said in this minute already, and counts it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.ends = 0.0
        self.said: set[str] = set()
        self.kinds: Counter[tuple[str, str]] = Counter()
        self.held_back: Counter[tuple[str, str]] = Counter()

    def over(self) -> list[tuple[tuple[str, str], int]]:
        """Return what the minute that is over held back, once: the logger and the wording, and how often."""
        with self.lock:
            if time.monotonic() < self.ends:
                return []
            held_back, self.held_back = self.held_back, Counter()
            self.ends, self.said, self.kinds = time.monotonic() + A_MINUTE, set(), Counter()
            return list(held_back.items())

    def passes(self, record: logging.LogRecord, line: str) -> bool:
        kind = (record.name, str(record.msg).partition("\n")[0][:100])
        with self.lock:
            self.kinds[kind] += 1
            is_known = kind in self.kinds and len(self.kinds) <= MOST_KINDS
            if is_known and self.kinds[kind] <= OF_A_KIND and line not in self.said:
                self.said.add(line)
                return True
            self.held_back[kind if is_known else ("", "lines of many kinds")] += 1
            return False


class LineHandler(logging.Handler):
    """Writes to standard error. A full disk, a closed pipe or a stuck reader loses lines and holds up no request."""

    def __init__(self) -> None:
        super().__init__()
        self.lines, self.seldom = Lines(2), Seldom()
        atexit.register(self.lines.flush, LAST_WORDS)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            for (name, wording), count in self.seldom.over():
                more = "%d more lines like this were held back within a minute: %s"
                self.lines.put(
                    self.format(logging.LogRecord(name, logging.WARNING, "", 0, more, (count, wording), None))
                )
            if self.seldom.passes(record, NEUTRAL.format(record)):
                self.lines.put(self.format(record))
        except Exception:  # logging must not fail, and Python's own last resort would quote the record
            self.lines.put(f"a line of {record.name} could not be written")


class JsonFormatter(NeutralFormatter):
    """One object a line, for whoever collects logs."""

    def format(self, record: logging.LogRecord) -> str:
        message, _, trace = super().format(record).partition("\n")
        said = {
            "time": self.formatTime(record),
            "level": record.levelname,
            "logger": record.name,
            "message": message,
            **({"trace": trace} if trace else {}),
        }
        return json.dumps(said, ensure_ascii=False)


NEUTRAL = NeutralFormatter("%(message)s")  # what two lines are compared by
