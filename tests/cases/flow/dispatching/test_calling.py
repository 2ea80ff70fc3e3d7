"""A call is written down, and what the agency said on it counts as its answer."""

import pytest

from cases.flow import dispatching
from cases.models import Case, Note
from cases.privacy.actor import Actor
from tests.conftest import make_alert

pytestmark = pytest.mark.django_db


def test_they_took_it_on_the_telephone(red, betong_police, anong, now):
    police = red.dispatches.get(agency=betong_police)
    call = dispatching.Call(Note.CallResult.ANSWERED, dispatch=police, means=Note.Means.RADIO, answered_by="Wichai")

    assert dispatching.called_and_took_it(dispatch=police, call=call, arrival_minutes=9, by=anong, now=now)

    police.refresh_from_db()
    note = Note.objects.get()
    assert (police.acknowledged_by_name, police.acknowledged_by, police.arrival_minutes) == ("Wichai", anong, 9)
    assert (note.called, note.means, note.call_result, note.answered_by) == (police, "RADIO", "ANSWERED", "Wichai")
    assert Case.objects.get().state == "held"
    event = red.events.get(kind="CALLED")
    assert "Wichai" not in str(event.facts)


def test_who_gave_no_name_took_it_by_telephone(red, betong_police, anong, now):
    police = red.dispatches.get(agency=betong_police)
    call = dispatching.Call(Note.CallResult.ANSWERED, dispatch=police)

    dispatching.called_and_took_it(dispatch=police, call=call, arrival_minutes=None, by=anong, now=now)

    police.refresh_from_db()
    assert police.acknowledged_by_name


def test_they_cannot_is_a_decline_and_the_next_is_asked(red, betong_police, anong, now):
    police = red.dispatches.get(agency=betong_police)
    call = dispatching.Call(Note.CallResult.ANSWERED, dispatch=police)

    assert dispatching.called_and_cannot(dispatch=police, call=call, reason="UNSAID", by=anong, now=now)

    police.refresh_from_db()
    assert police.decline_reason == "UNSAID"
    assert Note.objects.get().called == police


@pytest.mark.parametrize("verb", ["took_it", "cannot"])
def test_a_call_to_somebody_who_is_no_longer_asked_is_still_written_down(red, betong_police, anong, now, verb):
    police = red.dispatches.get(agency=betong_police)
    dispatching.decline(dispatch=police, reason="BUSY", by=Actor.link_holder(police), now=now)
    call = dispatching.Call(Note.CallResult.ANSWERED, dispatch=police)

    if verb == "took_it":
        done = dispatching.called_and_took_it(dispatch=police, call=call, arrival_minutes=1, by=anong, now=now)
    else:
        done = dispatching.called_and_cannot(dispatch=police, call=call, reason="UNSAID", by=anong, now=now)

    police.refresh_from_db()
    assert not done
    assert (police.decline_reason, police.acknowledged_at) == ("BUSY", None)
    assert Note.objects.count() == 1


def test_a_hotline_or_another_agency_can_be_called_too(directory, custodian, anong, now):
    case = make_alert(now=now).case

    dispatching.log_call(case=case, call=dispatching.Call(Note.CallResult.BUSY, number="191"), by=anong, now=now)
    call = dispatching.Call(Note.CallResult.NO_ANSWER, agency=custodian, means=Note.Means.IN_PERSON)
    dispatching.log_call(case=case, call=call, by=anong, now=now)

    called = [(note.called_number, note.called_agency) for note in Note.objects.order_by("pk")]
    assert called == [("191", None), ("", custodian)]
