"""What several stages of the flow begin with."""

import pytest

from cases.flow import sharing


@pytest.fixture
def share(alert, now):
    return sharing.start_sharing(report=alert, now=now)


@pytest.fixture
def small_numbers(settings):
    """A few reports from one network are a flood."""
    settings.FLOOD_LIMIT, settings.FLOOD_CROWD = 3, 8
