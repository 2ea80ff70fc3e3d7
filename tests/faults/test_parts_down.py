"""What docs/operations.md says of a part that is down, with real processes: what goes on, what waits, who is told."""

import json
from contextlib import contextmanager, suppress
from random import Random
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from insight.management.commands.simulate import demo_logins
from insight.simulation.answering import InventedOfficer
from tests.faults.responders import LINK, take
from tests.faults.test_broker import BETONG, assert_all_told, owed, told
from tests.press import get, press
from tests.providers.rude import Rude
from tests.stack import Stack, wait_for

pytestmark = pytest.mark.fault

MAY_NOT_BE_TOLD = "Agencies may not be told at present"
NOT_SENT = """
SELECT count(*) FROM agencies_notification n JOIN cases_dispatch_notifications x ON x.notification_id = n.id
JOIN cases_dispatch d ON d.id = x.dispatch_id JOIN cases_case c ON c.id = d.case_id
WHERE c.reference = %s AND n.state <> 'SENT' AND n.attempts >= %s
"""


def health(stack: Stack) -> dict:
    with suppress(OSError):
        try:
            with urlopen(f"{stack.url}/health/", timeout=60) as answer:
                return json.loads(answer.read())
        except HTTPError as answer:
            with answer:
                return json.loads(answer.read())
    return {}


def change(stack: Stack, statement: str, *values: object) -> None:
    with stack.connect() as connection:
        connection.execute(statement, values)


def a_minute_passes(stack: Stack) -> None:
    """Whoever is dead stays silent; the others beat again within ten seconds."""
    change(stack, "UPDATE agencies_heartbeat SET at = at - interval '61 seconds'")


def next_ring_is_due(stack: Stack, reference: str) -> None:
    change(stack, "UPDATE cases_case SET next_ring_at = now() - interval '1 minute' WHERE reference = %s", reference)


def ring(stack: Stack, reference: str) -> int:
    return stack.value("SELECT ring FROM cases_case WHERE reference = %s", reference)


def screen(stack: Stack) -> str:
    """What mali, who reads English, sees on her queue."""
    mali = InventedOfficer(stack.url, username="mali", password=demo_logins()[1], random=Random(1))
    return mali.browser.get("/desk/").text


@pytest.mark.parametrize(
    ("parts", "problems"),
    [
        (["worker"], {"worker"}),
        (["beat"], {"worker"}),
        (["watch"], {"watch"}),
        (["watch", "worker"], {"watch", "worker"}),
    ],
)
def test_a_part_that_is_dead_is_seen_by_health_and_on_the_screens(stack, parts, problems):
    for part in parts:
        stack.kill(part)
    try:
        a_minute_passes(stack)

        wait_for(
            lambda: (
                problems <= set(health(stack).get("problems", []))
                and not {"watch", "worker"} - problems & set(health(stack)["problems"])
            ),
            what=f"only {problems} to be missed",
        )
        wait_for(lambda: MAY_NOT_BE_TOLD in screen(stack), what="the screens to say it")
    finally:
        for part in parts:
            stack.begin(part)
    wait_for(stack.is_well, seconds=120, what="all to be well again")
    wait_for(lambda: MAY_NOT_BE_TOLD not in screen(stack), what="the screens to be quiet again")


def test_rings_widen_while_watch_is_dead(stack):
    with stack.dead("watch"):
        reference = press(stack.url, at=BETONG).reference
        next_ring_is_due(stack, reference)

        wait_for(lambda: ring(stack, reference) > 1, what="beat's sweep")


def test_reminders_leave_while_the_worker_is_dead(stack):
    reference = press(stack.url, at=BETONG).reference
    assert_all_told(stack, reference)
    links = [LINK.search(mail.get_content()) for mail in stack.postbox.mails if reference in mail["Subject"]]
    assert all(take(stack.url, link[1]) for link in links if link)
    reminded = "SELECT count(*) FROM cases_caseevent e JOIN cases_case c ON c.id = e.case_id"
    reminded += " WHERE e.kind = 'REMINDED' AND c.reference = %s"
    with stack.dead("worker"), stack.dead("beat"):
        change(
            stack,
            "UPDATE cases_dispatch SET reminder_due_at = now() - interval '1 minute'"
            " WHERE reminder_due_at IS NOT NULL AND case_id = (SELECT id FROM cases_case WHERE reference = %s)",
            reference,
        )

        wait_for(lambda: stack.value(reminded, reference) >= 3, what="watch to remind them")


@pytest.mark.parametrize("first_back", ["worker", "watch"])
def test_without_watch_and_workers_reports_are_taken_and_messages_wait_for_either(stack, first_back):
    for part in ("worker", "watch"):
        stack.kill(part)
    reference = press(stack.url, at=BETONG).reference
    assert told(stack, reference) == 0
    assert stack.value(NOT_SENT, reference, 0) == owed(stack, reference) >= 4

    stack.begin(first_back)

    try:
        assert_all_told(stack, reference)
    finally:
        stack.begin("watch" if first_back == "worker" else "worker")


@contextmanager
def mail_server(stack: Stack, how: str):
    """Gone, or there and silent, on its usual port."""
    stack.smtp.stop()
    server = Rude("hangs", port=stack.smtp_port) if how == "frozen" else None
    try:
        yield
    finally:
        if server:
            server.stop()
        stack.smtp = stack.mail_server()
        stack.smtp.start()


@pytest.mark.parametrize("how", ["dead", "frozen"])
def test_what_is_owed_while_the_mail_server_is_away_leaves_by_itself_when_it_is_back(stack, how):
    with mail_server(stack, how):
        reference = press(stack.url, at=BETONG).reference
        wait_for(lambda: stack.value(NOT_SENT, reference, 1) >= 2, what="a first attempt")

    assert_all_told(stack, reference, seconds=180)


def two_minutes_pass(stack: Stack) -> None:
    """What is owed and has not left was owed two minutes earlier."""
    change(
        stack, "UPDATE agencies_notification SET created_at = created_at - interval '2 minutes' WHERE sent_at IS NULL"
    )
    change(stack, "UPDATE cases_case SET opened_at = opened_at - interval '2 minutes' WHERE held_at IS NULL")


def test_a_mail_server_that_refuses_everybody_is_said_after_two_minutes_and_no_more_once_it_is_mended(stack):
    async def not_now(address: str) -> str:
        return "451 4.3.0 not now"

    stack.postbox.judge = not_now
    try:
        reference = press(stack.url, at=BETONG).reference
        wait_for(lambda: stack.value(NOT_SENT, reference, 2) >= 2, what="a second attempt")
        two_minutes_pass(stack)

        wait_for(lambda: "line_email" in health(stack).get("problems", []), what="health to name the line")
        wait_for(lambda: "the mail server refuses, since" in screen(stack), what="the screens to name it")
        assert "1 case of which nobody is known to have been told" in screen(stack)
        mali = InventedOfficer(stack.url, username="mali", password=demo_logins()[1], random=Random(1))
        page = mali.browser.get(f"/desk/cases/{reference}/").text
        assert "Nobody is known to have been told of this case" in page
        assert "Not sent yet: the mail server refuses" in page
        wait_for(
            lambda: {"nobody_told", "line_email"} <= set(health(stack).get("audit", {})),
            seconds=180,
            what="the audit",
        )
    finally:
        stack.postbox.judge = None
    change(stack, "UPDATE agencies_notification SET due_at = now() WHERE state = 'QUEUED'")
    assert_all_told(stack, reference)
    wait_for(stack.is_well, seconds=120, what="all lights to go off")
    wait_for(lambda: "the mail server refuses" not in screen(stack), what="the screens to be quiet again")


def test_while_the_web_is_dead_messages_leave_rings_widen_and_the_audit_goes_on(stack):
    reference = press(stack.url, at=BETONG).reference
    with stack.dead("web"):
        with pytest.raises(OSError):
            get(f"{stack.url}/th/now/")
        next_ring_is_due(stack, reference)
        change(stack, "UPDATE agencies_heartbeat SET findings = '{\"waits\": 1}' WHERE process = 'AUDIT'")

        wait_for(lambda: ring(stack, reference) > 1, what="the next ring")
        assert_all_told(stack, reference)
        audited = "SELECT findings = '{}' FROM agencies_heartbeat WHERE process = 'AUDIT'"
        wait_for(lambda: stack.value(audited), seconds=180, what="an audit that finds nothing")
    wait_for(stack.is_well, seconds=120, what="the web to be back")
