"""The desk of Yala at work: Anong is logged in."""

import pytest
from django.utils import timezone

from cases.flow.intake import Sent, receive
from cases.models import Report
from tests.conftest import make_alert


@pytest.fixture
def case(directory):
    """An alert of this moment, with words and a way to contact the person."""
    words = {"narrative": "They took our passports.", "contact": "081 after ten", "place": "behind the green gate"}
    return make_alert(now=timezone.now(), **words).case


@pytest.fixture
def gentle(directory):
    """The person allowed social workers only."""
    return make_alert(now=timezone.now(), may_tell=Report.MayTell.SOCIAL_WORKERS).case


@pytest.fixture
def sealed(directory):
    """An official is said to be involved."""
    return make_alert(now=timezone.now(), officials_involved=True).case


@pytest.fixture
def report(directory):
    """Written, and waiting for triage."""
    sent = Sent(kind=Report.Kind.WRITTEN, language="th", area="9501", narrative="They may not leave the factory.")
    return receive(sent=sent, now=timezone.now())


@pytest.fixture
def desk(client, anong):
    """Anong's browser."""
    client.force_login(anong)
    return client
