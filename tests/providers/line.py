"""LINE's push endpoint: its token, its shape of recipients, its memory of retry keys."""

import base64
import hashlib
import hmac
import json
import re
import time
import uuid

from tests.providers.http import Call, Provider, Reply

MOST_BUTTONS, LONGEST_LABEL = 13, 20


def said(status: int, message: str, *headers: tuple[str, str]) -> Reply:
    return Reply(status, json.dumps({"message": message}).encode(), (("Content-Type", "application/json"), *headers))


class Line(Provider):
    path = "/v2/bot/message/push"
    reply_path = "/v2/bot/message/reply"
    token = "the-token"
    secret = "the-channel-secret"

    def __init__(self) -> None:
        super().__init__()
        self.strangers: set[str] = set()  # well-formed, but they have not added our account
        self.refuses_pushes = False  # as when the month's quota is used up
        self.quota: dict[str, object] = {"type": "limited", "value": 1000}
        self.used = 500
        self.pushed: dict[str, dict] = {}  # by retry key
        self.replied: dict[str, str] = {}  # what was said, by reply token
        self.offered: dict[str, dict[str, str]] = {}  # the buttons below it, by reply token: label and word

    def reply(self, call: Call) -> Reply:
        if call.path not in (self.path, self.reply_path, *self.questions()):
            return said(404, "Not found")
        if call.headers["Authorization"] != f"Bearer {self.token}":
            return said(
                401, "Authentication failed. Confirm that the access token in the authorization header is valid."
            )
        if call.path in self.questions():
            return Reply(200, json.dumps(self.questions()[call.path]).encode())
        if call.path == self.reply_path:
            return self.take_reply(json.loads(call.body))
        key = str(uuid.UUID(call.headers["X-Line-Retry-Key"]))
        if key in self.pushed:
            return said(409, "The retry key is already accepted", ("x-line-accepted-request-id", f"r-{key}"))
        return self.push(key, json.loads(call.body))

    def questions(self) -> dict[str, dict[str, object]]:
        return {
            "/v2/bot/info": {"userId": "U" + "0" * 32, "basicId": "@protectu", "displayName": "PROTECT-U"},
            "/v2/bot/message/quota": self.quota,
            "/v2/bot/message/quota/consumption": {"totalUsage": self.used},
        }

    def push(self, key: str, message: dict) -> Reply:
        if self.refuses_pushes:
            return said(429, "You have reached your monthly limit.")
        if not re.fullmatch("[UCR][0-9a-f]{32}", message["to"]):
            return said(400, "The property, 'to', in the request body is invalid (line: -, column: -)")
        if message["to"] in self.strangers:
            return said(400, "Failed to send messages")
        if not 1 <= len(message["messages"]) <= 5 or len(message["messages"][0]["text"]) > 5000:
            return said(400, "The request body has 1 error(s)")
        self.pushed[key] = message
        return Reply(200, b'{"sentMessages": [{"id": "461230966842064897", "quoteToken": "x"}]}')

    def take_reply(self, reply: dict) -> Reply:
        """A token is good for one reply."""
        if reply["replyToken"] in self.replied:
            return said(400, "Invalid reply token")
        message = reply["messages"][0]
        items = [item["action"] for item in message.get("quickReply", {"items": []})["items"]]
        if len(items) > MOST_BUTTONS or any(not 1 <= len(action["label"]) <= LONGEST_LABEL for action in items):
            return said(400, "The request body has 1 error(s)")
        self.replied[reply["replyToken"]] = message["text"]
        self.offered[reply["replyToken"]] = {action["label"]: action.get("data", "") for action in items}
        return Reply(200, b'{"sentMessages": [{"id": "461230966842064898"}]}')

    def webhook(self, *events: dict) -> tuple[bytes, str]:
        """What LINE would post to us: the body, and its signature."""
        body = json.dumps({"destination": "U" + "0" * 32, "events": events}).encode()
        mac = hmac.new(self.secret.encode(), body, hashlib.sha256).digest()
        return body, base64.b64encode(mac).decode()


def event(kind: str, source: dict[str, str], **fields: object) -> dict:
    """An event as LINE words it. `number` makes its id."""
    number = fields.pop("number", uuid.uuid4().hex[:26].upper())
    return {
        "type": kind,
        "mode": "active",
        "timestamp": int(time.time() * 1000),
        "source": source,
        "webhookEventId": f"{number}",
        "deliveryContext": {"isRedelivery": False},
        **fields,
    }


def text(words: str) -> dict:
    return {"type": "text", "id": "468789577898262530", "quoteToken": "q", "text": words}


def place(latitude: object, longitude: object, **fields: str) -> dict:
    return {"type": "location", "id": "468789577898262531", "latitude": latitude, "longitude": longitude, **fields}
