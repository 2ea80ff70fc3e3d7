"""The places in the header: each officer sees those that open to them."""

import pytest

from agencies.models import Role
from agencies.templatetags.places import place
from tests.conftest import make_officer

PLACES = ("desk-queue", "responder-asked", "map", "directory")


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        (Role.AGENCY, {"responder-asked"}),
        (Role.TRIAGE, {"desk-queue", "responder-asked"}),
        (Role.SUPERVISOR, {"desk-queue", "responder-asked", "map", "directory"}),
        (Role.ADMIN, {"directory"}),
    ],
)
def test_each_role_sees_the_places_that_open_to_it(yala_desk, role, shown):
    officer = make_officer("Anong", yala_desk, role)

    assert {name for name in PLACES if place({"officer": officer}, name)} >= shown


def test_a_place_that_is_shown_opens(client, yala_desk):
    for role in Role:
        officer = make_officer(f"Officer {role}", yala_desk, role)
        client.force_login(officer)
        for name in PLACES:
            if address := place({"officer": officer}, name):
                assert client.get(address).status_code == 200, (role, name)


def test_nobody_is_shown_nothing():
    assert not any(place({}, name) for name in PLACES)
