"""Columns that a stolen dump does not give away, and digests that find a token without storing it."""

import hashlib
import hmac
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core import checks
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


@cache
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def digest(value: str, *, purpose: str) -> str:
    """A keyed SHA-256 of `value`, hexadecimal. `purpose` keeps one use's digests apart from another's."""
    return digests(value, purpose=purpose)[0]


def digests(value: str, *, purpose: str) -> list[str]:
    """By INDEX_KEY, and by each of INDEX_KEY_FALLBACKS: how a value may stand stored while that key changes."""
    keys = [f"{purpose}:{key}".encode() for key in (settings.INDEX_KEY, *settings.INDEX_KEY_FALLBACKS)]
    return [hmac.new(key, value.encode(), hashlib.sha256).hexdigest() for key in keys]


class EncryptedTextField(models.TextField):
    """Text, encrypted with the first of FIELD_KEYS and read with any of them, so that keys can rotate.

    Raises cryptography.fernet.InvalidToken when no key fits. The packaged fields of this kind hand out
    the ciphertext instead, and derive their key anew for each column (100,000 rounds); hence our own.
    It cannot be searched or compared, which a system check of Django would not say: see get_lookup.
    """

    description = "Encrypted text"

    def get_prep_value(self, value: Any) -> str | None:
        text = super().get_prep_value(value)
        if not text:  # nothing to hide, and "" stays "" for constraints
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
            errors.append(checks.Error("An encrypted column cannot be indexed.", obj=self, id="agencies.E001"))
        return errors
