"""Twenty digits, typed on any keypad; a slip is said plainly, and nobody is ever locked out."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from cases.models import ReturnCode
from cases.privacy import codes
from tests.conftest import make_alert, make_code
from vault import hashing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_pause(monkeypatch):
    monkeypatch.setattr(codes, "PAUSE_SECONDS", 0)
    cache.clear()


@pytest.fixture
def report(directory):
    return make_alert(narrative="They took our passports.", contact="081 after ten")


def changed(digits, at):
    return digits[:at] + str((int(digits[at]) + 1) % 10) + digits[at + 1 :]


def test_a_code_opens_its_report_and_reads_nothing_that_was_written(report, now):
    code = make_code(report, now=now)

    opened = codes.open_report(" ".join(code.groups), network="", now=now)

    assert opened == report
    assert {"narrative", "wants", "contact", "place"} <= opened.get_deferred_fields()
    assert ReturnCode.objects.get().last_used_at == now


@pytest.mark.argon2
def test_a_stolen_dump_holds_neither_half(report, now):
    code = make_code(report, now=now)

    row = ReturnCode.objects.get()

    stored = f"{row.locator_digest} {row.proof_hash}"
    assert code.digits[: codes.LOCATES] not in stored
    assert code.digits[codes.LOCATES : -1] not in stored
    assert row.proof_hash.startswith("$argon2id$")


@pytest.mark.parametrize("zero", ["๐", "၀", "០", "໐", "०", "０"])
def test_digits_of_any_script_are_digits(report, now, zero):
    code = make_code(report, now=now)

    typed = "".join(chr(ord(zero) + int(digit)) for digit in code.digits)

    assert codes.open_report(typed, network="", now=now) == report


@pytest.mark.parametrize("between", ["", " ", "-", ".", " / ", "\N{ZERO WIDTH SPACE}"])
def test_however_it_is_grouped(report, now, between):
    code = make_code(report, now=now)

    assert codes.open_report(between.join(code.digits), network="", now=now) == report


def test_one_wrong_digit_anywhere_is_a_slip_and_not_a_wrong_code(report, now):
    code = make_code(report, now=now)

    for at in range(codes.DIGITS):
        with pytest.raises(codes.NotACode) as slip:
            codes.read(changed(code.digits, at))
        assert slip.value.digits == codes.DIGITS
    assert ReturnCode.objects.get().wrong_tries == 0


@pytest.mark.parametrize(
    ("typed", "digits"), [("", 0), ("hello", 0), ("123", 3), ("1" * 21, 21), ("1" * 100_000, 100_000)]
)
def test_what_is_no_code_says_how_many_digits_it_has(report, now, typed, digits):
    with pytest.raises(codes.NotACode) as slip:
        codes.open_report(typed, network="", now=now)

    assert slip.value.digits == digits


def test_a_wrong_proof_is_counted_and_the_right_code_still_opens(report, now):
    code = make_code(report, now=now)
    other = make_code(report, now=now)
    forged = code.digits[: codes.LOCATES] + other.digits[codes.LOCATES : -1]
    forged += codes.damm.calc_check_digit(forged)

    for _ in range(codes.WRONG_TRIES * 3):
        with pytest.raises(codes.WrongCode):
            codes.open_report(forged, network="n", now=now)

    row = ReturnCode.objects.get(locator_digest=code.locator_digest)
    assert row.wrong_tries == codes.WRONG_TRIES * 3
    assert codes.open_report(code.digits, network="n", now=now) == report
    row.refresh_from_db()
    assert (row.wrong_tries, row.last_wrong_at) == (0, None)


def test_who_fails_much_pauses_before_each_try_and_others_do_not(report, now, pauses):
    code = make_code(report, now=now)
    unknown = "9" * 19
    unknown += codes.damm.calc_check_digit(unknown)
    pauses.clear()

    for _ in range(codes.WRONG_TRIES + 2):
        with pytest.raises(codes.WrongCode):
            codes.open_report(unknown, network="theirs", now=now)
    codes.open_report(code.digits, network="ours", now=now)

    assert pauses == [0] * (codes.WRONG_TRIES + 1) + [7, 0]


def test_a_code_that_is_guessed_at_is_tried_after_a_pause_from_whatever_network(report, now, pauses):
    code = make_code(report, now=now)
    ReturnCode.objects.update(wrong_tries=codes.WRONG_TRIES + 1, last_wrong_at=now)
    other = make_code(report, now=now)
    pauses.clear()

    codes.open_report(other.digits, network="theirs", now=now)
    codes.open_report(code.digits, network="ours", now=now)

    assert pauses == [0, 7]


@pytest.fixture
def pauses(report, monkeypatch):
    """Seconds before each hash, with a pause of 7 that nobody waits for."""
    noted, turn = [], hashing.turn

    def noting(*, pause=0):
        noted.append(pause)
        return turn()

    monkeypatch.setattr(codes, "PAUSE_SECONDS", 7)
    monkeypatch.setattr(hashing, "turn", noting)
    yield noted
    del noted[:]


def test_every_answer_costs_one_verification(report, now, monkeypatch):
    code, tried = make_code(report, now=now), []
    monkeypatch.setattr(codes, "_verify", lambda proof_hash, proof: tried.append(proof_hash))

    for typed in (code.digits, changed(code.digits, 3), "12", "9" * 20):
        with pytest.raises((codes.WrongCode, codes.NotACode)):
            codes.open_report(typed, network="", now=now)

    assert len(tried) == 4


def test_a_retired_code_opens_nothing(report, now):
    code = make_code(report, now=now)
    ReturnCode.objects.update(retired_at=now + timedelta(minutes=1))

    with pytest.raises(codes.WrongCode):
        codes.open_report(code.digits, network="", now=now)
