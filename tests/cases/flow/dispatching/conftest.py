"""A case for which somebody has to call."""

from datetime import timedelta

import pytest

from cases.flow import dispatching
from cases.models import Case


@pytest.fixture
def red(case, now) -> Case:
    """Rings 1 and 2 were silent (2 found nobody), so the last one went out after five minutes."""
    dispatching.escalate_overdue(now=now + timedelta(minutes=5))
    case.refresh_from_db()
    assert case.state == "red"
    return case
