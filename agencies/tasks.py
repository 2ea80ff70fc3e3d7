"""Tasks of Celery, one line each. They take **kwargs, so that old workers survive new callers."""

from typing import Any

from celery import shared_task

from agencies import clock
from agencies.models import ContactPoint, Heartbeat
from agencies.reach import delivery, receipts, replies
from agencies.reach.webhooks import line_events
from agencies.sweeps import stands_back


@shared_task
def deliver(transport: str = ContactPoint.Transport.EMAIL, **kwargs: Any) -> None:
    delivery.deliver_due(transport=transport)
    replies.send_owed(transport=transport)


@shared_task
@stands_back
def forget(**kwargs: Any) -> None:
    receipts.forget(now=clock.now())
    line_events.forget(now=clock.now())


@shared_task
def beat(**kwargs: Any) -> None:
    Heartbeat.beat(Heartbeat.Process.WORKER, now=clock.now(), ahead=clock.offset())
