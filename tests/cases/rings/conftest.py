"""An embassy beside the person."""

import pytest

from agencies.models import Agency, Capability
from tests.conftest import BETONG, make_agency


@pytest.fixture
def embassy(areas) -> Agency:
    return make_agency("EMBASSY", "Embassy", Capability.RESPOND, at=BETONG, province=areas["95"])
