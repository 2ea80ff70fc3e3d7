"""An agency's own system. It checks a webhook as docs/webhook.md tells it to."""

import hashlib
import hmac
import json
import time

from tests.providers.http import Call, Provider, Reply

OLDEST_SECONDS = 300


class AgencySystem(Provider):
    path = "/protect-u"

    def __init__(self, key: str = "") -> None:
        super().__init__()
        self.key = key
        self.taken: dict[str, dict] = {}

    def reply(self, call: Call) -> Reply:
        if not self.is_genuine(call, now=time.time()):
            return Reply(401)
        if (known := call.headers["Idempotency-Key"]) in self.taken:
            return Reply(409)
        self.taken[known] = json.loads(call.body)
        return Reply(204)

    def receipt(self, status: str, *, at: int | None = None) -> tuple[bytes, dict[str, str]]:
        """What it posts back about a message, as docs/webhook.md tells it to: the body and the headers."""
        body, timestamp = json.dumps({"status": status}).encode(), str(at or int(time.time()))
        mac = hmac.new(self.key.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        return body, {"Portal-Timestamp": timestamp, "Portal-Signature": f"v1={mac}"}

    def is_genuine(self, call: Call, *, now: float) -> bool:
        timestamp = call.headers["Portal-Timestamp"]
        if abs(now - int(timestamp)) > OLDEST_SECONDS:
            return False
        expected = hmac.new(self.key.encode(), timestamp.encode() + b"." + call.body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(call.headers["Portal-Signature"], f"v1={expected}")
