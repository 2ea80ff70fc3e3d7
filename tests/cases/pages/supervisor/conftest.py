"""Supervisors, one of them at a browser."""

import pytest

from agencies.models import Officer, Role
from tests.conftest import make_officer


@pytest.fixture
def malee(yala_desk) -> Officer:
    """A second supervisor in Yala."""
    return make_officer("Malee", yala_desk, Role.SUPERVISOR)


@pytest.fixture
def supervisor(client, directory, somchai):
    """Somchai's browser."""
    client.force_login(somchai)
    return client
