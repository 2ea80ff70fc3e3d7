"""Celery tasks, one line each. They take **kwargs, so that an old worker survives a new caller."""

from typing import Any

from celery import shared_task

from agencies import clock
from agencies.sweeps import stands_back
from cases.flow import attaching, canary, catching_up, conversing, dispatching, erasing


@shared_task
@stands_back
def escalate_overdue(**kwargs: Any) -> None:
    dispatching.escalate_overdue(now=clock.now())


@shared_task
def bring_back(**kwargs: Any) -> None:
    catching_up.bring_back()


@shared_task
@stands_back
def forget_networks(**kwargs: Any) -> None:
    erasing.forget_networks(now=clock.now())


@shared_task
@stands_back
def erase_due(**kwargs: Any) -> None:
    erasing.erase_and_export(now=clock.now())


@shared_task
@stands_back
def erase_tracks(**kwargs: Any) -> None:
    erasing.erase_and_export(now=clock.now(), columns=["cases.Position.point"])


@shared_task
@stands_back
def tend_canary(**kwargs: Any) -> None:
    canary.tend(now=clock.now())


@shared_task
@stands_back
def tell_of_answers(**kwargs: Any) -> None:
    conversing.tell_of_answers(now=clock.now())


@shared_task
def clean_files(**kwargs: Any) -> None:
    attaching.clean_waiting(now=clock.now())
