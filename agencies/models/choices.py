"""Choices that a column stores."""

from typing import Any

from django.db import models


class StoredChoices(models.TextChoices):
    """With `choices=Kind.listed` a migration holds the path of this method, and no choice with its label."""

    @classmethod
    def listed(cls) -> list[tuple[str, Any]]:
        return cls.choices
