"""The canary in the real portal: through web, PostgreSQL, worker and SMTP, and missed when it does not come."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.stack import Postbox, Stack, wait_for

pytestmark = pytest.mark.fault

ADDRESS = "canary@portal.example"


class Sulky(Postbox):
    """Takes what it is sent, or, when it sulks, puts it off as a full mail server does."""

    sulks = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        return "451 later" if self.sulks else await super().handle_DATA(server, session, envelope)


class StackWithCanary(Stack):
    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, "CANARY_ADDRESS": ADDRESS}

    def health(self) -> dict[str, Any]:
        with suppress(OSError):
            try:
                with urlopen(f"{self.url}/health/", timeout=60) as answer:
                    return json.loads(answer.read())
            except HTTPError as answer:
                with answer:
                    return json.loads(answer.read())
        return {}

    def outcomes(self) -> list[tuple[Any, ...]]:
        return self.rows("SELECT accepted_ms, handed_ms, failure FROM cases_canary ORDER BY pressed_at")

    def let_intervals_pass(self, minutes: int) -> None:
        self.rows("UPDATE cases_canary SET pressed_at = pressed_at - make_interval(mins => %s) RETURNING id", minutes)


@pytest.fixture(scope="module")
def stack(tmp_path_factory) -> Iterator[StackWithCanary]:
    stack = StackWithCanary(tmp_path_factory.mktemp("canary"), name="canary", postbox=Sulky())
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()


def test_it_comes_through_and_is_told_to_the_test_address_alone(stack):
    wait_for(lambda: any(handed is not None for _, handed, _ in stack.outcomes()), seconds=120)

    accepted, handed, failure = stack.outcomes()[0]
    assert {mail["To"] for mail in stack.postbox.mails} == {ADDRESS}
    assert len(stack.postbox.to(ADDRESS)) == 1
    assert failure == ""
    assert 0 < accepted < 10_000
    assert 0 < handed < 30_000
    assert stack.health()["canary"]["handed_ms"] == handed
    assert stack.rows("SELECT closure_reason FROM cases_case") == [("EXERCISE",)]


def test_without_workers_none_comes_and_that_is_found(stack):
    wait_for(lambda: any(handed is not None for _, handed, _ in stack.outcomes()), seconds=120)
    with stack.dead("worker"):
        stack.let_intervals_pass(16)

        wait_for(lambda: "canary_late" in stack.health().get("problems", []), seconds=240, what="canary_late")

    wait_for(lambda: stack.is_well(), seconds=240, what="the next canary, and all is well again")


def test_a_mail_server_that_takes_nothing_fails_the_canary(stack):
    stack.postbox.sulks = True
    stack.let_intervals_pass(16)
    before = len(stack.outcomes())
    wait_for(lambda: len(stack.outcomes()) > before, seconds=120, what="one that is pressed")
    stack.let_intervals_pass(6)

    wait_for(lambda: "NOT_SENT" in {failure for _, _, failure in stack.outcomes()}, seconds=120, what="NOT_SENT")
    wait_for(lambda: "canary_failed" in stack.health().get("problems", []), seconds=240, what="canary_failed")
