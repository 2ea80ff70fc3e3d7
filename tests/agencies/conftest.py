"""A real mail server for what agencies are sent."""

from collections.abc import Iterator

import pytest

from tests.agencies.smtp import MailServer


@pytest.fixture
def mail(settings) -> Iterator[MailServer]:
    server = MailServer()
    settings.SMTP = server.url
    server.controller.start()
    yield server
    server.controller.stop()
