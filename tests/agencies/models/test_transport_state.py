"""What is written down of each attempt, and how seldom."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from agencies.models import TransportState

pytestmark = pytest.mark.django_db


def test_failures_are_counted_since_the_first_one_and_forgotten_with_a_success():
    for reason in ("HTTP 503", "HTTP 500", "deadline"):
        TransportState.note_failure("SMS", reason)
    failing = TransportState.objects.get()
    TransportState.note_success("SMS")
    well = TransportState.objects.get()

    assert (failing.failures, failing.last_error) == (3, "deadline")
    assert failing.failing_since <= failing.failed_at
    assert (well.failures, well.failing_since, well.last_error) == (0, None, "")
    assert well.took_at is not None


def test_each_transport_has_a_row_of_its_own():
    TransportState.note_failure("SMS", "HTTP 503")
    TransportState.note_success("EMAIL")

    assert dict(TransportState.objects.values_list("transport", "failures")) == {"SMS": 1, "EMAIL": 0}


def test_many_successes_are_written_down_once_in_ten_seconds(django_assert_num_queries):
    TransportState.note_success("EMAIL")

    with django_assert_num_queries(1) as asked:
        TransportState.note_success("EMAIL")
    TransportState.objects.update(took_at=Now() - timedelta(seconds=11))
    with django_assert_num_queries(2):
        TransportState.note_success("EMAIL")

    assert asked.captured_queries[0]["sql"].startswith("SELECT")
