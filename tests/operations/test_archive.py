"""A backup that fails is noticed by the portal itself, and not on the day of the fire."""

from collections.abc import Iterator

import pytest

from tests.operations.cluster import Cluster
from tests.stack import wait_for

pytestmark = pytest.mark.fault

ASK = """
from cases.reads import machines
print(machines.findings())
"""


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    cluster = Cluster()
    try:
        cluster.make()
        yield cluster
    finally:
        cluster.remove()


def test_a_disk_for_backups_that_takes_nothing_is_found_by_the_audit_and_again_well_when_it_does(cluster):
    well = cluster.shell(ASK)
    wal = cluster.backups / "wal"
    away = wal.rename(cluster.backups / "away")
    wal.touch()  # no folder: as when the disk is not mounted

    cluster.value("SELECT pg_switch_wal()::text")
    wait_for(lambda: "'archive_failing': 1" in cluster.shell(ASK), seconds=120, what="archive_failing")

    wal.unlink()
    away.rename(wal)
    # PostgreSQL pauses for a minute after three attempts.
    wait_for(lambda: "'archive_failing': 0" in cluster.shell(ASK), seconds=120, what="archiving to be well")
    cluster.archive_all()
    assert "'archive_failing': 0" in well


def test_a_base_backup_that_does_not_come_is_found_and_one_that_was_made_says_so(cluster):
    assert "'base_backup_late': 1" in cluster.shell(ASK)

    cluster.backup()

    assert "'base_backup_late': 0" in cluster.shell(ASK)


def test_with_each_piece_of_the_log_the_room_on_the_databases_disk_is_told(cluster):
    cluster.archive_all()
    told = (
        "SELECT count(*) FROM agencies_heartbeat WHERE process = 'DISK' AND findings IN ('{}', '{\"disk_low\": 1}')"
    )

    wait_for(lambda: cluster.value(told), what="it to be told")
