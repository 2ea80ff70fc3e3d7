"""The standby is away while a commit needs it: nobody hears "sent" before it is safe, and nothing is taken twice."""

import subprocess

import pytest

from tests.cluster import StackAlone
from tests.faults.test_broker import BETONG
from tests.faults.test_database import refused, taken
from tests.press import get
from tests.stack import wait_for

pytestmark = pytest.mark.fault


def set_standbys(alone: StackAlone, names: str) -> None:
    services = alone.cluster.services
    for statement in (f"ALTER SYSTEM SET synchronous_standby_names = '{names}'", "SELECT pg_reload_conf()"):
        subprocess.run([*services.psql, "-c", statement], check=True, capture_output=True, **services.how)


def test_without_the_standby_no_press_is_confirmed_and_none_is_lost_when_it_is_done_without(alone: StackAlone):
    url = f"{alone.url}/en/now/"
    fields = {**get(url).hidden, "may_tell": "NEAREST_HELP", **BETONG}
    before = alone.value("SELECT count(*) FROM cases_report")

    set_standbys(alone, "away")
    try:
        answer = refused(url, fields)
        in_between = alone.value("SELECT count(*) FROM cases_report")
    finally:
        set_standbys(alone, "")

    assert answer.status == 503
    assert "This was NOT sent" in answer.text
    assert in_between == before  # not even seen, as long as it is not safe
    wait_for(lambda: taken(url, fields), what="the press to be taken")
    assert alone.value("SELECT count(*) FROM cases_report") == before + 1
    wait_for(alone.is_well, seconds=120, what="the portal to be well again")
