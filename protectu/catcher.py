"""The mail catcher of ./portal run: an SMTP server that delivers nothing, and a page with what agencies received.

Run it as `python -m protectu.catcher`.
"""

import os
import signal
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mailbox import Maildir
from pathlib import Path
from re import sub
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox

from agencies import process

NEWEST = 50
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta http-equiv="refresh" content="5"><meta name="viewport" content="width=device-width"><title>Mail catcher</title>
<style>body{{font:15px/1.5 system-ui;margin:2rem auto;max-width:46rem;padding:1rem;background:#fbfaf7;color:#1b2430}}
article{{border:1px solid #d9d6cf;border-radius:8px;padding:1rem;margin:1rem 0;background:#fff}}
pre{{white-space:pre-wrap;font:inherit}}h2{{font-size:1rem;margin:0}}p{{color:#5b6472;margin:.25rem 0}}</style>
<h1>What the agencies received</h1><p>Only on this machine. The newest {newest}.</p>{mails}</html>"""


def _mails(folder: str) -> list[EmailMessage]:
    box = Maildir(folder)
    keys = sorted(box.keys(), reverse=True)[:NEWEST]
    return [message_from_bytes(box.get_bytes(key), policy=policy.default) for key in keys]


def _article(mail: EmailMessage) -> str:
    body = mail.get_body(preferencelist=("plain",))
    text = escape(body.get_content()) if body else ""
    text = sub(r"(https?://\S+)", r'<a href="\1">\1</a>', text)
    return f"<article><h2>{escape(mail['Subject'])}</h2><p>{escape(mail['To'])}</p><pre>{text}</pre></article>"


def _handler(folder: str) -> type[BaseHTTPRequestHandler]:
    class InboxPage(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            mails = "".join(_article(mail) for mail in _mails(folder)) or "<p>Nothing yet.</p>"
            page = PAGE.format(newest=NEWEST, mails=mails).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *args: object) -> None:
            """Log nothing."""

    return InboxPage


class Box(Mailbox):
    """Refuses for now, not for good, what a full disk does not take."""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - of the library
        try:
            return str(await super().handle_DATA(server, session, envelope))
        except OSError:
            return "452 4.3.1 there is no room"


class Web(ThreadingHTTPServer):
    def service_actions(self) -> None:
        """Show twice a second, between requests, that the catcher lives."""
        process.notify()


def main() -> None:
    folder = str(Path(os.environ["VAR_DIR"]) / "mail")
    smtp = Controller(Box(Path(folder)), hostname="127.0.0.1", port=int(os.environ["CATCHER_SMTP_PORT"]))
    smtp.start()
    web = Web(("127.0.0.1", int(os.environ["CATCHER_WEB_PORT"])), _handler(folder))
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    try:
        web.serve_forever()
    except KeyboardInterrupt:
        smtp.stop()


if __name__ == "__main__":
    main()
