"""Encrypted columns, which tell nothing to whoever steals a dump, and blind indexes of them."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core import checks
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from vault.digests import digests


@cache
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


class EncryptedTextField(models.TextField):
    """Text, encrypted with the first of FIELD_KEYS and decrypted with any of them, so that keys can rotate.

    Raises cryptography.fernet.InvalidToken when no key fits; packaged fields of this kind return the ciphertext then,
    and derive a key for each column in 100,000 rounds. A lookup other than exact or isnull raises TypeError: it would
    compare ciphertext and find nothing.
    """

    description = "Encrypted text"

    def get_prep_value(self, value: Any) -> str | None:
        text = super().get_prep_value(value)
        if not text:  # nothing to hide, and constraints compare with ""
            return text
        return _cipher(tuple(settings.FIELD_KEYS)).encrypt(text.encode("utf-8", "replace")).decode()

    def from_db_value(self, value: str | None, expression: Any, connection: BaseDatabaseWrapper) -> str | None:
        if not value:
            return value
        return _cipher(tuple(settings.FIELD_KEYS)).decrypt(value.encode()).decode()

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name not in {"exact", "isnull"}:
            raise TypeError(f"{self.name} is encrypted: it cannot be looked up by {lookup_name}")
        return super().get_lookup(lookup_name)

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        errors = super().check(**kwargs)
        if getattr(self, "db_index", False) or self.unique:
            errors.append(checks.Error("An encrypted column cannot be indexed.", obj=self, id="vault.E001"))
        return errors


class EncryptedBinaryField(models.BinaryField):
    """Bytes, encrypted with the same keys as text.

    They are stored without the base64 that Fernet writes, which is a third longer.
    """

    description = "Encrypted bytes"

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        sealed = urlsafe_b64decode(_cipher(tuple(settings.FIELD_KEYS)).encrypt(bytes(value))) if value else value
        return super().get_db_prep_value(sealed, connection, prepared)

    def from_db_value(self, value: bytes | None, expression: Any, connection: BaseDatabaseWrapper) -> bytes | None:
        if not value:
            return value
        return _cipher(tuple(settings.FIELD_KEYS)).decrypt(urlsafe_b64encode(value))


class BlindIndexField(models.CharField):
    """A keyed digest of the encrypted field `source` of the same row, by which the row can be found.

    It is written when the row is saved with this field; QuerySet.update of the source does not write it. "" stays "".
    """

    def __init__(self, *, source: str, purpose: str, **options: Any) -> None:
        self.source, self.purpose = source, purpose
        super().__init__(**{"max_length": 64, "blank": True, "default": "", "editable": False, **options})

    def deconstruct(self) -> Any:
        name, path, positional, options = super().deconstruct()
        return name, path, positional, {**options, "source": self.source, "purpose": self.purpose}

    def index_of(self, value: str) -> str:
        return next(iter(self.indexes_of(value)), "")

    def indexes_of(self, value: str) -> list[str]:
        """Return all digests of `value` that may be stored while INDEX_KEY changes. Case is ignored."""
        return digests(value.strip().lower(), purpose=self.purpose) if value else []

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        index = self.index_of(getattr(model_instance, self.source))
        setattr(model_instance, self.attname, index)
        return index
