"""After the end. What the retention rules name is erased on its day, and again after a restore."""

import logging
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from agencies.models import Officer
from cases.models import Attachment, Bundle, Erasure, Position, Report
from cases.privacy import ledger, retention
from cases.privacy.ledger import Entry
from cases.privacy.retention import Rule

logger = logging.getLogger(__name__)

BATCH = 500  # rows, a transaction each
NETWORK_KEPT = timedelta(hours=2)  # floods are counted within one hour
# Written in place of erased words: a reader sees that there were some, and some constraints need a text.
ERASED = "—"


class RestoredWithoutReplay(Exception):
    """The database was restored: the ledger outside has erasures that it lacks. Replay them first."""


def erase_and_export(*, now: datetime, columns: Collection[str] = ()) -> Counter[str]:
    """Erase what is due (of these columns, or of all), and append it to the ledger outside.

    Raises RestoredWithoutReplay when it has erased and could not write the ledger outside.
    """
    erased = erase_due(now=now, columns=columns)
    if settings.ERASURE_LEDGER:
        export(Path(settings.ERASURE_LEDGER))
    return erased


def erase_due(*, now: datetime, columns: Collection[str] = ()) -> Counter[str]:
    """Erase what is due. Return how many values, by column; `failed` counts rules that could not be carried out."""
    _notice_who_left(now=now)
    erased: Counter[str] = Counter()
    for rule in retention.rules().values():
        if columns and rule.column not in columns:
            continue
        try:
            while count := _erase_batch(rule, now=now):
                erased[rule.column] += count
        except Exception:  # one rule's failure never stops the next
            logger.exception("%s could not be erased", rule.column)
            erased["failed"] += 1
    return erased


def _notice_who_left(*, now: datetime) -> None:
    Officer.objects.filter(is_active=False, left_at=None).update(left_at=now)
    Officer.objects.filter(is_active=True, left_at__isnull=False).update(left_at=None)


@transaction.atomic
def _erase_batch(rule: Rule, *, now: datetime) -> int:
    found = retention.due(rule, now=now).only("pk").order_by("pk")
    rows = [row.pk for row in found.select_for_update(skip_locked=True, of=["self"])[:BATCH]]
    _erase(rule, rows)
    Erasure.objects.bulk_create(Erasure(column=rule.column, row=row, at=now) for row in rows)
    return len(rows)


def _erase(rule: Rule, rows: list[int]) -> None:
    if rule.action == "COARSEN":
        _coarsen(rows)
    else:
        # The blind indexes go too, because guesses could be tried at them.
        indexes = dict.fromkeys(retention.indexes_of(rule), "")
        rule.model._base_manager.filter(pk__in=rows).update(
            **{rule.field: b"" if rule.is_binary else ERASED}, **indexes
        )


def _coarsen(rows: list[int]) -> None:
    """Replace the point by its district. Abroad, where we know none, round it to a tenth of a degree (some 11 km)."""
    positions = Position.objects.select_related("report").filter(pk__in=rows)
    for position in positions.only("point", "report__district", "report__province"):
        area = position.report.district_id or position.report.province_id
        changed: dict[str, Any] = {"point": None, "area": area, "source": Position.Source.AREA}
        if area is None and position.point:
            point = position.point.clone()
            point.x, point.y = round(point.x, 1), round(point.y, 1)
            changed = {"point": point}
        Position.objects.filter(pk=position.pk).update(accuracy_m=None, **changed)


def forget_networks(*, now: datetime) -> int:
    """Blank the digests of networks that floods no longer count. Returns how many reports lost theirs."""
    Attachment.objects.exclude(network="").filter(received_at__lt=now - NETWORK_KEPT).update(network="")
    Bundle.objects.exclude(network="").filter(opened_at__lt=now - NETWORK_KEPT).update(network="")
    return Report.objects.exclude(network="").filter(received_at__lt=now - NETWORK_KEPT).update(network="")


def export(path: Path) -> int:
    """Append to the ledger outside what it lacks. Return how many. Raises RestoredWithoutReplay."""
    last = ledger.last_block(path)
    if last and not _is_known(last):
        raise RestoredWithoutReplay
    count, through = 0, last.through if last else 0
    while batch := list(Erasure.objects.filter(pk__gt=through).order_by("pk")[:BATCH]):
        through = batch[-1].pk
        ledger.append(path, [Entry(one.column, one.row, one.at) for one in batch], through=through)
        count += len(batch)
    return count


def _is_known(block: ledger.Block) -> bool:
    """Does the database still have the last erasure of this block of the file?"""
    if not block.entries:
        return True
    last = block.entries[-1]
    return Erasure.objects.filter(pk=block.through, column=last.column, row=last.row).exists()


def replay(path: Path) -> int:
    """After a restore, erase again what the ledger outside names. Return how many values. Raises ledger.Forged.

    It may be repeated. A row that is younger than its erasure only bears the number of one that was lost, and is
    left alone.
    """
    count = 0
    for block in ledger.read(path):
        for column, entries in groupby(sorted(block.entries), key=lambda entry: entry.column):
            count += _replay(column, list(entries))
    ledger.append(path, [], through=Erasure.objects.aggregate(last=Max("pk"))["last"] or 0)
    return count


@transaction.atomic
def _replay(column: str, entries: Iterable[Entry]) -> int:
    rule = retention.rules().get(column)
    if rule is None:
        logger.warning("the ledger names %s, which is no personal column now", column)
        return 0
    ours = {entry.row: entry for entry in entries}
    done = Erasure.objects.filter(column=column, row__in=ours).values_list("row", flat=True)
    rows = [row for row in ours.keys() - set(done) if retention.ended(rule, by=ours[row].at).filter(pk=row).exists()]
    _erase(rule, rows)
    Erasure.objects.bulk_create(Erasure(column=column, row=row, at=ours[row].at) for row in sorted(rows))
    return len(rows)
