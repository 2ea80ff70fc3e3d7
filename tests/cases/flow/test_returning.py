"""A person comes back: gets a code, withdraws, hides their contact details. No dispatch ends by it."""

from datetime import timedelta

import pytest

from agencies.models import Notification
from cases.flow import erasing, returning
from cases.models import Erasure
from cases.privacy import codes, history
from tests.conftest import make_alert

pytestmark = pytest.mark.django_db


def kinds(case):
    return [event.kind for event in case.events.order_by("sequence")]


def test_a_code_is_given_on_request_and_earlier_ones_stay_good(alert, now):
    given = [returning.give_code(report=alert, now=now) for _ in range(returning.MOST_CODES)]

    with pytest.raises(returning.EnoughCodes):
        returning.give_code(report=alert, now=now)

    for code in given:
        assert codes.open_report(code.digits, network="", now=now) == alert


def test_a_withdrawal_tells_the_desk_and_stands_nobody_down(case, alert, now):
    asked = case.dispatches.live().count()
    owed = Notification.objects.count()

    returning.withdraw(report=alert, now=now)
    returning.withdraw(report=alert, now=now + timedelta(minutes=1))

    case.refresh_from_db()
    alert.refresh_from_db()
    assert (alert.withdrawn_at, case.state, case.closed_at) == (now, "waiting", None)
    assert case.dispatches.live().count() == asked
    assert case.next_ring_at is not None
    assert Notification.objects.count() == owed + 1
    assert kinds(case).count("WITHDRAWN") == 1
    assert history.first_broken_line(case) is None


def test_contact_details_are_hidden_at_once_and_can_be_shown_again(directory, now):
    report = make_alert(contact="081 after ten")

    returning.hide_contact(report=report, now=now)
    returning.show_contact_again(report=report, now=now + timedelta(days=6))

    report.refresh_from_db()
    assert report.contact_hidden_at is None
    assert report.contact == "081 after ten"
    assert kinds(report.case)[-2:] == ["CONTACT_HIDDEN", "CONTACT_SHOWN"]


def test_after_seven_days_they_are_destroyed_and_nothing_brings_them_back(directory, now):
    report = make_alert(contact="081 after ten", narrative="They took our passports.")
    returning.hide_contact(report=report, now=now)

    erasing.erase_due(now=now + timedelta(days=6, hours=23))
    assert not Erasure.objects.exists()
    erasing.erase_due(now=now + timedelta(days=7))

    report.refresh_from_db()
    assert report.contact == erasing.ERASED
    assert report.narrative == "They took our passports."
    assert Erasure.objects.get().column == "cases.Report.contact"
    returning.show_contact_again(report=report, now=now + timedelta(days=7))
    report.refresh_from_db()
    assert report.contact_hidden_at is not None
