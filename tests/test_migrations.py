"""Migrations go back as well as forth."""

import pytest
from django.core.management import call_command
from django.db import connection


@pytest.mark.django_db(transaction=True)
def test_every_migration_can_be_undone_and_done_again():
    call_command("migrate", "agencies", "zero", verbosity=0)  # and cases with it, which stands on it
    left = connection.introspection.table_names()
    assert "cases_case" not in left
    assert "agencies_agency" not in left

    call_command("migrate", verbosity=0)

    assert "cases_case" in connection.introspection.table_names()
