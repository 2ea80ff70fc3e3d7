"""Two supervisors of Yala, and the browser of one."""

import pytest

from agencies.models import Officer, Role
from tests.conftest import make_officer

RINGS = "/directory/rings/"
YALA = RINGS + "95/any/"
TRY = RINGS + "preview/"
FIRST = {"tells": ["DESK", "NEAREST"], "how_many": 2, "radius_km": 10, "capability": "RESPOND", "minutes": 3}
LAST = {"tells": ["NATIONAL_DESK"], "how_many": "", "radius_km": "", "capability": "RESPOND", "minutes": 8}


@pytest.fixture
def malee(yala_desk) -> Officer:
    return make_officer("Malee", yala_desk, Role.SUPERVISOR)


@pytest.fixture
def supervisor(client, directory, somchai):
    client.force_login(somchai)
    return client


def form_of(*rings: dict, do: str = "propose", **said) -> dict:
    sent = {"rings-TOTAL_FORMS": len(rings), "rings-INITIAL_FORMS": len(rings), "do": do, **said}
    for number, ring in enumerate(rings):
        sent |= {f"rings-{number}-{name}": value for name, value in ring.items()}
    return sent


def propose(client, *rings: dict, **said):
    return client.post(YALA + "propose/", form_of(*(rings or (FIRST, LAST)), **said), follow=True)
