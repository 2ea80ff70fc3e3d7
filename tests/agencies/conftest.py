"""A real mail server for what agencies are sent, and other providers that stop with the test."""

from collections.abc import Callable, Iterator

import pytest

from tests.agencies.smtp import MailServer
from tests.providers.http import Provider


@pytest.fixture
def mail(settings) -> Iterator[MailServer]:
    server = MailServer()
    settings.SMTP = server.url
    server.controller.start()
    yield server
    server.controller.stop()


@pytest.fixture
def started() -> Iterator[Callable[[Provider], Provider]]:
    providers: list[Provider] = []

    def keep(provider: Provider) -> Provider:
        providers.append(provider)
        return provider

    yield keep
    for provider in providers:
        provider.stop()
