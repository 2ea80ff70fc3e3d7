"""Tell open screens, at the commit, that something changed: its provinces, but no name, place or reference."""

import json

from django.db import connection

from agencies.access import Scope
from cases.models import Case, Report

CHANNEL = "live"


def announce(changed: Case | Report) -> None:
    """Announce the change to all processes that listen, when the caller's transaction commits."""
    payload = json.dumps({"provinces": list(changed.provinces), "is_sealed": changed.is_sealed})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])


def concerns(payload: str, scope: Scope) -> bool:
    """Does the change behind `payload` belong on the screen of an officer with this scope?"""
    change = json.loads(payload)
    if change["is_sealed"] and not scope.is_custodian:
        return False
    return scope.provinces is None or not scope.provinces.isdisjoint(change["provinces"])
