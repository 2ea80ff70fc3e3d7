"""Migrations go back as well as forth."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from cases.flow import casework, dispatching
from cases.models import Note


@pytest.mark.django_db(transaction=True)
def test_every_migration_can_be_undone_and_done_again():
    call_command("migrate", "agencies", "zero", verbosity=0)  # and cases with it, which stands on it
    left = connection.introspection.table_names()
    assert "cases_case" not in left
    assert "agencies_agency" not in left

    call_command("migrate", verbosity=0)

    assert "cases_case" in connection.introspection.table_names()


@pytest.mark.django_db(transaction=True)
def test_a_note_written_before_finds_its_line_of_the_history(case, anong, now):
    call = dispatching.Call(Note.CallResult.BUSY, number="191", text="Engaged.")
    dispatching.log_call(case=case, call=call, by=anong, now=now)
    casework.add_note(case=case, text="A white truck.", by=anong, now=now)  # in the same microsecond
    casework.close(case=case, reason="HELPED", text="The end.", by=anong, now=now + timedelta(minutes=1))

    call_command("migrate", "cases", "0005", verbosity=0)
    call_command("migrate", "cases", verbosity=0)

    found = [(note.text, note.event.kind) for note in case.notes.select_related("event").order_by("pk")]
    assert found == [("Engaged.", "CALLED"), ("A white truck.", "NOTED"), ("The end.", "CLOSED")]
