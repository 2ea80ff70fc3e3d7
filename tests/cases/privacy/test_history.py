"""History and traces: added, never changed, by the role that the portal runs as."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import ProgrammingError, connection, transaction

from agencies.models import DirectoryEvent
from cases.flow import casework
from cases.models import AccessEvent, CaseEvent, Erasure, RingChange, RingDecision
from cases.privacy import history
from cases.privacy.actor import SYSTEM, Actor

pytestmark = pytest.mark.django_db

CHANGES = [
    "UPDATE {table} SET id = id",
    "DELETE FROM {table}",
    "TRUNCATE {table} CASCADE",
    "ALTER TABLE {table} DISABLE TRIGGER ALL",
]


@pytest.fixture
def as_app_role():
    """What the web and the workers are in production. Tests run as the owner, who has to flush tables."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {settings.DATABASE_APP_ROLE}")
        yield cursor
        cursor.execute("RESET ROLE")


HISTORY = (CaseEvent, AccessEvent, DirectoryEvent, Erasure, RingChange, RingDecision)


@pytest.mark.parametrize("table", [model._meta.db_table for model in HISTORY])
@pytest.mark.parametrize("change", CHANGES)
def test_the_app_role_cannot_change_history(case, as_app_role, table, change):
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), transaction.atomic():
        as_app_role.execute(change.format(table=table))


def test_the_app_role_can_add_to_history_and_read_it(case, as_app_role, now):
    history.record(case, history.EventDraft("ESCALATED"), by=SYSTEM, now=now)

    assert case.events.last().kind == "ESCALATED"
    assert history.first_broken_line(case) is None


def test_the_app_role_can_write_a_note_that_points_to_its_line(case, anong, as_app_role, now):
    note = casework.add_note(case=case, text="A white truck.", by=anong, now=now)

    assert note.event.kind == "NOTED"


def test_the_app_role_can_add_to_the_directorys_history(betong_police, pim, as_app_role, now):
    DirectoryEvent.record(DirectoryEvent.Kind.PIN_SET, agency=betong_police, by=pim, now=now)

    assert betong_police.events.get().officer == pim


def test_the_app_role_owns_no_table(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tableowner = %s", [settings.DATABASE_APP_ROLE])

        assert cursor.fetchone() == (0,)


def test_a_line_put_in_between_breaks_the_chain(case, now):
    first = case.events.get(sequence=1)
    assert history.first_broken_line(case) is None

    CaseEvent.objects.filter(pk=first.pk).update(hash="0" * 64)

    assert history.first_broken_line(case) == first


@pytest.mark.parametrize("rewritten", ["kind", "actor", "officer", "dispatch", "facts", "at"])
def test_a_line_that_says_something_else_breaks_the_chain(case, anong, somchai, now, rewritten):
    [line] = history.record(
        case, history.EventDraft("ESCALATED", case.dispatches.first()), by=Actor.of(anong), now=now
    )
    assert history.first_broken_line(case) is None
    instead = {
        "kind": "RED",
        "actor": "REPORTER",
        "officer": somchai,
        "dispatch": case.dispatches.last(),
        "facts": {"ring": 3},
        "at": now - timedelta(hours=1),
    }

    CaseEvent.objects.filter(pk=line.pk).update(**{rewritten: instead[rewritten]})

    assert history.first_broken_line(case) == line


def test_a_commitment_hides_the_text_and_differs_each_time():
    once, again = history.commitment("Malee"), history.commitment("Malee")

    assert "Malee" not in str(once)
    assert once["digest"] != again["digest"]


@pytest.mark.django_db(transaction=True)
def test_a_trace_refuses_to_hide_in_a_transaction_that_may_roll_back(case, anong, now):
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        history.trace_read(what=AccessEvent.What.CASE, officer=anong, case=case, now=now)

    history.trace_read(what=AccessEvent.What.CASE, officer=anong, case=case, now=now)
    assert AccessEvent.objects.get().officer == anong
