"""Presses that are given up leave nothing behind that adds up: while a table is locked, or the standby is away."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.conf import settings

from tests.cluster import StackAlone
from tests.faults.test_broker import assert_all_told
from tests.faults.test_database import pressed
from tests.faults.test_standby import set_standbys
from tests.press import Answer
from tests.stack import wait_for

pytestmark = pytest.mark.fault

OF_THE_WEB = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'portal-web'"
AT_ONCE, WAVES = 20, 3


@contextmanager
def locked_table(alone: StackAlone):
    with alone.connect() as connection:
        connection.execute("BEGIN")
        connection.execute("LOCK TABLE cases_report IN ACCESS EXCLUSIVE MODE")
        yield
        connection.execute("ROLLBACK")


@contextmanager
def standby_away(alone: StackAlone):
    set_standbys(alone, "away")
    try:
        yield
    finally:
        set_standbys(alone, "")


@pytest.mark.parametrize("trouble", [locked_table, standby_away])
def test_however_many_presses_come_the_web_has_no_more_connections_than_its_pool(alone: StackAlone, trouble):
    counts: list[int] = []
    answers: list[Answer | None] = []

    with trouble(alone):
        for _ in range(WAVES):
            with ThreadPoolExecutor(AT_ONCE) as phones:
                answers += phones.map(lambda _: pressed(alone), range(AT_ONCE))
            counts.append(alone.value(OF_THE_WEB))

    assert answers == [None] * AT_ONCE * WAVES
    assert max(counts) <= settings.DATABASES["default"]["OPTIONS"]["pool"]["max_size"]
    answer = wait_for(lambda: pressed(alone), what="a press to be taken")
    assert_all_told(alone, answer.reference)
    wait_for(alone.is_well, seconds=120, what="the portal to be well again")
