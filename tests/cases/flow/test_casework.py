"""An officer works the case: writes, keeps a track, and closes it."""

from datetime import timedelta

import pytest

from agencies.models import Notification
from cases.flow import casework, sharing
from cases.models import Message, Report
from tests.cases.flow.test_sharing import at, kinds

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def test_what_an_officer_writes_is_a_message_and_a_line_without_the_words(case, alert, anong, now):
    casework.write_to_reporter(report=alert, text="We look for you at the pier.", by=anong, now=now)

    message = Message.objects.get()
    assert (message.by, message.report, message.text) == (anong, alert, "We look for you at the pier.")
    line = case.events.order_by("sequence").last()
    assert line.kind == "ANSWERED"
    assert "pier" not in str(line.facts)


def test_a_track_is_kept_by_a_decision_that_says_who_and_why(share, case, anong, now):
    sharing.add_point(share=share, fix=at(1), now=now + MINUTE)

    casework.keep_track(case=case, reason="The way to the pier.", by=anong, now=now + 2 * MINUTE)

    share.refresh_from_db()
    assert (share.kept_by, share.kept_at, share.kept_reason) == (anong, now + 2 * MINUTE, "The way to the pier.")
    assert kinds(case)[-1] == "TRACK_KEPT"
    assert "pier" not in str(case.events.last().facts)


def test_where_there_is_nothing_to_keep_nothing_is_decided(share, case, anong, now):
    with pytest.raises(casework.NothingToKeep):
        casework.keep_track(case=case, reason="x", by=anong, now=now)

    assert "TRACK_KEPT" not in kinds(case)


def test_closing_ends_dispatches_and_owes_no_more_messages(case, anong, now):
    casework.close(case=case, reason="HELPED", text="", by=anong, now=now)

    assert not case.dispatches.live().exists()
    assert set(Notification.objects.values_list("state", flat=True)) == {"CANCELLED"}
    assert Report.objects.get().settled_at == now
    with pytest.raises(casework.AlreadyClosed):
        casework.close(case=case, reason="HELPED", text="", by=anong, now=now)
