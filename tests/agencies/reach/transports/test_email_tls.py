"""A mail server whose certificate nobody vouches for is not spoken to, and the reason is there to be seen."""

import ssl

import pytest

from agencies.models import Notification
from tests.agencies.reach.transports.conftest import delivered, is_failing, owe
from tests.agencies.reach.transports.test_http_tls import certificate as certificate
from tests.agencies.smtp import MailServer

pytestmark = pytest.mark.django_db

State = Notification.State


@pytest.mark.parametrize("scheme", ["smtp", "smtp+tls"])
def test_a_certificate_that_signs_itself_is_said_and_condemns_nobody(settings, betong_police, certificate, scheme):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = MailServer(tls_context=context)
    settings.SMTP = server.url._replace(scheme=scheme)
    server.controller.start()

    owed = delivered(owe(betong_police, "EMAIL", "duty@agency.example"))
    server.controller.stop()

    assert (owed.state, server.taken) == (State.QUEUED, [])
    assert owed.last_error == "SSLCertVerificationError: self-signed certificate"
    assert not is_failing(owed)
