"""An officer chooses which agencies to ask."""

import pytest

from agencies.models import Agency
from cases.flow import dispatching
from cases.flow.dispatching import NotAllowed
from cases.models import Dispatch, Report
from cases.privacy.actor import Actor
from tests.conftest import make_alert

pytestmark = pytest.mark.django_db


def test_an_officer_dispatches_to_a_chosen_agency(case, yala_shelter, anong, now):
    [dispatch] = dispatching.dispatch_to(
        case=case, agencies=[yala_shelter], by=Actor.of(anong), now=now, purpose=Dispatch.Purpose.RESPOND
    )

    assert (dispatch.why, dispatch.metres) == ("CHOSEN", None)
    assert dispatch.notifications.count() == 1


def test_choosing_police_for_a_social_workers_case_needs_a_recorded_reason(directory, betong_police, anong, now):
    case = make_alert(now=now, may_tell=Report.MayTell.SOCIAL_WORKERS).case
    chosen = {"case": case, "agencies": [betong_police], "by": Actor.of(anong), "purpose": "RESPOND", "now": now}

    with pytest.raises(NotAllowed):
        dispatching.dispatch_to(**chosen)
    dispatching.dispatch_to(**chosen, override="A child is locked in")

    case.refresh_from_db()
    assert case.dispatches.filter(agency=betong_police).exists()
    assert case.widened_reason == "A child is locked in"
    assert "WIDENED" in [event.kind for event in case.events.all()]


def test_an_agency_is_asked_once_however_often_the_officer_clicks(case, yala_shelter, anong, now):
    chosen = {"case": case, "agencies": [yala_shelter], "by": Actor.of(anong), "purpose": "RESPOND", "now": now}

    dispatching.dispatch_to(**chosen)
    dispatching.dispatch_to(**chosen)

    assert Agency.objects.filter(dispatches__case=case, pk=yala_shelter.pk).count() == 1
