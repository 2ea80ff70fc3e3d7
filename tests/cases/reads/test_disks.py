"""A disk is named before it is full."""

import os
from types import SimpleNamespace

import pytest

from cases.reads import disks

GB = 1_000_000_000


@pytest.fixture
def disk(monkeypatch, settings, tmp_path):
    """Two folders on one disk; what it says of itself can be changed."""
    settings.DISKS = [tmp_path, str(tmp_path), "/nowhere"]
    said = SimpleNamespace(f_frsize=1, f_blocks=1000 * GB, f_bavail=500 * GB, f_files=1000, f_favail=1000)
    measure = os.statvfs
    monkeypatch.setattr(disks.os, "statvfs", lambda path: said if path == str(tmp_path) else measure(path))
    return said


def test_a_disk_with_room_is_not_mentioned(disk):
    assert disks.low() == 0


@pytest.mark.parametrize(("size", "free", "low"), [(1000, 6, 0), (1000, 4, 1), (20, 3, 0), (20, 1, 1)])
def test_a_large_disk_needs_five_gigabytes_and_a_small_one_a_tenth(disk, size, free, low):
    disk.f_blocks, disk.f_bavail = size * GB, free * GB

    assert disks.low() == low


def test_a_disk_that_takes_no_more_files_is_full_too(disk):
    disk.f_favail = 49

    assert disks.low() == 1


def test_a_disk_that_counts_no_files_is_not_full(disk):
    disk.f_files = disk.f_favail = 0

    assert disks.low() == 0
