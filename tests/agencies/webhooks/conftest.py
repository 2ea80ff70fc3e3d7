"""Providers that call us: the same fakes that take our messages."""

import pytest

from tests.agencies.transports.conftest import started

__all__ = ["started"]


@pytest.fixture
def post(client):
    """A provider's POST to one of our addresses; gives the status."""

    def post(address: str, body: bytes, headers: dict[str, str]) -> int:
        return client.post(address, body, content_type="application/json", headers=headers).status_code

    return post
