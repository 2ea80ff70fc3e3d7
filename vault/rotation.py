"""Rotation: encrypts all encrypted columns again with the first of FIELD_KEYS, while the portal runs."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.db.models.functions import Cast
from psycopg import sql

from vault.fields import BlindIndexField, EncryptedBinaryField, EncryptedTextField

BATCH = 500  # rows that are read, encrypted and written back before the next are read
BATCH_OF_FILES = 5  # each may be megabytes long


Stored = str | bytes


@dataclass
class Column:
    """An encrypted column and its counts. `old`: values that were not under the first key."""

    model: type[models.Model]
    name: str
    read: int = 0
    old: int = 0
    rotated: int = 0
    unreadable: int = 0  # no key of FIELD_KEYS fits

    @property
    def is_binary(self) -> bool:
        return isinstance(self.model._meta.get_field(self.name), EncryptedBinaryField)

    def __str__(self) -> str:
        return f"{self.model._meta.label}.{self.name}"

    @property
    def left(self) -> int:
        return self.old - self.rotated + self.unreadable


def columns() -> list[Column]:
    return [
        Column(model, field.name)
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, EncryptedTextField | EncryptedBinaryField)
    ]


def reindex() -> int:
    """Write the blind indexes of an older INDEX_KEY again. Return how many. A key must fit the values."""
    changed = 0
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, BlindIndexField):
                changed += _reindex(model, field)
    return changed


def _reindex(model: type[models.Model], field: BlindIndexField) -> int:
    changed = 0
    indexed = model._base_manager.exclude(**{field.name: ""}).only(field.name, field.source)
    for row in indexed.order_by("pk").iterator(chunk_size=BATCH):
        stored, fresh = getattr(row, field.name), field.index_of(getattr(row, field.source))
        if stored != fresh:
            # Only over what was read, because another value may have been written meanwhile.
            changed += model._base_manager.filter(pk=row.pk, **{field.name: stored}).update(**{field.name: fresh})
    return changed


def rotate(column: Column, *, only_count: bool = False) -> Column:
    """Encrypt the column again, row by row and without a lock. A value that was written meanwhile is left alone.

    It may be stopped and started again at any time: a value under the first key is only read.
    """
    first, all_keys = Fernet(settings.FIELD_KEYS[0]), MultiFernet([Fernet(key) for key in settings.FIELD_KEYS])
    for batch in _batches(column):
        changed = []
        for pk, stored in batch:
            column.read += 1
            if _fits(first, stored):
                continue
            if not _fits(all_keys, stored):
                column.unreadable += 1
                continue
            column.old += 1
            changed.append((_as_stored(all_keys.rotate(_token(stored)), like=stored), pk, stored))
        if not only_count:
            column.rotated += _write(column, changed)
    return column


def _token(stored: Stored) -> bytes:
    """Return the value as Fernet reads it. The bytes of a file are stored without base64."""
    return stored.encode() if isinstance(stored, str) else urlsafe_b64encode(stored)


def _as_stored(token: bytes, *, like: Stored) -> Stored:
    return token.decode() if isinstance(like, str) else urlsafe_b64decode(token)


def _fits(cipher: Fernet | MultiFernet, stored: Stored) -> bool:
    try:
        cipher.decrypt(_token(stored))
    except InvalidToken:
        return False
    return True


def _batches(column: Column) -> Iterator[list[tuple[int, Stored]]]:
    # Cast gives the column as it is stored. The field itself would decrypt it.
    stored = Cast(column.name, models.BinaryField() if column.is_binary else models.TextField())
    empty, size = (b"", BATCH_OF_FILES) if column.is_binary else ("", BATCH)
    rows = column.model._base_manager.annotate(stored=stored).exclude(stored=empty).exclude(stored=None)
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", "stored")[:size]):
        yield batch
        last = batch[-1][0]


def _write(column: Column, changed: list[tuple[Stored, int, Stored]]) -> int:
    meta = column.model._meta
    statement = sql.SQL("UPDATE {table} SET {name} = %s WHERE {key} = %s AND {name} = %s").format(
        table=sql.Identifier(meta.db_table), name=sql.Identifier(column.name), key=sql.Identifier(str(meta.pk.name))
    )
    written = 0
    with connection.cursor() as cursor:
        for values in changed:
            cursor.execute(statement, values)
            written += cursor.rowcount
    return written
