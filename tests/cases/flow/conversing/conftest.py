"""Mali's phone has a chat in LINE with our account, and nobody else is in it."""

import pytest

from agencies import tasks
from tests.agencies.conftest import started
from tests.agencies.reach.webhooks.conftest import line, post, tell
from tests.providers.line import event, place, text

__all__ = ["line", "post", "started", "tell"]

MALI = {"type": "user", "userId": "U" + "a" * 32}
BETONG = (5.774, 101.0725)


@pytest.fixture
def public(settings, directory):
    settings.LINE_PUBLIC = True


@pytest.fixture
def chat(line, tell, public):
    """Mali's chat: what she does is sent, and our last answer and its buttons are kept."""

    class Chat:
        said, buttons = "", {}

        def __init__(self):
            self.count = 0

        def does(self, kind, source=MALI, **fields):
            self.count += 1
            token = f"r{self.count}"
            assert tell(event(kind, source, replyToken=token, **fields)) == 200
            tasks.deliver(transport="LINE")
            self.said, self.buttons = line.replied.get(token, ""), line.offered.get(token, {})
            return self.said

        def writes(self, words, **fields):
            return self.does("message", message=text(words), **fields)

        def shares(self, latitude, longitude, **fields):
            return self.does("message", message=place(latitude, longitude, **fields))

        def presses(self, label):
            return self.does("postback", postback={"data": self.buttons[label]})

    return Chat()
