"""./portal pictures [folder]: the pages of the demo, in Thai, at 360 and 1280 px; the README's go to docs/pictures.

Each run starts the demo anew, and nothing in a picture moves. What differs from run to run is what differs in the
demo: references, and the hour.
"""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "protectu.settings")
django.setup()

from PIL import Image  # noqa: E402
from playwright.sync_api import Browser, BrowserContext, Page  # noqa: E402

from tests.browser import launched  # noqa: E402
from tests.journeys.conftest import log_in, phone  # noqa: E402
from tests.journeys.test_main_job import link_to_police  # noqa: E402
from tests.journeys.test_main_job import take as take_it  # noqa: E402
from tests.press import get, post, press  # noqa: E402
from tests.stack import ROOT, Stack, wait_for  # noqa: E402

WIDTHS = {360: 740, 1280: 800}  # px, and the height of the screen
COLOURS = 256
# By whom a page is looked at; "" is the public. A case is the first in the queue.
PAGES = {
    "": {
        "home": "/th/",
        "now": "/th/now/",
        "form": "/th/form/",
        "back": "/th/back/",
        "info": "/th/info/",
        "numbers": "/th/info/numbers/",
    },
    "anong": {
        "queue": "/desk/",
        "case": "a[href^='/desk/cases/']",
        "report": "a[href^='/desk/reports/']",
        "asked": "/asked/",
        "duty": "/duty/",
        "our-agency": "/directory/ours/",
    },
    "somchai": {"map": "/map/", "wall": "/map/?wall=1", "directory": "/directory/", "rings": "/directory/rings/"},
}
BETONG = {"latitude": "5.7740", "longitude": "101.0725", "accuracy": "25"}
MUEANG_YALA = {"latitude": "6.5400", "longitude": "101.2800", "accuracy": "40"}
RAMAN = {"latitude": "6.4780", "longitude": "101.4230", "accuracy": "60"}
WRITTEN = {"area": "95", "narrative": "เพื่อนของฉันทำงานบนเรือ นายจ้างเก็บหนังสือเดินทางไว้ทุกคน", "people_count": "8"}
README = {"queue": ("queue", 1280), "alert": ("now", 360)}  # docs/pictures/<key>.png


@dataclass(frozen=True)
class Picture:
    name: str
    width: int
    content: bytes

    @property
    def file(self) -> str:
        return f"{self.name}-{self.width}.png"


def people_press(browser: Browser, stack: Stack) -> None:
    """An alert that nobody takes in time, one that the police of Betong have taken, a new one, and a report."""
    red = press(stack.url, at=MUEANG_YALA).reference
    wait_for(lambda: _is_red_after_the_next_ring(stack, red), what=f"{red} to turn red")
    held = press(stack.url, at=BETONG).reference
    context = phone(browser, stack)
    take_it(context.new_page(), link_to_police(stack, held))
    context.close()
    page = get(f"{stack.url}/th/form/")
    post(f"{stack.url}/th/form/", {**page.hidden, **WRITTEN})
    press(stack.url, "SOCIAL_WORKERS", at=RAMAN)


def _is_red_after_the_next_ring(stack: Stack, reference: str) -> bool:
    """The time of its ring has run out; watch and beat do the rest."""
    with stack.connect() as connection:
        case = "(SELECT case_id FROM cases_report WHERE reference = %s)"
        connection.execute(f"UPDATE cases_case SET next_ring_at = now() WHERE id = {case}", [reference])
        [(red_since,)] = connection.execute(f"SELECT red_since FROM cases_case WHERE id = {case}", [reference])
    return red_since is not None


def take(browser: Browser, stack: Stack) -> Iterator[Picture]:
    for width, height in WIDTHS.items():
        for username, pages in PAGES.items():
            context = phone(browser, stack, viewport={"width": width, "height": height}, reduced_motion="reduce")
            page = context.new_page()
            if username:
                log_in(page, username)
            for name, where in pages.items():
                _open(page, where)
                is_screen = username != "" and width == max(WIDTHS)
                yield Picture(name, width, _small(page.screenshot(full_page=not is_screen, animations="disabled")))
            _close(context)


def _open(page: Page, where: str) -> None:
    """An address, or a link of the queue. Live screens never fall silent, so the page's own load is waited for."""
    if not where.startswith("/"):
        page.goto("/desk/")
        where = page.locator(where).first.get_attribute("href") or ""
    answer = page.goto(where, wait_until="load")
    if answer is None or answer.status != 200:
        raise SystemExit(f"{where} answered {answer and answer.status}")
    page.evaluate("document.fonts.ready")
    if page.locator("#map, #case-map").count():
        page.locator(".leaflet-marker-icon").first.wait_for()


def _close(context: BrowserContext) -> None:
    for page in context.pages:
        page.goto("about:blank")  # ends the live stream first, or the web waits for it
    context.close()


def _small(png: bytes) -> bytes:
    """With a palette: a quarter of the size, and no difference that an eye sees."""
    made = BytesIO()
    picture = Image.open(BytesIO(png)).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(made, "PNG", optimize=True)
    return made.getvalue()


def main(arguments: list[str]) -> None:
    folder = Path(arguments[0]) if arguments else Path(os.environ["VAR_DIR"]) / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as var:
        stack = Stack(Path(var), name="pictures")
        try:
            stack.start()
            with launched() as browser:
                people_press(browser, stack)
                for picture in take(browser, stack):
                    (folder / picture.file).write_bytes(picture.content)
                    for name, shown in README.items():
                        if shown == (picture.name, picture.width):
                            (ROOT / "docs" / "pictures" / f"{name}.png").write_bytes(picture.content)
                    sys.stdout.write(f"{folder / picture.file}  {len(picture.content) // 1000} kB\n")
        finally:
            stack.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
