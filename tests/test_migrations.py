"""Migrations go back as well as forth."""

import pytest
from django.core.management import call_command
from django.db import connection


@pytest.mark.django_db(transaction=True)
def test_every_migration_can_be_undone_and_done_again():
    call_command("migrate", "cases", "zero", verbosity=0)
    assert "cases_case" not in connection.introspection.table_names()

    call_command("migrate", "cases", verbosity=0)

    assert "cases_case" in connection.introspection.table_names()
