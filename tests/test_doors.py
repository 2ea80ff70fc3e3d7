"""Closed by default: each address says who may open it, and nobody else can."""

import re
from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from agencies.models import Role
from tests.conftest import make_officer

PART = re.compile(r"<(?:(\w+):)?\w+>")
FILL = {"lang": "th", "language": "th", "int": "1"}
DJANGO_OWN = {"login", "logout"}  # Django's views; they let anybody in and out


def addresses(resolver: URLResolver | None = None, prefix: str = "/") -> Iterator[tuple[str, URLPattern]]:
    """Each address of the portal, its parts filled in with something."""
    for pattern in (resolver or get_resolver()).url_patterns:
        parts = PART.sub(lambda part: FILL.get(part[1] or "str", "2222-2222"), str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, prefix + parts)
        else:
            yield prefix + parts, pattern


PATTERNS = dict(addresses())
GUARDED = {
    address: frozenset(pattern.callback.allowed_roles)
    for address, pattern in PATTERNS.items()
    if hasattr(pattern.callback, "allowed_roles")
}


def test_the_map_was_walked():
    assert len(PATTERNS) > 20
    assert len(GUARDED) > 10


@pytest.mark.parametrize("address", PATTERNS)
def test_every_address_says_who_may_open_it(address):
    pattern = PATTERNS[address]
    is_open = not getattr(pattern.callback, "login_required", True)

    assert is_open != (address in GUARDED) or pattern.name in DJANGO_OWN


@pytest.mark.parametrize("address", GUARDED)
def test_somebody_who_is_not_logged_in_is_sent_to_the_login(db, client, address):
    answer = client.get(address)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/")


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("address", GUARDED)
def test_a_role_opens_its_own_pages_and_no_other(client, yala_desk, address, role):
    client.force_login(make_officer("Anong", yala_desk, Role(role)))

    answers = {client.get(address).status_code, client.post(address).status_code}

    if role in GUARDED[address]:
        assert 403 not in answers
    else:
        assert 403 in answers
        assert answers <= {403, 405}
