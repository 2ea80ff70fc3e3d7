"""A disk burns. The backups, which nobody can read without the key, bring back the moment that was asked for."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from cryptography.fernet import Fernet

from tests.operations.cluster import Cluster
from tests.stack import ROOT

pytestmark = pytest.mark.fault

PRESS = """
from django.utils import timezone
from cases.flow import intake
for number in range({count}):
    sent = intake.Sent(kind="LOCATION_ALERT", language="th", narrative="the boat", contact="my sister")
    intake.receive(sent=sent, now=timezone.now())
"""
CLOSE_ONE_LONG_AGO = """
from datetime import timedelta
from django.utils import timezone
from cases.models import Case, Report
report = Report.objects.order_by("pk").first()
ended = timezone.now() - timedelta(days=400)
Case.objects.filter(pk=report.case_id).update(closed_at=ended, closure_reason="HELPED")
Report.objects.filter(pk=report.pk).update(settled_at=ended)
print(report.pk)
"""


@dataclass
class Lost:
    """What is left after the fire, and what is known of the moment to go back to."""

    cluster: Cluster
    moment: str
    reports: int
    lines: int
    erased: int  # the report whose contact was erased after the moment


@pytest.fixture(scope="module")
def lost() -> Iterator[Lost]:
    cluster = Cluster()
    try:
        cluster.make()
        cluster.shell(PRESS.format(count=20))
        erased = int(cluster.shell(CLOSE_ONE_LONG_AGO))
        cluster.backup()
        cluster.shell(PRESS.format(count=10))
        moment = str(cluster.value("SELECT clock_timestamp()"))
        reports = cluster.value("SELECT count(*) FROM cases_report")
        lines = cluster.value("SELECT count(*) FROM cases_caseevent")
        cluster.manage("erase")
        cluster.shell(PRESS.format(count=5))
        cluster.archive_all()
        cluster.lose()
        yield Lost(cluster, moment, reports, lines, erased)
    finally:
        cluster.remove()


def test_the_moment_comes_back_whole_and_what_was_erased_since_stays_erased(lost):
    proof = lost.cluster.prove(lost.moment)

    assert proof.returncode == 0, proof.stdout + proof.stderr
    assert f"cases_report: {lost.reports}\n" in proof.stdout
    assert f"cases_caseevent: {lost.lines}\n" in proof.stdout
    assert "cases_erasure: 0\n" in proof.stdout  # it was erased after the moment,
    assert "1 values were erased again." in proof.stdout  # and the ledger outside knows that
    assert "Every line follows from the one before it." in proof.stdout
    assert proof.stdout.splitlines()[-1] == f"OK: the backups bring back {lost.moment}"


def test_the_newest_state_comes_back_too(lost):
    proof = lost.cluster.prove("latest")

    assert proof.returncode == 0, proof.stdout + proof.stderr
    assert f"cases_report: {lost.reports + 5}\n" in proof.stdout


def test_nobody_reads_the_backups_without_the_key(lost):
    files = [path for path in lost.cluster.backups.rglob("*") if path.is_file()]

    assert len(files) >= 4
    assert all(path.suffix in {".age", ".sum"} for path in files)
    for path in files:
        stored = path.read_bytes()
        assert path.suffix == ".sum" or stored.startswith(b"age-encryption.org/v1")
        assert b"portal_app" not in stored
        assert oct(path.stat().st_mode & 0o077) == "0o0"


def test_another_key_proves_nothing(lost):
    another = lost.cluster.vault / "another.txt"
    if not another.exists():
        lost.cluster.run(["age-keygen", "-o", str(another)])

    proof = lost.cluster.prove(lost.moment, BACKUP_KEY_FILE=str(another))

    assert proof.returncode != 0
    assert proof.stdout.splitlines()[-1] == "NOT OK: see above"


def test_a_piece_that_is_missing_is_said(lost):
    """One file of the log between the backup and the moment is gone: the moment cannot be reached."""
    wal = sorted((lost.cluster.backups / "wal").glob("[0-9A-F]*[0-9A-F].age"))
    taken = [path.rename(path.with_suffix(".away")) for path in wal if not path.name.count(".") > 1]
    try:
        proof = lost.cluster.prove(lost.moment)
    finally:
        for path in taken:
            path.rename(path.with_suffix(".age"))

    assert proof.returncode != 0
    assert "NOT OK" in proof.stdout


def test_words_that_no_key_opens_are_said(lost):
    proof = lost.cluster.prove(lost.moment, FIELD_KEYS=Fernet.generate_key().decode(), ERASURE_LEDGER="")

    assert proof.returncode != 0
    assert "no key of FIELD_KEYS" in proof.stderr
    assert "NOT OK" in proof.stdout


def test_a_moment_before_the_first_backup_cannot_be_had(lost):
    proof = lost.cluster.prove("2020-01-01 00:00:00+00")

    assert proof.returncode != 0
    assert "no base backup is older" in proof.stderr


# ---- the pieces -----------------------------------------------------------------------------------------------


@pytest.fixture
def backups(tmp_path):
    (tmp_path / "base").mkdir()
    (tmp_path / "wal").mkdir()
    return tmp_path


def run(script: str, backups, *arguments: str, **environment: str):
    env = {**os.environ, "BACKUP_CONFIG": "/nonexistent", "BACKUP_DIR": str(backups), **environment}
    return subprocess.run([ROOT / "ops/backup" / script, *arguments], env=env, capture_output=True, text=True)


def test_backups_older_than_their_days_go_with_the_log_that_only_they_need(backups):
    names = [
        "20200101T000000Z-20200101T000100Z",
        "20200201T000000Z-20200201T000100Z",
        "20200301T000000Z-20200301T000100Z",
    ]
    for name in names:
        (backups / "base" / f"{name}.tar.age").touch()
    old, new = backups / "wal" / "000000010000000000000001.age", backups / "wal" / "000000010000000000000002.age"
    timeline = backups / "wal" / "00000002.history.age"
    for path in (old, new, timeline):
        path.touch()
    os.utime(old, (1580000000, 1580000000))
    os.utime(timeline, (1580000000, 1580000000))

    done = run("expire", backups)

    assert done.returncode == 0, done.stderr
    # All are older than 28 days; the newest stays, whatever its age.
    assert [path.name for path in (backups / "base").iterdir()] == [f"{names[2]}.tar.age"]
    assert {path.name for path in (backups / "wal").iterdir()} == {new.name, timeline.name}


def test_a_file_of_the_log_is_never_overwritten_by_another(backups, tmp_path):
    recipient = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
    (tmp_path / "segment").write_text("one")
    (tmp_path / "other").write_text("two")
    archive = ["archive-wal", backups]

    first = run(*archive, str(tmp_path / "segment"), "0001", BACKUP_RECIPIENT=recipient)
    stored = (backups / "wal" / "0001.age").read_bytes()
    again = run(*archive, str(tmp_path / "segment"), "0001", BACKUP_RECIPIENT=recipient)
    other = run(*archive, str(tmp_path / "other"), "0001", BACKUP_RECIPIENT=recipient)

    assert (first.returncode, again.returncode) == (0, 0), first.stderr
    assert other.returncode != 0
    assert (backups / "wal" / "0001.age").read_bytes() == stored


def test_a_full_or_missing_disk_is_said_to_postgresql_which_then_keeps_the_log(backups, tmp_path):
    """PostgreSQL tries again until archive_command ends with 0, and meanwhile keeps what it has."""
    (tmp_path / "segment").write_text("one")
    shutil.rmtree(backups / "wal")
    (backups / "wal").symlink_to("/dev/full")

    done = run("archive-wal", backups, str(tmp_path / "segment"), "0001", BACKUP_RECIPIENT="age1x")

    assert done.returncode != 0
