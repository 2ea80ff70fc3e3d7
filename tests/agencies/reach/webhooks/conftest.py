"""Providers that call us: the same fakes that take our messages."""

import pytest

from protectu.gateways import LineChannel
from tests.agencies.reach.transports.conftest import ALL
from tests.providers.line import Line


@pytest.fixture
def post(client):
    """A provider's POST to one of our addresses; gives the status."""

    def post(address: str, body: bytes, headers: dict[str, str]) -> int:
        return client.post(address, body, content_type="application/json", headers=headers).status_code

    return post


@pytest.fixture
def line(started, settings) -> Line:
    server = started(Line())
    settings.LINE_CHANNEL = LineChannel(url=server.root, token=server.token, secret=server.secret)
    settings.TRANSPORTS = ALL
    return server


@pytest.fixture
def tell(line, post):
    """LINE posts these events; gives the status."""

    def tell(*events: dict) -> int:
        body, signature = line.webhook(*events)
        return post("/hooks/line/", body, {"X-Line-Signature": signature})

    return tell
