"""Run beside a stack, with its environment: is everything there that must follow from what was accepted?

Reads the accepted references from its standard input, and prints what it found as JSON.
"""

import json
import sys
from collections import Counter

import django

NOT_THERE = ("report", "position", "case", "dispatch", "message", "history", "chain", "plan")


def main() -> None:
    django.setup()
    from django.db.models import Count, Exists, F, OuterRef

    from agencies.models import Notification
    from cases.models import CaseEvent, Report

    accepted = json.load(sys.stdin)
    reports = Report.objects.filter(reference__in=accepted).select_related("case").defer("narrative")
    found = {report.reference: report for report in reports.prefetch_related("positions", "case__dispatches")}
    missing = Counter(what for reference in accepted for what in missing_of(found.get(reference)))
    twice = Report.objects.values("submission_digest").annotate(times=Count("pk")).filter(times__gt=1)
    owed = Notification.objects.exclude(state__in=["CANCELLED", "PASSED_ON"])  # what is gathered, another one says
    first = Notification.objects.filter(dispatches__ring=1, dedupe_key__startswith="dispatch/")
    # Owed no more: somebody answered before it left. Nobody else may have cancelled it.
    cancelled = first.filter(state="CANCELLED")
    answered = CaseEvent.objects.filter(kind="ACKNOWLEDGED", case=OuterRef("dispatches__case"))
    asked = (
        first.exclude(state="CANCELLED")
        .annotate(reference=F("dispatches__case__reference"))
        .select_related("contact_point")
        .defer("body")
    )
    report = {
        "missing": missing,
        "unknown": [reference for reference in accepted if reference not in found],
        "reports": Report.objects.count(),
        "twice": sum(row["times"] - 1 for row in twice),
        "states": Counter(report.case.state for report in found.values() if report.case),
        "unsent": Counter(owed.exclude(state__in=["SENT", "DELIVERED"]).values_list("state", flat=True)),
        "owed": [str(key) for key in owed.values_list("idempotency_key", flat=True)],
        "first_ring": [[message.reference, message.contact_point.address] for message in asked],
        "cancelled": cancelled.count(),
        "cancelled_for_nothing": cancelled.filter(~Exists(answered)).count(),
        "gathered": Notification.objects.filter(state="PASSED_ON").count(),
        "attempts": Counter(owed.values_list("attempts", flat=True)),
    }
    json.dump(report, sys.stdout)


def missing_of(report) -> list[str]:
    """Of one accepted alert, what is not there."""
    if report is None or report.case is None:
        return ["report" if report is None else "case"]
    from agencies.models import Notification
    from cases.privacy import history

    case = report.case
    first = [dispatch for dispatch in case.dispatches.all() if dispatch.ring == 1]
    told = Notification.objects.filter(dispatches__in=first).values_list("dispatches", flat=True)
    kinds = Counter(case.events.values_list("kind", flat=True))
    is_there = {
        "position": bool(report.positions.all()),
        "plan": bool(case.plan),
        "dispatch": bool(first),
        "message": {dispatch.pk for dispatch in first} == set(told),
        "history": kinds["OPENED"] == 1 and kinds["ASKED"] >= len(first),
        "chain": history.first_broken_line(case) is None,
    }
    return [what for what, is_so in is_there.items() if not is_so]


if __name__ == "__main__":
    main()
