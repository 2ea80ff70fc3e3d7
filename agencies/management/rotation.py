"""Every encrypted column is brought under the first of FIELD_KEYS, while the portal runs."""

from collections.abc import Iterator
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.db.models.functions import Cast
from psycopg import sql

from agencies.models import EncryptedTextField
from agencies.models.encrypted import BlindIndexField

BATCH = 500  # rows: read, encrypted anew and written back before the next are read


@dataclass
class Column:
    """One encrypted column, and what became of it. `old` counts what stands under another key than the first."""

    model: type[models.Model]
    name: str
    read: int = 0
    old: int = 0
    rotated: int = 0
    unreadable: int = 0  # no key of FIELD_KEYS fits

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
        if isinstance(field, EncryptedTextField)
    ]


def reindex() -> int:
    """Blind indexes by an older INDEX_KEY are made anew. Returns how many; needs the words to be readable."""
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
            # What somebody else wrote meanwhile is theirs.
            changed += model._base_manager.filter(pk=row.pk, **{field.name: stored}).update(**{field.name: fresh})
    return changed


def rotate(column: Column, *, only_count: bool = False) -> Column:
    """Row by row, without a lock: what somebody else wrote meanwhile is left as they wrote it.

    It may be stopped and started again at any time: what is under the first key is only read.
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
            changed.append((all_keys.rotate(stored.encode()).decode(), pk, stored))
        if not only_count:
            column.rotated += _write(column, changed)
    return column


def _fits(cipher: Fernet | MultiFernet, stored: str) -> bool:
    try:
        cipher.decrypt(stored.encode())
    except InvalidToken:
        return False
    return True


def _batches(column: Column) -> Iterator[list[tuple[int, str]]]:
    # Cast: the column as it is stored. The field itself would decrypt it.
    stored = Cast(column.name, models.TextField())
    rows = column.model._base_manager.annotate(stored=stored).exclude(stored="").exclude(stored=None)
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", "stored")[:BATCH]):
        yield batch
        last = batch[-1][0]


def _write(column: Column, changed: list[tuple[str, int, str]]) -> int:
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
