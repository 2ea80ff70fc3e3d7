"""We call the address that was looked at; the certificate is still checked against the name."""

import socket
import ssl
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from agencies.reach.transports import TransportError, http
from tests.providers.agency_system import AgencySystem

NAME = "hooks.agency.example"


@pytest.fixture
def certificate(tmp_path):
    """For NAME, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
    path = tmp_path / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def port(started, certificate, monkeypatch) -> int:
    """Every name leads to a server on loopback that shows the certificate, which we trust."""
    system = started(AgencySystem())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    system.server.socket = context.wrap_socket(system.server.socket, server_side=True)
    where = ("127.0.0.1", system.server.server_address[1])
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: [(2, 1, 6, "", where)])
    trust = ssl.create_default_context(cafile=certificate)
    monkeypatch.setattr(http, "_trust", lambda: trust)
    return where[1]


def test_the_name_on_the_certificate_is_the_one_that_was_asked_for(port):
    answer = http.post(f"https://{NAME}:{port}/protect-u", content=b"{}", headers={"Portal-Timestamp": "0"})

    assert answer.status == 401


def test_a_certificate_of_somebody_else_is_refused(port):
    with pytest.raises(TransportError, match="ConnectError") as refused:
        http.post(f"https://other.example:{port}/protect-u", content=b"{}", headers={"Portal-Timestamp": "0"})

    assert not refused.value.is_permanent


def test_a_certificate_that_nobody_vouches_for_is_refused(port, monkeypatch):
    monkeypatch.setattr(http, "_trust", ssl.create_default_context)

    with pytest.raises(TransportError, match="ConnectError"):
        http.post(f"https://{NAME}:{port}/protect-u", content=b"{}", headers={"Portal-Timestamp": "0"})
