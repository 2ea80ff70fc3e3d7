"""The police of Betong were asked, and have the link in the message."""

import pytest
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from cases.flow import dispatching
from cases.models import AcknowledgementLink
from cases.privacy.actor import Actor
from tests.conftest import make_alert

PIN = "2468"


@pytest.fixture
def asked(directory, betong_police):
    """Return the dispatch to the police, of an alert that is as old as this test."""
    betong_police.pin_hash = make_password(PIN)
    betong_police.save()
    case = make_alert(
        now=timezone.now(), place="behind the green gate", narrative="They beat us.", contact="081 000 0000"
    ).case
    return case.dispatches.get(agency=betong_police)


def address_of(dispatch, action=""):
    """Return the address as it stands in a message; only there is the token known."""
    link, token = AcknowledgementLink.mint(dispatch, now=timezone.now())
    link.save()
    return f"/a/{token}/{action}"


@pytest.fixture
def link(asked):
    return address_of(asked)


@pytest.fixture
def taken(asked):
    by = Actor.link_holder(asked)
    return dispatching.acknowledge(
        dispatch=asked, name="Sergeant Wichai", arrival_minutes=12, by=by, now=timezone.now()
    )
