"""The code of a reporter: twenty digits, of which nine locate, ten prove and one checks (promise 10)."""

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from django.core.cache import cache
from django.db.models import F
from stdnum import damm

from cases.models import Report, ReturnCode
from vault import digest, hashing

LOCATES, PROVES, GROUP = 9, 10, 4
DIGITS = LOCATES + PROVES + 1
# OWASP's second choice: 19 MiB, two passes; some 20 ms.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Verified when no row has this code, so that a wrong code takes as long as a right one.
_NOBODY = _hasher.hash(secrets.token_hex(16))

# A row or a network with more wrong tries than this, within WITHIN, pauses before each try. That bounds how fast
# somebody guesses: the lane of the web (protectu.traffic) tries two codes at a time, and networks take turns in it.
WRONG_TRIES, WITHIN = 10, timedelta(minutes=10)
PAUSE_SECONDS = 0.2
LONGEST = 200  # characters: twenty digits, however they are set apart


class NotACode(Exception):
    """The text is no code. `digits` says how many digits it has; if it has twenty, one of them is wrong."""

    def __init__(self, digits: int) -> None:
        super().__init__()
        self.digits = digits


class WrongCode(Exception):
    """The code is well formed but opens no report."""


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
        """A digest of the ten digits that prove. Without INDEX_KEY nobody can guess it from a stolen dump."""
        return digest(self.digits[LOCATES : LOCATES + PROVES], purpose="code-proof")


def read(text: str) -> Code:
    """Read a code from text: digits of any script, ignoring all else. Raises NotACode."""
    digits = "".join(str(unicodedata.decimal(sign)) for sign in text if unicodedata.decimal(sign, None) is not None)
    if len(digits) != DIGITS or not damm.is_valid(digits):
        raise NotACode(len(digits))
    return Code(digits)


def draw() -> tuple[Code, str]:
    """Return a new code and the hash of its proof. It takes a turn at hashing, so not within a transaction."""
    drawn = "".join(secrets.choice("0123456789") for _ in range(LOCATES + PROVES))
    code = Code(drawn + damm.calc_check_digit(drawn))
    with hashing.turn():
        return code, _hasher.hash(code.proof)


def keep(code: Code, proof_hash: str, *, report: Report, now: datetime) -> None:
    """Store the digest and the hash of a new code of this report. The code itself is shown once."""
    ReturnCode.objects.create(
        report=report, locator_digest=code.locator_digest, proof_hash=proof_hash, created_at=now
    )


def open_report(text: str, *, network: str, now: datetime) -> Report:
    """Return the report that the code opens; `network` is a keyed digest, never an address.

    Raises NotACode or WrongCode. A wrong code takes as long as a right one, and nobody is ever locked out.
    """
    try:
        code, slip = read(text), None
    except NotACode as error:
        code, slip = None, error
    row = _row_of(code)
    is_attacked = row is not None and row.is_under_attack(within=WITHIN, more_than=WRONG_TRIES, now=now)
    with hashing.turn(pause=PAUSE_SECONDS if is_attacked or _has_failed_much(network) else 0):
        is_right = _verify(row.proof_hash if row else _NOBODY, code.proof if code else "")
    if slip:
        raise slip
    if row is None or not is_right:
        _remember_failure(row, network, now=now)
        raise WrongCode
    ReturnCode.objects.filter(pk=row.pk).update(last_used_at=now, wrong_tries=0, last_wrong_at=None)
    # The page never shows what the person wrote before, so it is not loaded.
    return Report.objects.select_related("case").unread().get(pk=row.report_id)


def _row_of(code: Code | None) -> ReturnCode | None:
    return ReturnCode.objects.live().filter(locator_digest=code.locator_digest).first() if code else None


def _verify(proof_hash: str, proof: str) -> bool:
    try:
        return _hasher.verify(proof_hash, proof)
    except VerifyMismatchError:
        return False


def _key(network: str) -> str:
    return f"wrong-codes/{network}"


def _has_failed_much(network: str) -> bool:
    return bool(network) and cache.get(_key(network), 0) > WRONG_TRIES


def _remember_failure(row: ReturnCode | None, network: str, *, now: datetime) -> None:
    """Count the wrong try: for the network in this process for a while, for the row in the database."""
    if network:
        cache.add(_key(network), 0, WITHIN.total_seconds())
        cache.incr(_key(network))
    if row:
        ReturnCode.objects.filter(pk=row.pk).update(wrong_tries=F("wrong_tries") + 1, last_wrong_at=now)
