"""One message owed on any transport, to whatever provider the test starts."""

from datetime import UTC, datetime

from agencies.models import Agency, ContactPoint, Notification
from agencies.reach import delivery
from tests.conftest import NOW

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)  # delivery goes by the database's clock
LINK = "https://portal.example/a/secret-token/"
SUBJECT = "PROTECT-U 7K3F-9QTM · ด่วนที่สุด / EMERGENCY · เบตง / Betong"
ALL = ["EMAIL", "SMS", "LINE", "WEBHOOK"]


def owe(agency: Agency, transport: str, address: str, *, key: str = "dispatch:1", **fields) -> Notification:
    point = ContactPoint.objects.create(
        agency=agency, transport=transport, address=address, verified_at=NOW, confirmed_at=NOW, priority=0
    )
    said = {"subject": SUBJECT, "body": f"เปิดดู: {LINK}\n", **fields}
    message = Notification(
        contact_point=point, dedupe_key=f"{key}>{point.pk}", due_at=LONG_AGO, created_at=LONG_AGO, **said
    )
    return Notification.objects.owe([message])[0]


def delivered(notification: Notification) -> Notification:
    """One attempt, and what is known afterwards."""
    delivery.deliver_due(transport=notification.transport, most=1)
    notification.refresh_from_db()
    return notification


def is_failing(notification: Notification) -> bool:
    return ContactPoint.objects.get(pk=notification.contact_point_id).failing_since is not None
