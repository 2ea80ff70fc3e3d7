"""PostgreSQL dies or freezes: the person hears it at once, keeps what was typed, and is taken afterwards."""

import time
from urllib.error import HTTPError

import pytest

from agencies.models import Hotline
from tests.cluster import StackAlone
from tests.faults.test_broker import BETONG, assert_all_told
from tests.press import Answer, get, post, press
from tests.stack import wait_for

pytestmark = pytest.mark.fault


def refused(url: str, fields: dict[str, str]) -> Answer:
    """The answer that says no. How long a web process waits first is said in tests/protectu/test_patience.py."""
    with pytest.raises(HTTPError) as refusal:
        post(url, fields)
    with refusal.value as answer:
        return Answer(answer.code, answer.read().decode())


def taken(url: str, fields: dict[str, str]) -> Answer | None:
    try:
        return post(url, fields)
    except HTTPError as error:
        error.close()
        return None


@pytest.mark.parametrize("how", ["dead", "frozen"])
def test_a_press_while_postgresql_is_away_is_kept_and_taken_when_it_is_back(alone: StackAlone, how):
    url = f"{alone.url}/en/now/"
    fields = {**get(url).hidden, "may_tell": "NEAREST_HELP", **BETONG}

    with getattr(alone, how)("postgres"):
        answer, again = refused(url, fields), refused(url, fields)

    assert answer.status == again.status == 503
    assert "This was NOT sent" in answer.text
    assert answer.hidden == fields
    assert all(f"tel:{hotline.number}" in answer.text for hotline in Hotline.from_file() if hotline.is_shown_first)
    first = wait_for(lambda: taken(url, fields), what="the press to be taken")
    second = post(url, fields)
    assert first.reference == second.reference
    assert alone.value("SELECT count(*) FROM cases_report WHERE reference = %s", first.reference) == 1


@pytest.mark.parametrize("how", ["dead", "frozen"])
def test_the_page_with_the_buttons_opens_while_postgresql_is_away(alone: StackAlone, how):
    with getattr(alone, how)("postgres"):
        page = get(f"{alone.url}/th/now/")

    assert "key" in page.hidden
    assert "tel:1300" in page.text
    wait_for(alone.is_well, seconds=120, what="the portal to be well again")


@pytest.mark.parametrize("how", ["dead", "frozen"])
def test_after_an_outage_all_are_at_work_again(alone: StackAlone, how):
    with getattr(alone, how)("postgres"):
        time.sleep(12)  # long enough for pauses between attempts to grow
    wait_for(lambda: alone.connects_to(alone.database), what="PostgreSQL to be back")

    answer = wait_for(lambda: pressed(alone), what="a press to be taken")

    assert_all_told(alone, answer.reference)


def pressed(stack: StackAlone) -> Answer | None:
    try:
        return press(stack.url, at=BETONG)
    except HTTPError as error:
        error.close()
        return None
