"""The hook that LINE's server calls: what a person writes to our account alone goes into the same intake."""

import unicodedata
from collections import Counter
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from agencies import clock
from agencies.pages.hooks import body_of, hook
from agencies.reach.replies import Words
from agencies.reach.webhooks import line_events
from agencies.reach.webhooks.line_events import Heard
from cases.flow import conversing
from cases.flow.conversing import Said
from cases.models import Position
from cases.pages.public.place import fix_in, fix_read
from cases.pages.public.posted import Posted

# The first word of a letter's name in Unicode is its script.
LANGUAGE_OF = {"THAI": "th", "LAO": "lo", "MYANMAR": "my", "KHMER": "km", "CJK": "zh-hans"}
ONLY_VIETNAMESE = ("WITH HORN", "WITH DOT BELOW", "HOOK ABOVE", "WITH BREVE", "D WITH STROKE")
PLACE_FIELDS = ("latitude", "longitude", "title", "address")


@hook("POST")
def from_line(request: HttpRequest) -> HttpResponse:
    if not (secret := line_events.channel_secret()):
        return HttpResponse(status=404)
    body = body_of(request)
    if not line_events.is_genuine(body, request.headers.get("X-Line-Signature", ""), secret=secret):
        return HttpResponse(status=401)
    is_done = line_events.receive(body, now=clock.now(), hear=_hear if settings.LINE_PUBLIC else None)
    return HttpResponse(status=200 if is_done else 503)


def _hear(heard: Heard, now: datetime) -> Words | None:
    if heard.kind == "follow":
        return conversing.welcome(line_id=heard.line_id, at=heard.at)
    if heard.kind == "unfollow":
        conversing.leave(line_id=heard.line_id, at=heard.at)
        return None
    if heard.kind == "postback":
        return conversing.press(line_id=heard.line_id, pressed=heard.pressed, at=heard.at, now=now)
    if heard.is_perhaps_a_code and not conversing.is_known(heard.line_id):
        return None
    return conversing.hear(said=_said(heard, now=now), now=now)


def _said(heard: Heard, *, now: datetime) -> Said:
    """Read the message like a posted form: a long text is cut and marked, and nothing is dropped."""
    kind, posted = str(heard.message.get("type", "")), Posted()
    for name in ("text", *PLACE_FIELDS):
        if name in heard.message:
            posted.add(name, str(heard.message[name]))
    posted.add("source", Position.Source.PIN)  # chosen on LINE's map, which need not be where the phone is
    posted.add("captured_at", str(heard.at.timestamp() * 1000))
    fix = fix_in(posted, now=now) if kind == "location" else None
    place = "\n".join(filter(None, [posted.text("title"), posted.text("address")]))
    words = [posted.text("text") or (f"[LINE: {kind[:40]}]" if fix is None else ""), *posted.unusable]
    text = "\n".join(filter(None, [*words, "" if fix else place]))
    return Said(
        line_id=heard.line_id,
        at=heard.at,
        text=text,
        place=place,
        fix=fix,
        read=fix_read(posted.text("text")),
        language=language_of(posted.text("text")),
        marks=posted.marks,
        is_unfetched=kind not in ("text", "location"),
    )


def language_of(text: str) -> str:
    """Return the language of the script of most letters; "" for Latin letters, unless some are Vietnamese."""
    names = [unicodedata.name(letter, "") for letter in text[:1000] if letter.isalpha()]
    if any(mark in name for name in names for mark in ONLY_VIETNAMESE if name.startswith("LATIN")):
        return "vi"
    most = Counter(name.partition(" ")[0].partition("-")[0] for name in names).most_common(1)
    return LANGUAGE_OF.get(most[0][0], "") if most else ""
