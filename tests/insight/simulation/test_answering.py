"""Invented officers log in as the demo's officers do."""

from random import Random

import pytest

from agencies.models import Officer
from insight.simulation.answering import InventedOfficer, LoginRefused

pytestmark = pytest.mark.django_db


def test_an_officer_who_cannot_log_in_is_said_plainly(directory, inside, pim):
    with pytest.raises(LoginRefused):
        InventedOfficer("http://127.0.0.1:8000", username="pim", password="wrong", random=Random(1))

    assert Officer.objects.count() == 1
