"""Open a record for an officer. A trace is committed before personal columns are loaded, and of a refusal too."""

from datetime import datetime

from agencies.models import Officer
from cases.models import AccessEvent, Attachment, Case, Report
from cases.privacy import history, visibility

What = AccessEvent.What


class NotForYou(Exception):
    """The record does not exist, or this officer may not see it; the caller must not say which."""


def find_case(*, reference: str, officer: Officer, now: datetime) -> Case:
    """Return the case without its personal columns. Raises NotForYou, and traces the refusal."""
    plain = visibility.cases_for(officer).select_related("province", "second_province", "district", "owner")
    case = plain.defer("widened_reason").filter(reference=reference).first()
    if case:
        return case
    if hidden := Case.objects.only("pk").filter(reference=reference).first():
        history.trace_read(what=What.CASE, officer=officer, case=hidden, now=now, is_refused=True)
    raise NotForYou


def open_case(*, reference: str, officer: Officer, now: datetime) -> Case:
    """Return the case, and trace that the officer read it. Raises NotForYou."""
    case = find_case(reference=reference, officer=officer, now=now)
    history.trace_read(what=What.CASE, officer=officer, case=case, now=now)
    return case


def find_report(*, reference: str, officer: Officer, now: datetime) -> Report:
    """Return the report without its personal columns. Raises NotForYou, and traces the refusal."""
    plain = visibility.reports_for(officer).select_related("case", "province", "district")
    report = plain.unread().defer("case__widened_reason").filter(reference=reference).first()
    if report:
        return report
    if hidden := Report.objects.only("pk").filter(reference=reference).first():
        history.trace_read(what=What.REPORT, officer=officer, report=hidden, now=now, is_refused=True)
    raise NotForYou


def open_report(*, reference: str, officer: Officer, now: datetime) -> Report:
    """Return the report with its personal columns, which are loaded after the trace. Raises NotForYou."""
    report = find_report(reference=reference, officer=officer, now=now)
    history.trace_read(what=What.REPORT, officer=officer, report=report, now=now)
    report.refresh_from_db(fields=Report.PERSONAL)
    return report


def open_file(*, key: str, officer: Officer, now: datetime) -> Attachment:
    """Return a file that is ready; its content is loaded after the trace. Raises NotForYou."""
    mine = Attachment.objects.filter(report__in=visibility.reports_for(officer), state=Attachment.State.READY)
    file = mine.unopened().filter(key=key).first()
    known = file or Attachment.objects.unopened().filter(key=key).first()
    if known is None:
        raise NotForYou
    report = Report.objects.unread().get(pk=known.report_id)
    history.trace_read(
        what=What.FILE, officer=officer, report=report, attachment=known, now=now, is_refused=file is None
    )
    if file is None:
        raise NotForYou
    file.refresh_from_db(fields=["content"])
    file.report = report
    return file
