"""A record is opened: its trace is committed before anything personal in it is loaded. Refusals leave one too."""

from datetime import datetime

from agencies.models import Officer
from cases.models import AccessEvent, Attachment, Case, Report
from cases.privacy import history, visibility

What = AccessEvent.What


class NotForYou(Exception):
    """There is no such record, or it is not this officer's to see. Which of the two is not said."""


def find_case(*, reference: str, officer: Officer, now: datetime) -> Case:
    """The case, with nothing personal loaded. Raises NotForYou, and remembers who was refused."""
    plain = visibility.cases_for(officer).select_related("province", "second_province", "district", "owner")
    case = plain.defer("widened_reason").filter(reference=reference).first()
    if case:
        return case
    if hidden := Case.objects.only("pk").filter(reference=reference).first():
        history.trace_read(what=What.CASE, officer=officer, case=hidden, now=now, is_refused=True)
    raise NotForYou


def open_case(*, reference: str, officer: Officer, now: datetime) -> Case:
    """The case for reading. Raises NotForYou."""
    case = find_case(reference=reference, officer=officer, now=now)
    history.trace_read(what=What.CASE, officer=officer, case=case, now=now)
    return case


def find_report(*, reference: str, officer: Officer, now: datetime) -> Report:
    """The report, with nothing personal loaded. Raises NotForYou, and remembers who was refused."""
    plain = visibility.reports_for(officer).select_related("case", "province", "district")
    report = plain.unread().defer("case__widened_reason").filter(reference=reference).first()
    if report:
        return report
    if hidden := Report.objects.only("pk").filter(reference=reference).first():
        history.trace_read(what=What.REPORT, officer=officer, report=hidden, now=now, is_refused=True)
    raise NotForYou


def open_report(*, reference: str, officer: Officer, now: datetime) -> Report:
    """The report for reading, its personal columns loaded after the trace. Raises NotForYou."""
    report = find_report(reference=reference, officer=officer, now=now)
    history.trace_read(what=What.REPORT, officer=officer, report=report, now=now)
    report.refresh_from_db(fields=Report.PERSONAL)
    return report


def open_file(*, key: str, officer: Officer, now: datetime) -> Attachment:
    """A file that is ready, loaded after the trace. Raises NotForYou."""
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
