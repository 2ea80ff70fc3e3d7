"""LINE's push endpoint: its token, its shape of recipients, its memory of retry keys."""

import json
import re
import uuid

from tests.providers.http import Call, Provider, Reply


def said(status: int, message: str, *headers: tuple[str, str]) -> Reply:
    return Reply(status, json.dumps({"message": message}).encode(), (("Content-Type", "application/json"), *headers))


class Line(Provider):
    path = "/v2/bot/message/push"
    token = "the-token"

    def __init__(self) -> None:
        super().__init__()
        self.strangers: set[str] = set()  # well-formed, but they have not added our account
        self.pushed: dict[str, dict] = {}  # by retry key

    def reply(self, call: Call) -> Reply:
        if call.path != self.path:
            return said(404, "Not found")
        if call.headers["Authorization"] != f"Bearer {self.token}":
            return said(
                401, "Authentication failed. Confirm that the access token in the authorization header is valid."
            )
        key = str(uuid.UUID(call.headers["X-Line-Retry-Key"]))
        if key in self.pushed:
            return said(409, "The retry key is already accepted", ("x-line-accepted-request-id", f"r-{key}"))
        return self.push(key, json.loads(call.body))

    def push(self, key: str, message: dict) -> Reply:
        if not re.fullmatch("[UCR][0-9a-f]{32}", message["to"]):
            return said(400, "The property, 'to', in the request body is invalid (line: -, column: -)")
        if message["to"] in self.strangers:
            return said(400, "Failed to send messages")
        if not 1 <= len(message["messages"]) <= 5 or len(message["messages"][0]["text"]) > 5000:
            return said(400, "The request body has 1 error(s)")
        self.pushed[key] = message
        return Reply(200, b'{"sentMessages": []}')
