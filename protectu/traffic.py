"""Which lane a request takes, and how the connections of a web process are shared out among the lanes (ADR 15)."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve

from protectu.lanes import Lane

# The alert page, the written form, and what follows a press while the receipt is open.
PRESS = {
    "public-now",
    "public-form",
    "public-sent",
    "public-place",
    "public-words",
    "public-position",
    "public-moving",
    "public-moving-point",
    "public-moving-longer",
    "public-moving-stop",
    "hook-line",
}
# What a POST to them does takes longer than a page.
SLOW = {
    "public-back": "codes",
    "public-code": "codes",
    "login": "doors",
    "responder-place": "doors",
    "agency-pin": "doors",
}
OWN = {
    "desk-live": "screens",
    "tile": "tiles",
    "hook-agency": "hooks",
    "hook-sms": "hooks",
    "hook-thaibulksms": "hooks",
    "health": "health",
    "live": "health",
    "ready": "health",
    "metrics": "health",
}
WITH_FILES = {"public-form", "public-words", "public-back-words"}
LARGE = 100_000  # bytes; such a body has files in it

# at_once, most_waiting, patience in seconds. Each answers with one connection at most.
SHARED = {
    "files": (1, 30, 30),
    "codes": (2, 40, 30),  # whoever lost their place after some seconds would never get in on a busy machine
    "doors": (1, 20, 9),
    "public": (2, 300, 10),
    "screens": (1, 2000, 30),
    "hooks": (1, 200, 9),
    "health": (1, 20, 2),
    "tiles": (1, 200, 5),
    "staff": (4, 300, 10),
}
CHECKERS = 1  # the thread that looks whether the logins of open screens still stand: cases.pages.desk.live
# Whoever presses is never told "refused": the page gives up after 45 s and tries again with the same key, and the
# first press still counts when its turn comes.
PRESS_WAITS = (5000, 600)
SENT_AWAY = "sent away"
# Static files and pages that do not exist; and the pages that say "too many". They ask no database.
WITHOUT_CONNECTION = {"files of ours": (6, 1000, 20), SENT_AWAY: (4, 200, 5)}


def shared_out(connections: int) -> dict[str, Lane]:
    """Return the lanes of a process with so many connections. What the others leave belongs to the press alone."""
    lanes = {name: Lane(*bounds) for name, bounds in (SHARED | WITHOUT_CONNECTION).items()}
    rest = connections - CHECKERS - sum(at_once for at_once, _, _ in SHARED.values())
    return {**lanes, "press": Lane(max(rest, 1), *PRESS_WAITS)}


LANES = shared_out(settings.DATABASES["default"]["OPTIONS"]["pool"]["max_size"])


def is_press(request: HttpRequest) -> bool:
    """Say whether the view that answered this request takes presses and reports."""
    match = request.resolver_match
    return match is not None and match.url_name in {"public-now", "public-form"}


def lane_of(request: HttpRequest, *, size: int) -> str:
    """Return the name of the lane of this request, whose body has `size` bytes."""
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return "files of ours"
    name, is_post = match.url_name or "", request.method == "POST"
    if name in WITH_FILES and size > LARGE:
        return "files"
    if name in SLOW and is_post:
        return SLOW[name]
    if name in PRESS:
        return "press"
    return OWN.get(name) or ("public" if getattr(match.func, "is_public_page", False) else "staff")


def tried(name: str) -> tuple[str, ...]:
    """Return the lanes that a request tries one by one. Words never wait for files: they go with the press."""
    return (name, "press", SENT_AWAY) if name == "files" else (name, SENT_AWAY)
