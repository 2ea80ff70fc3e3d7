"""A report is committed together with its positions, case, dispatches, notifications and history."""

import secrets
from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from agencies.areas import Located
from cases.flow import dispatching, opening, wishes
from cases.flow.intake import bundling, places
from cases.flow.intake.sent import Sent
from cases.models import Case, Report
from cases.privacy import live
from cases.privacy.actor import REPORTER
from cases.privacy.locks import one_at_a_time
from cases.privacy.networks import Network
from vault import digest

SAME_ANSWER_FOR = timedelta(minutes=10)
# Without I, L, O, U, 0 and 1, because the reference is read out on the telephone.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
# Fields of Sent that are stored in other tables, or not at all.
_NOT_OF_THE_REPORT = ("submission", "area", "fix", "place_read", "is_canary", "reaching", "consents")


def receive(*, sent: Sent, now: datetime, network: Network | None = None) -> Report:
    """Commit the report with its positions, case, dispatches, notifications and history.

    The same page sent again with the same content within ten minutes is the same report; anything else under its
    key is a new report, linked to the earlier one. One of many from one `network` is taken like any other, but may
    be bundled for the desk.
    """
    try:
        return _receive(sent=sent, now=now, network=network)
    except IntegrityError:  # the reference is taken: once in 600,000,000,000
        return _receive(sent=sent, now=now, network=network)


@transaction.atomic
def _receive(*, sent: Sent, now: datetime, network: Network | None) -> Report:
    if sent.is_place_rough:
        sent = sent.rough()
    urgency, payload = sent.urgency, sent.payload_digest()
    submission = digest(sent.submission, purpose="submission") if sent.submission else ""
    earlier = _sent_before(submission)
    for before in earlier:
        if before.payload_digest == payload and abs(now - before.received_at) <= SAME_ANSWER_FOR:
            return before
    located, district = places.locate(sent.surest, area=sent.area)
    report = _new(sent, located, submission=submission, payload=payload, earlier=earlier, now=now)
    report.district = district
    bundling.judge(
        report,
        network=None if sent.is_exercise else network,
        point=sent.surest.point if sent.surest else None,
        is_danger=urgency == Case.Urgency.EMERGENCY,
        now=now,
    )
    report.save(force_insert=True)
    places.add_positions(report, fix=sent.fix, read=sent.place_read, area=sent.area, text=sent.place, now=now)
    _hand_on(report, sent, urgency=urgency, now=now)
    return report


def _sent_before(submission: str) -> list[Report]:
    """Return earlier reports from the same page. Two requests from it at once wait for each other here."""
    if not submission:
        return []
    one_at_a_time(submission)
    earlier = Report.objects.filter(submission_digest=submission).order_by("received_at")
    return list(earlier.only("payload_digest", "received_at"))


def _new(
    sent: Sent, located: Located, *, submission: str, payload: str, earlier: list[Report], now: datetime
) -> Report:
    words = {name: value for name, value in asdict(sent).items() if name not in _NOT_OF_THE_REPORT}
    return Report(
        **words,
        reference=_new_reference(),
        province_id=located.province,
        second_province_id=located.second_province,
        is_abroad=located.is_abroad,
        linked_to=earlier[0] if earlier else None,
        submission_digest=submission,
        payload_digest=payload,
        received_at=now,
    )


def _new_reference() -> str:
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def _hand_on(report: Report, sent: Sent, *, urgency: Case.Urgency, now: datetime) -> None:
    """Store the contact rule and the consents, then open a case or tell the desk that a report waits."""
    if sent.reaching.says_something:
        wishes.add_contact_rule(report, sent.safe_contact, sent.reaching, now=now)
    if sent.consents:
        wishes.add_consents(report, sent.consents, language=sent.language, now=now)
    if report.kind == Report.Kind.LOCATION_ALERT or report.in_danger_now:
        opening.open_case(
            report=report,
            urgency=urgency,
            by=REPORTER,
            now=now,
            bundle=report.bundle,
            is_canary=sent.is_canary,
        )
        return
    if report.bundle:
        dispatching.tell_of_bundle(report, now=now)
    else:
        dispatching.tell_of_report(report, key=f"report/{report.pk}", now=now)
    live.announce(report)
