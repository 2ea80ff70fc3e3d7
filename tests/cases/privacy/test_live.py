"""Open screens hear of a change, and hear nothing of it that they may not know."""

import psycopg
import pytest
from django.db import connection
from django.db.transaction import get_connection

from agencies.access import Scope, scope_of
from agencies.models import Role
from cases.privacy import live
from tests.conftest import make_alert, make_officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def nok(pattani_desk):
    """Triage officer in Pattani."""
    return make_officer("Nok", pattani_desk, Role.TRIAGE)


def test_a_change_is_told_to_those_whom_it_concerns_and_names_nothing(case, anong, nok, dao):
    in_yala = '{"provinces": ["95"], "is_sealed": false}'
    sealed_in_yala = '{"provinces": ["95"], "is_sealed": true}'

    assert live.concerns(in_yala, scope_of(anong))
    assert not live.concerns(in_yala, scope_of(nok))
    assert not live.concerns(sealed_in_yala, scope_of(anong))
    assert live.concerns(sealed_in_yala, scope_of(dao))
    assert not live.concerns(in_yala, Scope())


@pytest.mark.django_db(transaction=True)
def test_open_screens_hear_of_an_alert_when_it_is_committed(directory, now):
    parameters = get_connection().get_connection_params()
    ours = {name: parameters[name] for name in parameters.keys() - {"cursor_factory", "context", "pool"}}

    with psycopg.connect(**ours, autocommit=True) as listener:
        listener.execute(f"LISTEN {live.CHANNEL}")
        make_alert(now=now)

        heard = [notice.payload for notice in listener.notifies(timeout=60, stop_after=1)]

    connection.close()
    assert heard == ['{"provinces": ["95"], "is_sealed": false}']
