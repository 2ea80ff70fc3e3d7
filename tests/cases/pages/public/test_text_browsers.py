"""Browsers without pictures, style or script: w3m and lynx read the alert page, and press on it."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios

import pytest

from cases.models import Report
from tests.stack import wait_for

pytestmark = pytest.mark.django_db(transaction=True)

DUMP = {
    "w3m": ["w3m", "-dump", "-cols", "200", "-O", "UTF-8"],
    "lynx": ["lynx", "-dump", "-width=200", "-display_charset=UTF-8", "-nolist"],
}


@pytest.fixture(params=DUMP)
def browser_of_text(request):
    return DUMP[request.param]


def run(command, home, **more):
    clean = {**os.environ, "HOME": str(home), "TERM": "vt100", "LC_ALL": "C.UTF-8"}
    return subprocess.run(command, env=clean, capture_output=True, timeout=60, check=True, **more).stdout.decode()


@pytest.mark.parametrize("language", ["th", "my", "km", "lo", "en"])
def test_the_page_is_read_with_its_buttons_and_the_numbers_to_call(
    live_server, hotlines, phone, browser_of_text, language, tmp_path
):
    page = phone.get(f"/{language}/now/")
    buttons = re.findall(r"<strong>([^<]+)</strong>\s*<span>([^<]+)</span></button>", page.content.decode())

    shown = run([*browser_of_text, f"{live_server.url}/{language}/now/"], tmp_path)

    read = "".join(shown.split())  # a text browser breaks lines where it likes
    assert len(buttons) == 2
    for word in [*(word for button in buttons for word in button), "1300", "191"]:
        assert "".join(word.split()) in read
    assert "{" not in shown  # no style, no script


# As a person at a keyboard: to the first button, Enter, write what came to the screen into a file, leave.
PRESSED_IN_LYNX = """key Down Arrow
"""


def at_a_terminal(command, home, *keys, until):
    """Press each key once the page before it rests. Return everything that the screen was sent."""
    child, terminal = pty.fork()
    if not child:
        os.environ.update(HOME=str(home), TERM="vt100", LC_ALL="C.UTF-8")
        os.execvp(command[0], command)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))  # rows, columns
    shown = ""
    try:
        for key in [*keys, b""]:
            while select.select([terminal], [], [], 1)[0]:  # until it rests
                shown += os.read(terminal, 65536).decode(errors="replace")
            os.write(terminal, key)
        wait_for(until, what=f"{command[0]} to send the press")
        return shown
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(terminal)


@pytest.mark.parametrize("command", [["lynx", "-nocolor"], ["w3m"]], ids=["lynx", "w3m"])
def test_a_press_on_the_button_files_an_alert(live_server, directory, hotlines, tmp_path, command):
    page = f"{live_server.url}/en/now/"

    # Looked for by its words, as "/" does in both; the second Enter presses it.
    at_a_terminal([*command, page], tmp_path, b"/I am in danger\r", b"\r", until=Report.objects.exists)

    assert Report.objects.get().may_tell == "NEAREST_HELP"


def test_the_answer_to_a_press_is_read_in_a_text_browser(live_server, directory, hotlines, tmp_path):
    body = tmp_path / "body"
    body.write_text("may_tell=NEAREST_HELP")

    shown = run(["w3m", "-dump", "-post", str(body), f"{live_server.url}/en/now/"], tmp_path)

    assert Report.objects.get().reference in shown
    assert "Nobody has read it yet." in shown
