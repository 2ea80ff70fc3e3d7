"""Cases that somebody takes, and the portal's pages asked without a socket."""

import re

import pytest
from django.test import Client

from cases.flow import dispatching
from cases.privacy.actor import Actor
from insight.simulation.browser import Browser, Page


def take(case, *, now, kind="POLICE_STN"):
    dispatch = case.dispatches.get(agency__kind=kind)
    by = Actor.link_holder(dispatch)
    dispatching.acknowledge(dispatch=dispatch, name="Wichai", arrival_minutes=None, by=by, now=now)


@pytest.fixture
def inside(monkeypatch):
    """The pages are asked without a socket; everything else is as it is."""

    def opened(self, path, body):
        client = self.__dict__.setdefault("client", Client(headers={"Accept-Language": "en"}))
        path = re.sub(r"^https?://[^/]+", "", path)
        if body is None:
            answer = client.get(path, follow=True)
        else:
            answer = client.post(path, body, "application/x-www-form-urlencoded", follow=True)
        url = answer.redirect_chain[-1][0] if answer.redirect_chain else path
        return Page(url, answer.status_code, answer.content.decode())

    monkeypatch.setattr(Browser, "_open", opened)
