"""Each process starts with what its environment has outside of the tests, where nobody names the settings."""

import os
import subprocess
import sys

import pytest

from tests.stack import ROOT


@pytest.mark.parametrize(
    "begins",
    [
        "import protectu.asgi",
        "from protectu.celery import app; app.loader.import_default_modules()",
    ],
)
def test_it_finds_its_settings_by_itself(begins):
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run([sys.executable, "-c", begins], cwd=ROOT, env=environment, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
