"""Twenty digits in five groups: nine locate, ten prove, one checks (promise 10). Any keypad, any script."""

import secrets
import threading
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from django.core.cache import cache
from django.db.models import F
from stdnum import damm

from cases.models import Report, ReturnCode
from vault import digest

LOCATES, PROVES, GROUP = 9, 10, 4
DIGITS = LOCATES + PROVES + 1
# OWASP's second choice: 19 MiB, two passes; some 20 ms.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Verified when there is no such code, so that every answer takes the same time.
_NOBODY = _hasher.hash(secrets.token_hex(16))

# Each verification takes 19 MiB and a core: so many at once, in a process.
_LANES = {False: threading.BoundedSemaphore(2), True: threading.BoundedSemaphore(1)}
PATIENCE_SECONDS = 5
# Beyond so many wrong tries within WITHIN, a row or a network waits for the slow lane and a second more.
WRONG_TRIES, WITHIN = 10, timedelta(minutes=10)
SLOW_SECONDS = 1.0


class NotACode(Exception):
    """`digits`: how many were typed; with twenty of them, one is wrong."""

    def __init__(self, digits: int) -> None:
        super().__init__()
        self.digits = digits


class WrongCode(Exception):
    """Well formed, and opens nothing."""


class Busy(Exception):
    """Too many are being tried at once: the same code again in a moment."""


@dataclass(frozen=True)
class Code:
    digits: str

    @property
    def groups(self) -> list[str]:
        return [self.digits[start : start + GROUP] for start in range(0, DIGITS, GROUP)]

    @property
    def locator_digest(self) -> str:
        return digest(self.digits[:LOCATES], purpose="code-locator")

    @property
    def proof(self) -> str:
        """Peppered: a stolen dump without INDEX_KEY cannot even begin to guess."""
        return digest(self.digits[LOCATES : LOCATES + PROVES], purpose="code-proof")


def read(text: str) -> Code:
    """Digits of any script; whatever stands between them is passed over. Raises NotACode."""
    digits = "".join(str(unicodedata.decimal(sign)) for sign in text if unicodedata.decimal(sign, None) is not None)
    if len(digits) != DIGITS or not damm.is_valid(digits):
        raise NotACode(len(digits))
    return Code(digits)


def make(report: Report, *, now: datetime) -> Code:
    """A new code for this report, shown once and stored as digests only."""
    drawn = "".join(secrets.choice("0123456789") for _ in range(LOCATES + PROVES))
    code = Code(drawn + damm.calc_check_digit(drawn))
    ReturnCode.objects.create(
        report=report, locator_digest=code.locator_digest, proof_hash=_hasher.hash(code.proof), created_at=now
    )
    return code


def open_report(text: str, *, network: str, now: datetime) -> Report:
    """The report that the code opens; `network` is a keyed digest, never an address.

    Raises NotACode, WrongCode or Busy. It takes as long whatever is wrong, and nobody is ever locked out.
    """
    try:
        code, slip = read(text), None
    except NotACode as error:
        code, slip = None, error
    row = _row_of(code)
    is_attacked = row is not None and row.is_under_attack(since=now - WITHIN, more_than=WRONG_TRIES)
    with _lane(is_slow=is_attacked or _has_failed_much(network)):
        is_right = _verify(row.proof_hash if row else _NOBODY, code.proof if code else "")
    if slip:
        raise slip
    if row is None or not is_right:
        _remember_failure(row, network, now=now)
        raise WrongCode
    ReturnCode.objects.filter(pk=row.pk).update(last_used_at=now, wrong_tries=0, last_wrong_at=None)
    # What was written before is never shown back, so it is not even read.
    return Report.objects.select_related("case").unread().get(pk=row.report_id)


def _row_of(code: Code | None) -> ReturnCode | None:
    return ReturnCode.objects.live().filter(locator_digest=code.locator_digest).first() if code else None


def _verify(proof_hash: str, proof: str) -> bool:
    try:
        return _hasher.verify(proof_hash, proof)
    except VerifyMismatchError:
        return False


@contextmanager
def _lane(*, is_slow: bool) -> Iterator[None]:
    """Who fails much waits in a lane of its own, and so holds up nobody else."""
    lane = _LANES[is_slow]
    if not lane.acquire(timeout=PATIENCE_SECONDS):
        raise Busy
    try:
        if is_slow:
            time.sleep(SLOW_SECONDS)
        yield
    finally:
        lane.release()


def _key(network: str) -> str:
    return f"wrong-codes/{network}"


def _has_failed_much(network: str) -> bool:
    return bool(network) and cache.get(_key(network), 0) > WRONG_TRIES


def _remember_failure(row: ReturnCode | None, network: str, *, now: datetime) -> None:
    """The network's count lives in this process and ends by itself; the row's is kept."""
    if network:
        cache.add(_key(network), 0, WITHIN.total_seconds())
        cache.incr(_key(network))
    if row:
        ReturnCode.objects.filter(pk=row.pk).update(wrong_tries=F("wrong_tries") + 1, last_wrong_at=now)
