"""In a real browser, the script of the page only makes the press faster and surer."""

import re
from urllib.parse import parse_qs

import pytest
from django.conf import settings
from playwright.sync_api import expect

from cases.models import Message, Report
from tests.cases.pages.public.conftest import DANGER, reference_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

BETONG = {"latitude": 5.7740, "longitude": 101.0725, "accuracy": 25}


def test_a_press_is_sent_at_once_and_the_place_follows(open_page, live_server):
    page = open_page(geolocation=BETONG, permissions=["geolocation"])

    page.click(DANGER)

    expect(page.locator("#known")).to_contain_text("near Betong (±25 m)")
    expect(page.locator("#read")).to_contain_text("Yala Desk")
    report = Report.objects.get()
    assert report.reference == reference_in(page)
    assert report.marks == ["NO_POSITION"]  # the press did not wait for it
    assert report.positions.get().source == "GPS"
    assert {url.partition("/en/")[0] for _, url in page.asked} == {live_server.url}
    assert page.complaints == []
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_the_phone_is_not_asked_for_its_place_before_the_press(open_page):
    ways = "['getCurrentPosition', 'watchPosition']"
    count = f"calls = 0; for (const way of {ways}) navigator.geolocation[way] = () => ++calls"
    page = open_page("/en/")
    page.add_init_script(count)
    page.goto("/en/now/")
    assert page.evaluate("calls") == 0

    page.click(DANGER)
    reference_in(page)

    assert page.evaluate("calls") == 2


def test_who_denies_the_place_is_asked_in_words(open_page):
    page = open_page(permissions=[])

    page.click(DANGER)
    expect(page.locator("#known")).to_contain_text("We do not know the place yet.")
    expect(page.locator("#locating")).to_be_hidden()
    page.select_option("#area", "95")
    page.click("text=Send this place")

    expect(page.locator("label[for=area]")).to_have_text("Which district?")
    assert Report.objects.get().province_id == "95"


def test_a_pasted_link_of_a_map_is_understood_and_fetched_by_nobody(open_page, live_server):
    page = open_page(permissions=[])
    page.click(DANGER)

    page.fill("#landmark", "https://maps.google.com/?q=5.7740,101.0725")
    page.click("text=Send this place")

    expect(page.locator("#known")).to_contain_text("near Betong (±10 m)")
    assert {url.partition("/en/")[0] for _, url in page.asked} == {live_server.url}


def test_a_better_measurement_is_sent_too_until_the_person_stops_it(open_page):
    page = open_page(geolocation={**BETONG, "accuracy": 900}, permissions=["geolocation"])
    page.click(DANGER)
    expect(page.locator("#known")).to_contain_text("±900 m")

    page.context.set_geolocation({**BETONG, "accuracy": 12})
    expect(page.locator("#known")).to_contain_text("±12 m")
    page.click("text=Stop sending it")
    page.context.set_geolocation({**BETONG, "accuracy": 3})
    page.wait_for_timeout(500)

    assert [position.accuracy_m for position in Report.objects.get().positions.all()] == [900, 12]


def test_a_double_press_is_one_report(open_page):
    page = open_page()

    page.eval_on_selector(DANGER, "button => { button.click(); button.click(); }")
    reference_in(page)

    assert Report.objects.count() == 1
    assert [method for method, _ in page.asked].count("POST") == 1


def test_without_a_connection_it_says_so_and_tries_again_with_the_same_key(open_page):
    page = open_page()
    bodies = []

    def answer(route):
        bodies.append(parse_qs(route.request.post_data))
        if len(bodies) == 1:
            route.abort()
        elif len(bodies) == 2:
            route.fulfill(status=502, body="<h1>Bad gateway</h1>")
        else:
            route.fallback()

    page.route("**/en/now/", answer)
    page.click(DANGER)
    expect(page.locator("#notice")).to_contain_text("Not sent yet.")
    expect(page.locator("#notice a[href='tel:1300']")).to_be_visible()

    assert reference_in(page) == Report.objects.get().reference
    assert len(bodies) == 3
    assert bodies[0] == bodies[1] == bodies[2]
    assert bodies[0]["may_tell"] == ["NEAREST_HELP"]
    expect(page.locator("#notice")).to_be_hidden()


def test_a_press_without_a_network_is_kept_and_sent_when_it_is_there_again(open_page):
    page = open_page()
    page.context.set_offline(True)

    page.click(DANGER)
    expect(page.locator("#notice")).to_contain_text("Not sent yet.")
    assert not Report.objects.exists()
    page.context.set_offline(False)

    assert reference_in(page) == Report.objects.get().reference


def test_while_the_database_is_down_the_page_says_so_and_goes_on_trying(open_page, monkeypatch):
    page = open_page()
    with monkeypatch.context() as broken:
        broken.setattr("cases.flow.intake.receiving._new", lambda *args, **kwargs: 1 / 0)
        page.click(DANGER)
        expect(page.locator("h1")).to_have_text("This was NOT sent")
        expect(page.locator("text=Send again")).to_be_visible()

    assert reference_in(page) == Report.objects.get().reference


def test_the_written_form_loses_nothing_when_the_connection_is_gone(open_page):
    page = open_page("/en/form/")
    page.fill("[name=narrative]", "Six men on a boat")
    page.route("**/en/form/", lambda route: route.abort() if len(page.asked) < 3 else route.fallback())

    page.locator("main form button").last.click()
    expect(page.locator("#notice")).to_contain_text("Not sent yet.")
    assert page.input_value("[name=narrative]") == "Six men on a boat"

    reference_in(page)
    assert Report.objects.get().narrative == "Six men on a boat"


def test_an_empty_form_leads_to_the_question(open_page):
    page = open_page("/en/form/")

    page.locator("main form button").last.click()

    expect(page.locator("[role=alert][autofocus]")).to_be_focused()
    page.click("[role=alert][autofocus] a")
    assert page.url.endswith("#id_narrative")


def test_words_are_added_without_leaving_the_page(open_page):
    page = open_page()
    page.click(DANGER)
    reference = reference_in(page)

    page.click("text=Add details")
    page.fill("[name=text]", "He has my passport")
    page.click("text=Send this too")

    expect(page.locator("text=Thank you. We have what you added.")).to_be_visible()
    assert Message.objects.get().report.reference == reference == reference_in(page)
    assert page.url.endswith("/en/now/")


@pytest.mark.parametrize(
    ("address", "keys"),
    [
        ("/en/", ["Escape", "Escape"]),
        ("/en/now/", ["Shift", "Shift", "Shift"]),
        ("/en/form/", []),
        ("/nowhere/", ["Escape", "Escape"]),
    ],
)
def test_the_way_out_leaves_at_once_and_cannot_be_undone_with_the_back_button(open_page, address, keys):
    page = open_page("/th/")
    page.context.route(
        settings.QUICK_EXIT_URL, lambda route: route.fulfill(body="<h1>Weather</h1>", content_type="text/html")
    )
    page.goto(address)

    for key in keys:
        page.keyboard.press(key)
    if not keys:
        page.click("#exit")

    page.wait_for_url(settings.QUICK_EXIT_URL)
    page.go_back()
    assert page.url.endswith("/th/")


def test_the_way_out_works_after_a_press_and_while_typing(open_page):
    page = open_page()
    page.context.route(settings.QUICK_EXIT_URL, lambda route: route.fulfill(body="Weather", content_type="text/html"))
    page.click(DANGER)
    page.click("text=Add details")
    page.fill("[name=text]", "Help")

    page.keyboard.press("Escape")
    page.keyboard.press("Escape")

    page.wait_for_url(settings.QUICK_EXIT_URL)


def test_typing_capitals_does_not_leave_the_page(open_page):
    page = open_page("/en/form/")

    page.locator("[name=narrative]").press_sequentially("HELP ME NOW")
    for letter in "ABC":
        page.keyboard.down("Shift")
        page.keyboard.press(letter)
        page.keyboard.up("Shift")

    assert page.input_value("[name=narrative]") == "HELP ME NOWABC"


def test_the_way_out_is_the_first_thing_the_keyboard_reaches_and_stays_in_view(open_page):
    page = open_page("/en/form/")

    page.keyboard.press("Tab")
    expect(page.locator("#exit")).to_be_focused()
    page.locator("main form button").last.scroll_into_view_if_needed()

    expect(page.locator("#exit")).to_be_in_viewport()


def test_a_place_is_marked_on_a_map_with_the_keyboard_and_nobody_else_is_asked(open_page, live_server):
    page = open_page()
    page.click(DANGER)
    reference_in(page)

    page.click("text=Mark it on a map")
    expect(page.locator(".map")).to_be_focused()
    for key in ("+", "ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    expect(page.locator("#pin [role=status]")).to_contain_text("Near ")
    page.click("text=Use this place")

    expect(page.locator("#known")).to_contain_text("We know the place")
    assert Report.objects.get().positions.get().source == "PIN"
    assert all(url.startswith(live_server.url) for _, url in page.asked)
    assert page.complaints == []


def test_without_script_it_all_works(open_page):
    page = open_page(java_script_enabled=False)

    page.click(DANGER)
    page.select_option("#area", "95")
    page.click("text=Send this place")
    page.select_option("#area", "9502")
    page.fill("#landmark", "Blue pier")
    page.click("text=Send this place")
    page.click("text=Look again")

    assert reference_in(page) == Report.objects.get().reference
    assert Report.objects.get().district_id == "9502"
    assert "token" not in page.url
    assert page.locator("text=Mark it on a map").is_hidden()


def test_the_receipt_is_shown_in_the_other_language_without_being_lost(open_page):
    page = open_page("/th/now/")
    page.click(DANGER)
    reference = reference_in(page)

    page.click("#languages summary")
    page.click("text=English")

    assert reference_in(page) == reference
    expect(page.locator("#read")).to_contain_text("Nobody has read it yet.")


@pytest.mark.parametrize("address", ["/th/", "/th/now/", "/th/form/", "/en/now/"])
def test_targets_are_large_and_nothing_is_wider_than_the_phone(open_page, address):
    page = open_page(address)

    sizes = page.eval_on_selector_all(
        "a, button, summary, select, textarea, fieldset label",
        "all => all.filter(e => e.offsetParent && getComputedStyle(e).display != 'inline')"
        ".map(e => [e.textContent.trim().slice(0, 20), Math.round(e.getBoundingClientRect().height)])",
    )

    assert [(what, height) for what, height in sizes if height < 48] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert re.search("Noto Sans Thai", page.evaluate("getComputedStyle(document.body).fontFamily"))
