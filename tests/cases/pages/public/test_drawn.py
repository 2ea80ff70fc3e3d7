"""Every public page is drawn well on the narrowest phone, with letters twice as large, and with other colours."""

from itertools import combinations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from cases.models import Report
from tests.cases.pages.public.conftest import reference_in
from tests.cases.pages.public.test_accessible import WCAG
from tests.cases.pages.public.walk import ALERT, every_page, open_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db]

SCRIPTS = ["th", "my", "km", "lo", "en"]
UNFOLD = "document.querySelectorAll('main details').forEach(each => each.open = true)"
TWICE = "document.documentElement.style.fontSize = '200%'"
WIDTH = "document.documentElement.scrollWidth"
# Where a finger or a key can go: what it is, its box, whether its text is wider than it, and its parents.
TARGETS = """() => {
    const all = [...document.querySelectorAll('a, button, summary, input:not([type=hidden]), select, textarea')]
        .filter(each => each.checkVisibility() && each.getClientRects().length === 1);
    return all.map((each, place) => {
        const box = each.getBoundingClientRect();
        return {
            place,
            what: (each.textContent.trim() || each.name || each.id).slice(0, 40),
            left: box.left, right: box.right, top: box.top, bottom: box.bottom,
            clipped: each.matches('a, button, summary') && each.scrollWidth > Math.ceil(box.width),
            inside: all.flatMap((other, number) => other !== each && other.contains(each) ? [number] : []),
        };
    });
}"""
LETTERS = """() => [...document.querySelectorAll('h1, h2, p, li, label, legend, summary, button, a, small')]
    .filter(each => each.checkVisibility() && getComputedStyle(each).overflow !== 'visible'
        && (each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 1))
    .map(each => each.textContent.trim().slice(0, 40))"""
# Lines of text closer than a script's marks above and below need, as a share of the letters' size.
TIGHT = """least => [...document.querySelectorAll('body *')]
    .filter(each => each.checkVisibility())
    .filter(each => [...each.childNodes].some(part => part.nodeType === 3 && part.data.trim()))
    .filter(each => {
        const style = getComputedStyle(each);
        return parseFloat(style.lineHeight) / parseFloat(style.fontSize) < least;
    }).map(each => each.textContent.trim().slice(0, 40))"""
FOCUS = """() => {
    const at = document.activeElement, style = getComputedStyle(at);
    return {
        what: at.id || at.getAttribute('value') || at.name || at.textContent.trim().slice(0, 40),
        ring: style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth),
        page: at === document.body,
    };
}"""
EDGED = "button:not(.link), .button, #exit, input:not([type=hidden]), select, textarea"
BORDERS = """edged => [...document.querySelectorAll(edged)]
    .filter(each => each.checkVisibility() && !['checkbox', 'radio'].includes(each.type))
    .filter(each => {
        const style = getComputedStyle(each);
        return style.borderTopStyle === 'none' || parseFloat(style.borderTopWidth) < 1
            || style.borderTopColor === getComputedStyle(document.body).backgroundColor;
    }).map(each => each.textContent.trim().slice(0, 40) || each.name)"""


@pytest.fixture
def pages(phone, directory, hotlines, anong):
    return lambda language="th": every_page(phone, language, anong)


def faults_of_targets(page, width):
    """Return what lies outside of the screen, is cut off, or overlaps something else."""
    found = page.evaluate(TARGETS)
    faults = [("outside", each["what"]) for each in found if each["left"] < -1 or each["right"] > width + 1]
    faults += [("clipped", each["what"]) for each in found if each["clipped"]]
    for one, other in combinations(found, 2):
        if one["place"] in other["inside"] or other["place"] in one["inside"]:
            continue
        across = min(one["right"], other["right"]) - max(one["left"], other["left"])
        along = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
        if across > 1 and along > 1:
            faults.append((one["what"], other["what"]))
    return faults


def faults_as_drawn(page):
    """Return the faults of the page, unfolded, at its own size and with letters twice as large."""
    page.evaluate(UNFOLD)
    width = page.evaluate("innerWidth")
    faults = [("line height", each) for each in page.evaluate(TIGHT, 1.35)]
    for size in ("", TWICE):
        page.evaluate(size or "0")
        page.evaluate("scrollTo(0, 0)")
        if page.evaluate(WIDTH) > width:
            faults.append(("sideways", page.evaluate(WIDTH), size))
        faults += [*faults_of_targets(page, width), *page.evaluate(LETTERS)]
    return faults


@pytest.mark.parametrize("language", SCRIPTS)
def test_at_320_pixels_and_with_letters_twice_as_large_nothing_is_cut_off_or_covered(browser, pages, language):
    answers = pages(language)
    show = open_in(browser, answers)

    found = {name: faults_as_drawn(show(name)) for name in answers}

    assert {name: faults for name, faults in found.items() if faults} == {}


def test_letters_grow_with_what_the_person_set_in_the_browser(browser, pages):
    page = open_in(browser, pages())(ALERT)
    size = "parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)"
    before = page.evaluate(size)

    page.evaluate(TWICE)

    assert page.evaluate(size) == 2 * before


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_rule_of_accessibility_is_broken_on_any_page(browser, pages, scheme):
    answers = pages()
    show = open_in(browser, answers, color_scheme=scheme)

    # In the light, test_accessible.py reads the articles in every language.
    names = [name for name in answers if scheme == "dark" or not name.startswith("info")]
    found = {name: Axe().run(show(name), options=WCAG) for name in names}

    assert {name: axe.generate_report() for name, axe in found.items() if axe.violations_count} == {}


def stops_of(page):
    """Return what the Tab key reaches, until it leaves the page."""
    stops = []
    for _ in range(60):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop["page"]:
            break
        stops.append(stop)
    return stops


def test_in_forced_colours_every_button_and_field_has_an_edge(browser, pages):
    answers = pages()
    show = open_in(browser, answers, forced_colors="active")
    found = {}
    for name in answers:
        page = show(name)
        page.evaluate(UNFOLD)
        found[name] = page.evaluate(BORDERS, EDGED)
    page = show(ALERT)

    assert [stop for stop in stops_of(page) if stop["ring"] < 2] == []
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_the_keyboard_reaches_the_way_out_first_and_always_shows_where_it_is(browser, pages):
    answers = pages()
    show = open_in(browser, answers)
    found = {}
    for name in answers:
        page = show(name)
        if not page.locator("[autofocus]").count():  # those begin where there is something to mend
            found[name] = stops_of(page)

    assert {stops[0]["what"] for stops in found.values()} == {"exit"}
    assert {name: stop["what"] for name, stops in found.items() for stop in stops if stop["ring"] < 2} == {}
    assert [stop["what"] for stop in found[ALERT]][2:4] == ["NEAREST_HELP", "SOCIAL_WORKERS"]


@pytest.mark.django_db(transaction=True)
def test_the_third_tab_and_enter_ask_for_help(open_page):
    page = open_page("/th/now/")

    for _ in range(3):
        page.keyboard.press("Tab")
    expect(page.locator("button[value=NEAREST_HELP]")).to_be_focused()
    page.keyboard.press("Enter")

    assert reference_in(page) == Report.objects.get().reference
