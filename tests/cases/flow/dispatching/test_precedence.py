"""Whoever owes a message says how early it leaves: first words of cases that nobody holds before all else."""

from datetime import timedelta

import pytest

from agencies.models import Notification, Precedence
from cases.flow import attaching, casework, dispatching
from cases.flow.attaching import Given
from cases.flow.dispatching import asking
from cases.flow.dispatching.standing import Standing
from cases.flow.intake import Sent, receive
from cases.models import Dispatch, Report
from cases.privacy.actor import Actor
from cases.rings.choosing import Target
from tests import files
from tests.cases.flow.dispatching.test_answering import asked, take
from tests.cases.flow.dispatching.test_pushes import configured, switch_on  # noqa: F401 - a fixture
from tests.conftest import make_alert

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
EMERGENCY, FIRST, AGAIN, REST = Precedence


@pytest.fixture
def owed():
    """The precedence of what was owed since this was last asked."""

    def since_last() -> set[int]:
        found = set(Notification.objects.values_list("precedence", flat=True))
        Notification.objects.all().delete()
        return found

    return since_last


def test_an_emergency_is_told_first_and_another_case_next(directory, owed, now):
    make_alert(now=now)
    emergency = owed()
    make_alert(now=now, may_tell="SOCIAL_WORKERS")

    assert (emergency, owed()) == ({EMERGENCY}, {FIRST})


def test_a_push_leaves_as_early_as_the_message_beside_it(directory, pim, owed, now):
    switch_on(pim, now)
    make_alert(now=now)

    assert set(Notification.objects.values_list("transport", flat=True)) == {"EMAIL", "WEB_PUSH"}
    assert owed() == {EMERGENCY}


def test_a_desk_that_is_asked_again_and_a_supervisor_come_after_first_words(case, owed, now):
    owed()
    for minutes in (5, 10, 20):
        dispatching.escalate_overdue(now=now + minutes * MINUTE)

    assert set(Notification.objects.filter(is_first=True).values_list("precedence", flat=True)) == {EMERGENCY}
    assert owed() == {EMERGENCY, AGAIN}


def test_who_fell_silent_is_reminded_slowly_and_asked_again_early(case, owed, now):
    Notification.objects.update(state="SENT", sent_at=now)
    taken = take(asked(case, "Betong Police"), now)
    told_others = set(Notification.objects.filter(state="QUEUED").values_list("precedence", flat=True))
    owed()
    dispatching.escalate_overdue(now=taken.reminder_due_at)
    reminded = owed()

    dispatching.escalate_overdue(now=taken.reminder_due_at + 15 * MINUTE)

    assert told_others == {REST}  # "it is taken"
    assert reminded == {REST}  # it is held
    assert AGAIN in owed()  # it is held no longer


def test_a_drill_waits_for_every_alert(directory, owed, now, settings):
    settings.IS_DEMO = False
    make_alert(now=now, is_exercise=True)

    assert owed() == {REST}


def test_in_the_demo_a_drill_is_all_there_is(directory, owed, now, settings):
    settings.IS_DEMO = True
    make_alert(now=now, is_exercise=True)

    assert owed() == {EMERGENCY}


def test_a_report_that_waits_for_triage_is_slow(directory, owed, now):
    receive(sent=Sent(kind=Report.Kind.WRITTEN, language="th", area="950202", narrative="n"), now=now)

    assert owed() == {REST}


@pytest.mark.parametrize("purpose", Dispatch.Purpose)
def test_a_referral_is_slow_and_an_interpreter_is_not(case, pattani_desk, owed, now, anong, purpose):
    owed()
    target = [Target(pattani_desk, Dispatch.Why.CHOSEN)]

    asking.ask(Standing.of(case), target, due_in=MINUTE, by=Actor.of(anong), now=now, purpose=purpose)

    assert owed() == ({REST} if purpose == Dispatch.Purpose.REFER else {EMERGENCY})


def test_who_is_asked_about_a_held_case_waits_for_every_alert(case, pattani_desk, owed, now, anong):
    take(asked(case, "Betong Police"), now)
    owed()
    case.refresh_from_db()

    asking.ask(
        Standing.of(case), [Target(pattani_desk, Dispatch.Why.CHOSEN)], due_in=MINUTE, by=Actor.of(anong), now=now
    )

    assert owed() == {REST}


def test_a_file_for_a_closed_case_is_slow(case, owed, now, anong):
    casework.close(case=case, reason="HELPED", text="", by=anong, now=now)
    owed()

    attaching.attach(report=case.reports.get(), files=[Given(files.photo(), size=1)], now=now)

    assert owed() == {REST}
