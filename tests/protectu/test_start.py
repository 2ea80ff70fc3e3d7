"""Where officers begin after the login."""

import pytest

from agencies.models import Role
from tests.conftest import make_officer

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "page"),
    [
        (Role.AGENCY, "/asked/"),
        (Role.TRIAGE, "/desk/"),
        (Role.SUPERVISOR, "/desk/"),
        (Role.ADMIN, "/directory/"),
    ],
)
def test_everybody_starts_where_their_work_is(client, yala_desk, role, page):
    client.force_login(make_officer("Anong", yala_desk, role))

    answer = client.get("/start/")

    assert answer["Location"] == page
    assert client.get(page).status_code == 200
