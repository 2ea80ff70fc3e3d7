"""A case that is being opened is not read back; later its history is read once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.models import Agency
from cases.flow import dispatching
from cases.privacy import history
from cases.privacy.actor import SYSTEM
from tests.conftest import make_alert

pytestmark = pytest.mark.django_db


def test_a_press_reads_nothing_of_its_new_case_back(directory, now):
    with CaptureQueriesContext(connection) as asked:
        case = make_alert(now=now).case

    tables = ("cases_caseevent", "cases_dispatch", "cases_consent")
    read_back = [
        row["sql"] for row in asked if row["sql"].startswith("SELECT") and any(t in row["sql"] for t in tables)
    ]
    assert read_back == []
    assert [event.kind for event in case.events.all()][:2] == ["OPENED", "ASKED"]
    assert history.first_broken_line(case) is None


def test_a_chain_goes_on_where_the_history_ends(case, now):
    chain = history.Chain.of(case)
    before = chain.sequence

    chain.add(history.EventDraft("ESCALATED"), by=SYSTEM, now=now)
    chain.add(history.EventDraft("RED"), history.EventDraft("NOTED"), by=SYSTEM, now=now)

    assert [event.sequence for event in case.events.all()][before:] == [before + 1, before + 2, before + 3]
    assert history.first_broken_line(case) is None


def test_an_existing_case_knows_whom_it_was_sent_to(case, directory):
    standing = dispatching.Standing.of(case)

    assert standing.asked == set(Agency.objects.filter(dispatches__case=case).values_list("pk", flat=True))
    assert standing.asked
