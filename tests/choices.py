"""Columns with choices, and whether what is written into them is one.

Where a constraint lists the choices, the database refuses all else. The other columns are watched in every test.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias
from unittest import mock

from django.apps import apps
from django.db.models import CheckConstraint, Field, Q

Column: TypeAlias = "Field[Any, Any]"


def columns() -> list[Column]:
    """Of our own models."""
    ours = [model for model in apps.get_models() if not model.__module__.startswith("django.")]
    return [field for model in ours for field in model._meta.local_fields if choices_of(field) is not None]


def choices_of(field: Column) -> Any:
    """In an array, those of each value."""
    return getattr(field, "base_field", field).choices


def allowed_in(field: Column) -> set[Any]:
    codes = {code for code, _label in choices_of(field)}
    return codes | {""} if field.blank and field.empty_strings_allowed else codes


def lists_in_the_database(field: Column, suffix: str = "") -> list[set[Any]]:
    """What the checks whose name ends so list for this column."""
    checks = [check for check in field.model._meta.constraints if isinstance(check, CheckConstraint)]
    leaves = [leaf for check in checks if check.name.endswith(suffix) for leaf in _leaves(check.condition)]
    return [set(listed) for lookup, listed in leaves if lookup == f"{field.name}__in"]


def _leaves(condition: Any) -> Iterator[Any]:
    for child in condition.children:
        yield from _leaves(child) if isinstance(child, Q) else [child]


def _is_kept_by_the_database(field: Column) -> bool:
    codes = {code for code, _label in choices_of(field)}
    return any(codes <= listed for listed in lists_in_the_database(field))


@contextmanager
def watched() -> Iterator[list[str]]:
    """What is written into a column meanwhile and is none of its choices, by save, bulk_create or update."""
    allowed = {str(field): allowed_in(field) for field in columns() if not _is_kept_by_the_database(field)}
    strangers: list[str] = []
    write = Field.get_db_prep_save

    def look_and_write(field: Column, value: Any, connection: Any) -> Any:
        if value is not None and str(field) in allowed and not hasattr(value, "resolve_expression"):
            codes = value if isinstance(value, (list, tuple)) else [value]
            strangers.extend(f"{field}: {code!r}" for code in codes if code not in allowed[str(field)])
        return write(field, value, connection)

    with mock.patch.object(Field, "get_db_prep_save", look_and_write):
        yield strangers
