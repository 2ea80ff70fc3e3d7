"""The web is started anew, as an upgrade does it, while people press. Behind the proxy nobody notices."""

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest

from tests import press
from tests.faults.test_broker import BETONG, assert_all_told
from tests.operations.proxy import Proxy
from tests.stack import wait_for

pytestmark = pytest.mark.fault

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def proxy(stack, tmp_path) -> Iterator[Proxy]:
    web = f"127.0.0.1:{stack.port}"
    as_long_as_it_takes = {"WAIT_FOR_WEB": "120s", "ANSWER_WITHIN": "120s"}  # 8 s are little on a busy machine
    proxy = Proxy(tmp_path, web, web, site="127.0.0.1", more=as_long_as_it_takes)
    yield proxy
    proxy.stop()


def opened(proxy: Proxy) -> dict[str, str]:
    page = proxy.ask("/th/now/")
    return {**press.Answer(page.status, page.text).hidden, "may_tell": "NEAREST_HELP", **BETONG}


def sent(proxy: Proxy, fields: dict[str, str]) -> press.Answer:
    """As a phone without JavaScript sends it, which shows whatever comes."""
    answer = proxy.ask("/th/now/", "POST", FORM, urlencode(fields).encode())
    return press.Answer(answer.status, answer.text)


def test_presses_while_the_web_is_started_anew_are_all_taken_and_nobody_sees_that_it_was_down(stack, proxy):
    pages = [opened(proxy) for _ in range(4)]
    count = "SELECT count(*) FROM cases_report"
    before = stack.value(count)
    waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"

    with ThreadPoolExecutor() as pool:
        with stack.connect() as holder, holder.transaction():
            holder.execute("LOCK TABLE cases_report IN SHARE ROW EXCLUSIVE MODE")
            under_way = pool.submit(sent, proxy, pages[0])
            wait_for(lambda: stack.value(waits), what="a press that is under way")
            stack.processes["web"].send_signal(signal.SIGTERM)
        stack.processes["web"].wait()
        come_meanwhile = [pool.submit(sent, proxy, fields) for fields in pages[1:]]
        stack.begin("web")
        answers = [future.result() for future in (under_way, *come_meanwhile)]

    assert [answer.status for answer in answers] == [200] * 4
    assert len({answer.reference for answer in answers}) == 4
    assert stack.value(count) == before + 4
    for answer in answers:
        assert_all_told(stack, answer.reference)
