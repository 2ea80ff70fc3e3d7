"""The sign of life to the outside, against a server that speaks TLS on loopback."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from agencies.reach import heartbeat
from tests.agencies.smtp import free_port


class OutsideWatcher:
    """Answers each request with `answer`, a byte each `slowness` seconds when that is set."""

    def __init__(self, certificate: Path) -> None:
        self.answer, self.slowness = b"HTTP/1.1 200 OK\r\n\r\n", 0.0
        self.asked: list[str] = []
        self.has_answered = False  # to the last byte
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self.listener.getsockname()[1]}/beat/abc?from=portal"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        while True:
            try:
                connection = self.listener.accept()[0]
            except OSError:
                return
            try:
                self.answer_one(self.context.wrap_socket(connection, server_side=True))
            except OSError:
                connection.close()

    def answer_one(self, connection: ssl.SSLSocket) -> None:
        with connection:
            self.asked.append(connection.recv(4096).decode())
            step = 1 if self.slowness else max(1, len(self.answer))
            for start in range(0, len(self.answer), step):
                connection.sendall(self.answer[start : start + step])
                time.sleep(self.slowness)
            self.has_answered = True


def certificate_for_loopback(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "watcher.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "watcher.pem"
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def outside(tmp_path, settings, monkeypatch) -> Iterator[OutsideWatcher]:
    certificate = certificate_for_loopback(tmp_path)
    watcher = OutsideWatcher(certificate)
    settings.HEARTBEAT_URL = watcher.url
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    yield watcher
    watcher.listener.close()


def test_a_sign_of_life_is_one_request_for_the_address(outside):
    assert heartbeat.ping()

    [asked] = outside.asked
    assert asked.startswith("GET /beat/abc?from=portal HTTP/1.1\r\nHost: 127.0.0.1:")


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1/elsewhere\r\n\r\n",
        b"HTTP/1.1 500 Broken\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"\r\n",
        b"",
        b"x" * 200_000,
    ],
)
def test_any_other_answer_is_none_and_nothing_is_followed(outside, answer):
    outside.answer = answer

    assert not heartbeat.ping()
    assert len(outside.asked) == 1


def test_a_server_that_trickles_is_left_at_the_deadline(outside, monkeypatch):
    outside.slowness = 0.2
    outside.answer = b"HTTP/1.1 200 %b\r\n\r\n" % (300 * b"O")  # takes a minute
    monkeypatch.setattr(heartbeat, "DEADLINE_SECONDS", 0.5)

    assert not heartbeat.ping()

    assert outside.asked
    assert not outside.has_answered


def test_a_stranger_with_a_certificate_of_his_own_is_told_nothing(outside, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")

    assert not heartbeat.ping()
    assert outside.asked == []


def test_nobody_there(settings):
    settings.HEARTBEAT_URL = f"https://127.0.0.1:{free_port()}/"

    assert not heartbeat.ping()


def test_the_address_stands_in_no_log(outside, caplog):
    outside.answer = b"HTTP/1.1 500 Broken\r\n\r\n"

    heartbeat.ping()

    assert "500" in caplog.text
    assert "abc" not in caplog.text


def test_without_an_address_nothing_is_sent(settings):
    settings.HEARTBEAT_URL = ""

    assert not heartbeat.ping()
