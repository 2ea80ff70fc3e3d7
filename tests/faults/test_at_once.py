"""Two at the same time."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.press import get, post

pytestmark = pytest.mark.fault


def test_the_same_page_posted_twice_at_once_is_one_report(stack):
    page = get(f"{stack.url}/th/now/")
    fields = {**page.hidden, "may_tell": "SOCIAL_WORKERS", "latitude": "5.7740", "longitude": "101.0725"}

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: post(f"{stack.url}/th/now/", fields), range(8)))

    references = {answer.reference for answer in answers}
    assert len(references) == 1
    assert stack.value("SELECT count(*) FROM cases_report WHERE reference = %s", references.pop()) == 1
