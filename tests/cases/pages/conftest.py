"""What pages of several audiences need in their tests."""

from datetime import timedelta

from django.utils import timezone

from agencies.models import Duty


def words_of(response) -> str:
    return " ".join(response.content.decode().split())


def on_duty(officer) -> None:
    now = timezone.now()
    span = {"starts_at": now - timedelta(hours=1), "ends_at": now + timedelta(hours=8)}
    Duty.objects.create(agency=officer.agency, officer=officer, planned_by=officer, **span)
