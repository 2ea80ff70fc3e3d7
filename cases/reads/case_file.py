"""What the desk sees of a case: its reports, the agencies that were asked and their answers, the history."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import Prefetch, prefetch_related_objects

from agencies import lines
from agencies.models import Notification, Officer
from cases.models import (
    Attachment,
    Case,
    ContactOverride,
    ContactRule,
    Conversation,
    Dispatch,
    Message,
    Position,
    Report,
    ReturnCode,
)
from cases.privacy import consents, visibility
from cases.reads import timeline

State = Notification.State


@dataclass(frozen=True)
class Asked:
    """A dispatch, and the messages that told the agency of it."""

    dispatch: Dispatch
    messages: list[Notification]

    @property
    def told_at(self) -> datetime | None:
        return next((message.said_by.sent_at for message in self.messages if message.said_by.sent_at), None)

    @property
    def delivered_at(self) -> datetime | None:
        """When the provider said that a message arrived; None also if the provider never says so."""
        return next((message.said_by.delivered_at for message in self.messages if message.said_by.delivered_at), None)

    @property
    def is_unreachable(self) -> bool:
        """Whether no message was sent and none is still on its way, so that somebody has to call."""
        states = {message.said_by.state for message in self.messages}
        return not states & {State.SENT, State.DELIVERED, State.QUEUED, State.SENDING}

    @property
    def waits(self) -> Notification | None:
        """The message that was tried, or put off, and has not left; None once the agency was told."""
        if self.told_at:
            return None
        owed = (
            message.said_by for message in self.messages if message.said_by.state in (State.QUEUED, State.SENDING)
        )
        return next((message for message in owed if message.last_error), None)

    @property
    def why_not_sent(self) -> str:
        """Say why no message left: of the one that waits, else of the last one that was given up."""
        failed = [message.said_by for message in self.messages if message.said_by.state == State.FAILED]
        last = self.waits or (failed[-1] if failed else None)
        return lines.why_not_sent(last) if last and not self.told_at else ""

    @property
    def was_refused(self) -> bool:
        """Whether a message failed, even if another address took it."""
        return any(message.said_by.state == State.FAILED for message in self.messages)

    @property
    def kilometres(self) -> float | None:
        if self.dispatch.metres is None or self.dispatch.agency.location_secret:
            return None
        return round(self.dispatch.metres / 1000, 1)


class StepKind(models.TextChoices):
    """What the officer should do next."""

    ANSWER = "ANSWER"  # our own agency was asked
    CALL = "CALL"  # nobody holds it: the telephone
    ASK = "ASK"
    REVIEW = "REVIEW"  # somebody told more agencies than the person allowed
    ARRIVAL = "ARRIVAL"
    OUTCOME = "OUTCOME"
    CLOSE = "CLOSE"


@dataclass(frozen=True)
class NextStep:
    step: StepKind
    dispatch: Dispatch | None = None


@dataclass(frozen=True)
class ReportFile:
    """A report, on which places, messages, files, codes and contact rules are prefetched."""

    report: Report
    chat: Conversation | None  # the chat in LINE that led to it


@dataclass(frozen=True)
class CaseFile:
    case: Case
    reports: list[ReportFile]
    history: list[timeline.TimelineEntry]
    consents: consents.Answers


def read(case: Case) -> CaseFile:
    """Load the case with its personal columns. The caller has left the trace."""
    return CaseFile(
        case=case, reports=reports_of(case), history=timeline.lines(case), consents=consents.answers_of(case)
    )


def reports_of(case: Case) -> list[ReportFile]:
    reports = list(case.reports.select_related("province", "district").order_by("received_at", "pk"))
    return files_of(reports)


def files_of(reports: list[Report]) -> list[ReportFile]:
    """Prefetch all that the desk sees of these reports, and all that privacy.safe_contact reads."""
    prefetch_related_objects(
        reports,
        Prefetch("positions", queryset=Position.objects.places().select_related("area")),
        Prefetch("messages", queryset=Message.objects.select_related("by")),
        Prefetch("attachments", queryset=Attachment.objects.defer("original", "content")),
        Prefetch("codes", queryset=ReturnCode.objects.live()),
        Prefetch("contact_rules", queryset=ContactRule.objects.select_related("officer")),
        Prefetch("contact_overrides", queryset=ContactOverride.objects.select_related("by", "reviewed_by")),
    )
    in_line = [report for report in reports if report.channel == Report.Channel.LINE]
    chats = _chats_of(in_line) if in_line else {}
    return [ReportFile(report, chats.get(report.linked_to_id or report.pk)) for report in reports]


def _chats_of(reports: list[Report]) -> dict[int, Conversation]:
    chats = {chat.first_report: chat for chat in Conversation.objects.about(reports)}
    said = defaultdict(list)
    for rule in ContactRule.objects.of_chats(chats).unread():
        said[rule.first_report].append(rule)
    for first, chat in chats.items():
        chat.rules = said[first]
    return chats


def asked(case: Case) -> list[Asked]:
    """Return the dispatches: acknowledged, unanswered, declined, ended; within each group in the order of asking."""
    said_by = ("passed_to", "passed_to__passed_to")
    bodies = ("body", *(f"{name}__body" for name in said_by))
    messages = Notification.objects.select_related(*said_by).defer(*bodies).order_by("pk")
    dispatches = case.dispatches.select_related("agency").prefetch_related(
        Prefetch("notifications", queryset=messages)
    )
    order = {"arrived": 0, "acknowledged": 0, "asked": 1, "declined": 2, "ended": 3}
    found = sorted(dispatches, key=lambda dispatch: (order[dispatch.state], dispatch.pk))
    return [Asked(dispatch, list(dispatch.notifications.all())) for dispatch in found]


def is_untold(case: Case, asked: Iterable[Asked], *, now: datetime) -> bool:
    """Say whether nobody holds, owns or took the open case and no message about it left: all failed, or LATE is over.

    The same rule as `untold`, of a case whose messages are read already.
    """
    asked = list(asked)
    if case.closed_at or case.held_at or case.owner_id or any(line.dispatch.acknowledged_at for line in asked):
        return False
    if any(line.told_at for line in asked):
        return False
    is_hopeless = all(line.is_unreachable for line in asked)
    return is_hopeless or case.opened_at <= now - lines.LATE


def next_step(
    case: Case, dispatches: Iterable[Dispatch], *, officer: Officer, is_untold: bool = False
) -> NextStep | None:
    """Return what this officer should do next about the case; None once it is closed."""
    if case.closed_at:
        return None
    if is_untold:
        return NextStep(StepKind.CALL)
    live = [dispatch for dispatch in dispatches if dispatch.is_live]
    if case.held_at is None:
        return _until_held(case, live, officer=officer)
    if may_review(case, officer):
        return NextStep(StepKind.REVIEW)
    return _once_held(live)


def _until_held(case: Case, live: list[Dispatch], *, officer: Officer) -> NextStep:
    silent = [dispatch for dispatch in live if dispatch.acknowledged_at is None]
    ours = [dispatch for dispatch in silent if dispatch.agency_id == officer.agency_id]
    if ours and not case.red_since:
        return NextStep(StepKind.ANSWER, ours[0])
    return NextStep(StepKind.CALL if case.red_since else StepKind.ASK)


def _once_held(live: list[Dispatch]) -> NextStep:
    holding = [dispatch for dispatch in live if dispatch.acknowledged_at]
    if not holding:
        return NextStep(StepKind.ASK)
    for dispatch in holding:
        if not dispatch.arrived_at and not dispatch.outcome:
            return NextStep(StepKind.ARRIVAL, dispatch)
    for dispatch in holding:
        if not dispatch.outcome:
            return NextStep(StepKind.OUTCOME, dispatch)
    return NextStep(StepKind.CLOSE)


def may_review(case: Case, officer: Officer) -> bool:
    return bool(case.widened_at) and case.widening_reviewed_by_id is None and case.widened_by_id != officer.pk


def open_cases_beside(report: Report, *, officer: Officer) -> models.QuerySet[Case]:
    """Return the officer's open cases to which the report may belong: same province, same sealing, newest first."""
    found = visibility.cases_for(officer)
    found = found.filter(closed_at__isnull=True, is_sealed=report.is_sealed, province=report.province_id)
    return found.defer("widened_reason").select_related("district").order_by("-opened_at")
