"""The reporter adds words beside the report, which stays as it was sent."""

from datetime import datetime

from django.db import transaction

from cases.flow import dispatching, events
from cases.models import Case, Message, Report
from cases.privacy import history, live
from cases.privacy.actor import REPORTER
from cases.privacy.locks import one_at_a_time
from vault import digest


@transaction.atomic
def add_words(
    *, report: Report, text: str, submission: str = "", said_at: datetime | None = None, now: datetime
) -> Message:
    """Add a message to the report, unless the same words came before under the same `submission` key.

    A phone on a bad line sends a page again. `said_at`: when the person wrote it, if a provider told us later.
    """
    sent = digest(f"{submission}/{text}", purpose="message") if submission else ""
    if sent:
        one_at_a_time(sent)
        if before := report.messages.filter(submission_digest=sent).first():
            return before
    message = Message.objects.create(report=report, text=text, submission_digest=sent, at=said_at or now)
    case = Case.objects.lock_of(report)
    if case:
        line = history.EventDraft(events.MESSAGE_ADDED, facts={"text": history.commitment(text)})
        history.record(case, line, by=REPORTER, now=now)
    if report.settled_at or (case and case.closed_at):
        # Nobody looks at a closed case or a settled report, so the desk is told.
        dispatching.tell_of_report(report, key=f"message/{message.pk}", now=now)
    live.announce(report)
    return message
