"""What the scanner answers to a file; flow/test_attaching.py tries what follows from it."""

import pytest

from cases.privacy import scanning


def test_a_scanner_behind_a_socket_that_is_not_there_is_down(settings, tmp_path):
    settings.CLAMD_ADDRESS = f"{tmp_path}/clamd.sock"

    with pytest.raises(scanning.ScannerDown):
        scanning.is_infected(b"x")
