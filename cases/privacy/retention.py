"""When each personal column is erased. The rules are in retention.toml; a column without one fails a test."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.apps import apps
from django.contrib.gis.db.models import PointField

from agencies.models import EncryptedTextField


@dataclass(frozen=True)
class Rule:
    column: str  # app.Model.field
    action: str  # ERASE, COARSEN or KEEP_WHILE_IN_OFFICE
    days: int  # after the case was closed, or the report dismissed
    reason: str


@cache
def rules() -> dict[str, Rule]:
    text = Path(__file__).with_name("retention.toml").read_text(encoding="utf-8")
    return {rule["column"]: Rule(**rule) for rule in tomllib.loads(text)["rule"]}


def personal_columns() -> set[str]:
    """Every encrypted column, and where a person was."""
    return {
        f"{model._meta.label}.{field.name}"
        for app in ("agencies", "cases")
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.get_fields()
        if isinstance(field, EncryptedTextField)
        or (isinstance(field, PointField) and model._meta.label == "cases.Position")
    }
