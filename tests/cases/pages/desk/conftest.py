"""The desk of Yala is at work: Anong is logged in."""

import pytest
from django.utils import timezone

from cases.flow.intake import Sent, receive
from cases.models import Report
from tests.conftest import make_alert


@pytest.fixture
def case(directory):
    words = {"narrative": "They took our passports.", "contact": "081 after ten", "place": "behind the green gate"}
    return make_alert(now=timezone.now(), **words).case


@pytest.fixture
def gentle(directory):
    """Return a case whose person allowed social workers only."""
    return make_alert(now=timezone.now(), may_tell=Report.MayTell.SOCIAL_WORKERS).case


@pytest.fixture
def sealed(directory):
    """Return a case in which an official is said to be involved."""
    return make_alert(now=timezone.now(), officials_involved=True).case


@pytest.fixture
def report(directory):
    """Return a written report that waits for triage."""
    sent = Sent(kind=Report.Kind.WRITTEN, language="th", area="9501", narrative="They may not leave the factory.")
    return receive(sent=sent, now=timezone.now())


@pytest.fixture
def desk(client, anong):
    client.force_login(anong)
    return client
