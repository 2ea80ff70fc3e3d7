"""An alert is taken whatever bytes arrive, also those that nobody would think of."""

from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.models import Report
from tests import hostile, hostile_later
from tests.cases.pages.public.conftest import reference_on

pytestmark = pytest.mark.django_db

# One transaction for all examples: each adds rows, none depends on another's.
anything = settings(
    max_examples=60,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

PRESSED = "may_tell key latitude longitude accuracy captured_at source narrative people_count area place"
ASKED = "exploitation in_danger_now children_present contact safe_contact reporter_type wants officials_involved"
ASKED += " contact_ways contact_parts contact_from contact_until answers answers_name code_word under_18 know_police"
FORM = "application/x-www-form-urlencoded"
NAMES = st.sampled_from(f"{PRESSED} {ASKED}".split())
WORDS = st.one_of(st.text(), st.floats().map(str), st.integers().map(str), st.sampled_from(["yes", "95", "0,0", "๕"]))
TYPES = st.sampled_from(
    [
        FORM,
        f"{FORM}; charset=utf-16",
        f"{FORM}; charset=nonsense",
        "application/json",
        "multipart/form-data; boundary=x",
        "",
    ]
)


@anything
@given(body=st.binary(max_size=300), content_type=TYPES)
def test_any_bytes_are_an_alert(phone, directory, body, content_type):
    before = Report.objects.count()

    response = phone.send("/th/now/", body, content_type)

    assert response.status_code == 200
    assert reference_on(response) == Report.objects.latest("pk").reference
    assert Report.objects.count() == before + 1


@anything
@given(fields=st.lists(st.tuples(NAMES, WORDS), max_size=12))
@pytest.mark.parametrize("address", ["/th/now/", "/th/form/"])
def test_any_answers_are_taken_or_asked_for_again(phone, directory, address, fields):
    body = urlencode([(name, word.encode("utf-8", "surrogatepass")) for name, word in fields])

    response = phone.send(address, body)

    assert response.status_code == 200
    asked_again = address == "/th/form/" and "autofocus" in response.content.decode()
    assert asked_again or reference_on(response)


@settings(anything, max_examples=120)
@given(sent=hostile.submissions)
def test_whatever_is_sent_is_answered_and_what_it_says_is_kept_or_marked(phone, directory, sent):
    response = phone.send(sent.address, sent.body, sent.content_type, origin=sent.origin)

    assert sent.problems(response.status_code, response.content.decode()) == []


@settings(anything, max_examples=300)
@given(sent=hostile_later.submissions)
def test_whatever_is_sent_later_is_answered_and_what_it_says_is_kept_or_shown_again(phone, directory, sent):
    report = Report.objects.first() or Report.objects.get(reference=reference_on(phone.press()))
    sent = sent.to(report)

    response = phone.send(sent.address, sent.body, sent.content_type, origin=sent.origin)

    assert sent.problems(response.status_code, response.content.decode()) == []
