"""When each personal column is erased. The rules are in retention.toml; a test fails on a column without one."""

import tomllib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib.gis.db.models import PointField
from django.db import models
from django.db.models import Exists, OuterRef, Q

from agencies.models import Notification
from cases.models import Erasure
from vault import BlindIndexField, EncryptedBinaryField, EncryptedTextField

# The column that says when a row ended. Rows of other models end with their report, case or dispatch.
_ENDS = {
    "cases.Report": "settled_at",
    "cases.Case": "closed_at",
    "agencies.Officer": "left_at",
    "agencies.ContactPoint": "removed_at",
    "agencies.Proposal": "decided_at",
    "agencies.Notification": "due_at",
    "agencies.Duty": "ends_at",
    "agencies.HandOver": "given_at",
    "agencies.LineReply": "created_at",
}
_BELONGS_TO = ("report", "case", "dispatch")
# Groups of rows for which a rule may give other days than for the rest.
GROUPS = {
    "track": Q(share__isnull=False, share__kept_at__isnull=True),
    "kept_track": Q(share__isnull=False, share__kept_at__isnull=False),
}
GIVEN_UP = (Notification.State.FAILED, Notification.State.CANCELLED)


@dataclass(frozen=True)
class Rule:
    column: str  # app.Model.field
    action: str  # ERASE, COARSEN or KEEP_WHILE_IN_OFFICE
    days: int  # after its end: the case closed, the report dismissed, the officer gone, the shift over ...
    reason: str
    on_request: str = ""  # the field that says when the person asked for it, and so many days after that
    on_request_days: int = 0
    # Other days for some of the rows: by the name of a group in GROUPS.
    days_of: dict[str, int] = field(default_factory=dict)

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model(self.column.rpartition(".")[0])

    @property
    def field(self) -> str:
        return self.column.rpartition(".")[2]

    @property
    def is_binary(self) -> bool:
        return isinstance(self.model._meta.get_field(self.field), EncryptedBinaryField)

    @property
    def ended(self) -> str:
        """The lookup of the moment from which the days count; "" if the row has no such moment."""
        return _ended(self.model)


def _ended(model: type[models.Model]) -> str:
    if own := _ENDS.get(model._meta.label):
        return own
    for column in model._meta.concrete_fields:
        if column.name in _BELONGS_TO and isinstance(column.related_model, type):
            return f"{column.name}__{_ended(column.related_model)}"
    return ""


@cache
def rules() -> dict[str, Rule]:
    text = Path(__file__).with_name("retention.toml").read_text(encoding="utf-8")
    return {rule["column"]: Rule(**rule) for rule in tomllib.loads(text)["rule"]}


def personal_columns() -> set[str]:
    """Return every encrypted column and the point of a position, as app.Model.field."""
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, EncryptedTextField | EncryptedBinaryField)
        or (isinstance(field, PointField) and model._meta.label == "cases.Position")
    }


def indexes_of(rule: Rule) -> list[str]:
    fields = rule.model._meta.concrete_fields
    return [field.name for field in fields if isinstance(field, BlindIndexField) and field.source == rule.field]


def due(rule: Rule, *, now: datetime) -> "models.QuerySet[Any]":
    """Return the rows whose value must be erased by `now` and has not been erased yet."""
    if not rule.ended:
        return rule.model._base_manager.none()
    is_over = _over(rule, rule.days, now=now)
    for group, days in rule.days_of.items():
        is_over = is_over & ~GROUPS[group] | GROUPS[group] & _over(rule, days, now=now)
    if rule.on_request:
        is_over |= Q(**{f"{rule.on_request}__lte": now - timedelta(days=rule.on_request_days)})
    erased = Erasure.objects.filter(column=rule.column, row=OuterRef("pk"))
    return _saying_something(rule, is_over).filter(~Exists(erased))


def _over(rule: Rule, days: int, *, now: datetime) -> Q:
    return Q(**{f"{rule.ended}__lte": now - timedelta(days=days)})


def ended(rule: Rule, *, by: datetime) -> "models.QuerySet[Any]":
    """Return the rows that have a value and that ended by `by`, or whose erasure the person asked for by then."""
    if not rule.ended:
        return rule.model._base_manager.none()
    is_over = Q(**{f"{rule.ended}__lte": by})
    if rule.on_request:
        is_over |= Q(**{f"{rule.on_request}__lte": by})
    return _saying_something(rule, is_over)


def _saying_something(rule: Rule, is_over: Q) -> "models.QuerySet[Any]":
    found = rule.model._base_manager.filter(is_over, **{f"{rule.field}__isnull": False})
    if rule.action != "COARSEN":
        found = found.exclude(**{rule.field: b"" if rule.is_binary else ""})
    return found.filter(Q(state__in=GIVEN_UP)) if rule.model is Notification else found
