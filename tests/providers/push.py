"""A push service and the browser behind it: it checks our signature, and the browser really decrypts."""

import base64
import json
import re
import struct
import time

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.providers.http import Call, Provider, Reply

LARGEST = 4096
LONGEST_SIGNATURE_SECONDS = 24 * 3600


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def raw(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def derived(length: int, *, salt: bytes, secret: bytes, info: bytes) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


class Browser:
    """One subscription: RFC 8291 from the receiving side, written from the RFC and not with the sender's library."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.private_key = ec.generate_private_key(ec.SECP256R1())
        self.secret = bytes([number]) * 16
        self.shown: list[dict[str, str]] = []

    def decrypt(self, body: bytes) -> bytes:
        salt, (record, length) = body[:16], struct.unpack("!LB", body[16:21])
        sender, cipher = body[21 : 21 + length], body[21 + length :]
        assert len(cipher) <= record, "more than one record"
        ours = raw(self.private_key.public_key())
        shared = self.private_key.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        )
        key = derived(32, salt=self.secret, secret=shared, info=b"WebPush: info\0" + ours + sender)
        content_key = derived(16, salt=salt, secret=key, info=b"Content-Encoding: aes128gcm\0")
        nonce = derived(12, salt=salt, secret=key, info=b"Content-Encoding: nonce\0")
        plain = AESGCM(content_key).decrypt(nonce, cipher, None).rstrip(b"\0")
        assert plain.endswith(b"\x02"), "the last record ends in 2"
        return plain[:-1]


class PushService(Provider):
    def __init__(self) -> None:
        super().__init__()
        self.browsers: dict[str, Browser] = {}
        self.gone: set[str] = set()
        self.server_key = ""  # with which the browsers subscribed
        self.taken: list[Call] = []

    def subscribe(self, *, path: str = "") -> str:
        """A new browser subscribes: the JSON that its page would send us."""
        number = len(self.browsers) + 1
        browser = Browser(number)
        path = path or f"/push/{number}"
        self.browsers[path] = browser
        keys = {"p256dh": encoded(raw(browser.private_key.public_key())), "auth": encoded(browser.secret)}
        return json.dumps({"endpoint": self.root + path, "expirationTime": None, "keys": keys})

    def shown(self) -> list[dict[str, str]]:
        return [message for browser in self.browsers.values() for message in browser.shown]

    def reply(self, call: Call) -> Reply:
        if call.path not in self.browsers or call.path in self.gone:
            return Reply(410 if call.path in self.gone else 404)
        if len(call.body) > LARGEST:
            return Reply(413)
        if not self.is_well_formed(call):
            return Reply(400)
        if not self.is_ours(call.headers["Authorization"]):
            return Reply(403)
        return self.show(call)

    def show(self, call: Call) -> Reply:
        browser = self.browsers[call.path]
        try:
            browser.shown.append(json.loads(browser.decrypt(call.body)))
        except (InvalidTag, AssertionError, ValueError):
            return Reply(400, b"cannot be decrypted")
        self.taken.append(call)
        return Reply(201, headers=(("Location", f"{self.root}/message/1"),))

    def is_well_formed(self, call: Call) -> bool:
        topic = call.headers.get("Topic", "")
        return (
            call.headers.get("TTL", "").isdigit()
            and call.headers.get("Content-Encoding") == "aes128gcm"
            and call.headers.get("Urgency", "normal") in ("very-low", "low", "normal", "high")
            and (not topic or re.fullmatch(r"[A-Za-z0-9_-]{1,32}", topic) is not None)
        )

    def is_ours(self, authorization: str) -> bool:
        """RFC 8292: `vapid t=<ES256 JWT>, k=<public key>`, for our origin, not for longer than a day."""
        parts = re.fullmatch(r"vapid t=([\w.-]+), ?k=([\w-]+)", authorization)
        if parts is None:
            return False
        token, key = parts.groups()
        head, claims, signature = token.split(".")
        r, s = decoded(signature)[:32], decoded(signature)[32:]
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(key))
        try:
            public.verify(
                encode_dss_signature(int.from_bytes(r), int.from_bytes(s)),
                f"{head}.{claims}".encode(),
                ec.ECDSA(hashes.SHA256()),
            )
        except InvalidSignature:
            return False
        said = json.loads(decoded(claims))
        return (
            key == self.server_key
            and json.loads(decoded(head)) == {"typ": "JWT", "alg": "ES256"}
            and said["aud"] == self.root
            and 0 < said["exp"] - time.time() <= LONGEST_SIGNATURE_SECONDS
            and said["sub"].startswith(("mailto:", "https://"))
        )
