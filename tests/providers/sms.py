"""SMS gateways as they speak: ThaiBulkSMS v2, and the plain JSON one of our generic profile."""

import base64
import gzip
import hashlib
import hmac
import json
import time
from urllib.parse import parse_qs

from tests.providers.http import Call, Provider, Reply


def said(status: int, **body: object) -> Reply:
    return Reply(status, json.dumps(body).encode(), (("Content-Type", "application/json"),))


def error(status: int, code: int, name: str, description: str) -> Reply:
    return said(status, error={"code": code, "name": name, "description": description})


class ThaiBulkSms(Provider):
    path = "/sms"
    key, secret = "the-key", "the-secret"

    def __init__(self) -> None:
        super().__init__()
        self.unknown_numbers: set[str] = set()
        self.credit = 1000
        self.texts: list[dict[str, str]] = []

    def reply(self, call: Call) -> Reply:
        reply = self.judge(call)
        if "gzip" in call.headers.get("Accept-Encoding", ""):  # as the proxies before such services do
            packed = gzip.compress(reply.body)
            return Reply(reply.status, packed, (*reply.headers, ("Content-Encoding", "gzip")))
        return reply

    def judge(self, call: Call) -> Reply:
        wanted = base64.b64encode(f"{self.key}:{self.secret}".encode()).decode()
        if call.headers["Authorization"] != f"Basic {wanted}":
            return error(401, 101, "ERROR_AUTHENTICATION", "Authentication failed")
        form = {name: values[0] for name, values in parse_qs(call.body.decode()).items()}
        if not form.keys() >= {"msisdn", "message", "sender", "force"}:
            return error(400, 102, "ERROR_PARAMETER", "A parameter is missing")
        if self.credit < 1:
            return error(400, 112, "ERROR_INSUFFICIENT_CREDIT", "Insufficient credit")
        return self.take(form)

    def take(self, form: dict[str, str]) -> Reply:
        number = form["msisdn"]
        if number in self.unknown_numbers:
            bad = [{"number": number, "message": "Number is invalid"}]
            return said(200, phone_number_list=[], bad_phone_number_list=bad)
        self.texts.append(form)
        taken = [{"number": number, "message_id": f"m{len(self.texts)}", "used_credit": 2}]
        return said(200, remaining_credit=998, phone_number_list=taken, bad_phone_number_list=[])


class JsonGateway(Provider):
    path = "/messages"
    token = "the-token"
    receipt_key = "a-key-that-signs-receipts-only"

    def __init__(self) -> None:
        super().__init__()
        self.keys: list[str] = []
        self.texts: list[dict[str, str]] = []

    def reply(self, call: Call) -> Reply:
        if call.headers["Authorization"] != f"Bearer {self.token}":
            return said(401)
        self.texts.append(json.loads(call.body))
        self.keys.append(call.headers["Idempotency-Key"])
        return said(202, id="1")

    def receipt(
        self, status: str, *, of: str = "", at: int | None = None, **more: str
    ) -> tuple[bytes, dict[str, str]]:
        """About the last message: the body and the headers."""
        body = json.dumps({"id": of or self.keys[-1], "status": status, **more}).encode()
        timestamp = str(at or int(time.time()))
        mac = hmac.new(self.receipt_key.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        return body, {"Portal-Timestamp": timestamp, "Portal-Signature": f"v1={mac}"}
