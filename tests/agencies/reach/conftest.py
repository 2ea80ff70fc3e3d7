"""A LINE group, an address that was proposed, and the codes that reach them."""

import re

import pytest

from agencies.models import Agency, ContactPoint, Notification, Officer, Role
from tests.conftest import make_officer

GROUP = "C" + "0123456789abcdef" * 2
OTHER_GROUP = "C" + "fedcba9876543210" * 2
CODE = re.compile(r"\b(\d{4}) (\d{4})\b")


@pytest.fixture
def all_transports(settings):
    settings.TRANSPORTS = ["EMAIL", "SMS", "LINE", "WEBHOOK"]


@pytest.fixture
def nok(betong_police) -> Officer:
    """The other officer at the police station."""
    return make_officer("Nok", betong_police, Role.AGENCY)


@pytest.fixture
def new_address(betong_police) -> ContactPoint:
    """Of the police, by e-mail; nobody has verified it."""
    return betong_police.contact_points.create(address="night@agency.example", priority=0)


@pytest.fixture
def unbound(betong_police) -> ContactPoint:
    """The police's LINE group, before it is known which one."""
    return betong_police.contact_points.create(transport="LINE", priority=0)


def code_to(contact_point: ContactPoint) -> str:
    """As it stands in the newest message to it."""
    message = Notification.objects.filter(contact_point=contact_point, is_about_address=True).latest("pk")
    found = CODE.search(message.body)
    assert found
    return found[0]


def owed(agency: Agency, key: str = "") -> list[Notification]:
    found = Notification.objects.filter(contact_point__agency=agency, dedupe_key__startswith=key)
    return list(found.select_related("contact_point").order_by("pk"))


def another(code: str) -> str:
    """Not this code."""
    return f"{(int(code.replace(' ', '')) + 1) % 10**8:08d}"
