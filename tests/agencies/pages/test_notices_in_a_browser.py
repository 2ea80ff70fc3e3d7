"""The page's script and its worker in a real browser. Only the subscribing is ours: no push service is in reach."""

import json
import threading

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as configured
from django.db import connections
from playwright.sync_api import expect

from agencies.models import ContactPoint, Notification
from agencies.reach import delivery
from tests.agencies.reach.transports.test_web_push import identity
from tests.providers.push import PushService
from tests.stack import wait_for

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
# What the browser would get from its push service; kept over the pages of one tab, as the browser keeps its own.
SUBSCRIBING = """
  const KEPT = "subscription";
  const alive = () => {
    const said = JSON.parse(sessionStorage.getItem(KEPT));
    return said && {
      endpoint: said.endpoint,
      toJSON: () => said,
      unsubscribe: async () => { sessionStorage.removeItem(KEPT); return true; },
    };
  };
  PushManager.prototype.getSubscription = async () => alive();
  PushManager.prototype.subscribe = async (options) => {
    if (%(fails)s) throw new DOMException("push service error", "AbortError");
    const key = btoa(String.fromCharCode(...new Uint8Array(options.applicationServerKey)));
    sessionStorage.setItem("key", key);
    sessionStorage.setItem("visible", options.userVisibleOnly);
    sessionStorage.setItem(KEPT, %(subscription)s);
    return alive();
  };
"""


@pytest.fixture
def service(started, settings) -> PushService:
    server = started(PushService())
    settings.WEB_PUSH, settings.TRANSPORTS = identity(), ["EMAIL", "WEB_PUSH"]
    server.server_key = settings.WEB_PUSH.public_key
    return server


@pytest.fixture
def open_page(browser, live_server, client, pim, service):
    """Pim's phone, logged in, at the page."""
    contexts = []

    def open_page(*, permission="granted", fails=False, language="en", width=360, stub=True):
        pim.language = language
        pim.save()
        client.force_login(pim)
        size = {"width": width, "height": 740}
        context = browser.new_context(base_url=live_server.url, viewport=size, locale="th-TH")
        contexts.append(context)
        cookie = client.cookies[configured.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": configured.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        if permission == "granted":
            context.grant_permissions(["notifications"], origin=live_server.url)
        words = {"fails": json.dumps(fails), "subscription": json.dumps(service.subscribe())}
        if stub:
            context.add_init_script(SUBSCRIBING % words)
        if permission == "denied":
            context.add_init_script("Object.defineProperty(Notification, 'permission', {get: () => 'denied'});")
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda said: page.complaints.append(said.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto("/notices/")
        return page

    yield open_page
    for context in contexts:
        context.close()


ON = "Messages are switched on in this browser."


def switch_on(page) -> None:
    page.get_by_role("button", name="Switch on in this browser").click()
    expect(page.locator("[data-when=on]")).to_be_visible()


def test_switched_on_pushed_shown_and_switched_off(open_page, service, pim):
    page = open_page()
    switch_on(page)
    row = ContactPoint.objects.get(officer=pim)
    assert page.evaluate("sessionStorage.getItem('visible')") == "true"
    expect(page.locator(".this-one")).to_be_visible()

    page.get_by_role("button", name="Send a test").click()
    expect(page.get_by_text("A test is on its way")).to_be_visible()
    deliver()
    [said] = service.shown()  # encrypted by us, decrypted by the browser behind the push service

    shown = worker_shows(page, json.dumps(said))
    assert (shown["title"], shown["body"], shown["tag"]) == ("PROTECT-U", said["text"], said["tag"])

    page.get_by_role("button", name="Switch off").click()
    expect(page.get_by_role("button", name="Switch on in this browser")).to_be_visible()
    row.refresh_from_db()
    assert row.removed_at
    assert page.evaluate("sessionStorage.getItem('subscription')") is None
    assert page.complaints == []


def deliver() -> None:
    """In a thread of its own: in this one the browser's driver keeps an event loop."""

    def work() -> None:
        delivery.deliver_due(transport="WEB_PUSH")
        connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(30)


def worker_shows(page, pushed: str) -> dict[str, str]:
    """The browser hands `pushed` to the real worker, as its push service would have it do."""
    session = page.context.new_cdp_session(page)
    found = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda said: found.extend(said["registrations"]))
    session.send("ServiceWorker.enable")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    [ours] = [registration for registration in found if registration["scopeURL"].endswith("/notices/")]
    origin = page.evaluate("location.origin")
    session.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": origin, "registrationId": ours["registrationId"], "data": pushed},
    )
    seen = """async () => {
      const registration = await navigator.serviceWorker.getRegistration("/notices/");
      const [one] = await registration.getNotifications();
      return one && {title: one.title, body: one.body, tag: one.tag};
    }"""
    # Not `wait_for_function`: a promise counts there as true before it is kept.
    return wait_for(lambda: page.evaluate(seen), what="the notice to be shown")


def test_a_push_that_says_nothing_is_shown_all_the_same(open_page):
    page = open_page()
    switch_on(page)

    shown = worker_shows(page, "")

    assert (shown["title"], shown["body"]) == ("PROTECT-U", "Please log in.")


RENEWED = "(fresh) => { PushManager.prototype.subscribe = async () => ({ toJSON: () => fresh }); }"


def test_a_browser_whose_push_service_gave_it_another_address_tells_the_portal(open_page, service, pim):
    page = open_page()
    switch_on(page)
    [worker] = page.context.service_workers
    worker.evaluate(RENEWED, json.loads(service.subscribe()))

    worker.evaluate("renew({})")

    wait_for(lambda: ContactPoint.objects.of_officers().count() == 2, what="the new address")
    newest = ContactPoint.objects.of_officers().order_by("-pk")[0]
    assert f"{service.root}/push/2" in newest.address
    assert 'addEventListener("pushsubscriptionchange"' in page.request.get("/notices/worker.js").text()
    assert page.complaints == []


def test_an_officer_who_is_logged_out_hears_that_messages_no_longer_come(open_page, service, pim):
    page = open_page()
    switch_on(page)
    [worker] = page.context.service_workers
    worker.evaluate(RENEWED, json.loads(service.subscribe()))
    page.context.clear_cookies()

    worker.evaluate("renew({}).catch(warn)")

    shown = worker.evaluate("self.registration.getNotifications().then((all) => all.map((one) => one.body))")
    assert shown == ["Messages no longer reach this browser. Please log in and switch them on again."]
    assert ContactPoint.objects.of_officers().count() == 1


def test_the_worker_controls_this_page_and_no_other(open_page, directory):
    page = open_page()
    switch_on(page)

    for address in ("/asked/", "/th/", "/th/now/"):
        page.goto(address)
        assert page.evaluate("navigator.serviceWorker.controller") is None
        assert page.evaluate("navigator.serviceWorker.getRegistration().then((found) => !found)")


def test_the_browser_subscribes_with_our_key(open_page, service):
    page = open_page()
    switch_on(page)

    key = page.evaluate("sessionStorage.getItem('key')")

    assert key.replace("+", "-").replace("/", "_").rstrip("=") == service.server_key


def test_a_browser_that_was_told_no_says_what_to_do(open_page):
    page = open_page(permission="denied")

    expect(page.get_by_text("Allow notifications for it in the browser's settings")).to_be_visible()
    expect(page.get_by_role("button", name="Switch on in this browser")).to_be_hidden()


def test_a_push_service_that_is_not_reached_is_said(open_page, pim):
    page = open_page(fails=True)

    page.get_by_role("button", name="Switch on in this browser").click()

    expect(page.get_by_text("does not reach its push service")).to_be_visible()
    assert not ContactPoint.objects.filter(officer=pim).exists()


def test_a_browser_that_cannot_says_so(open_page):
    page = open_page(stub=False)
    page.context.add_init_script("delete window.PushManager;")

    page.reload()

    expect(page.get_by_text("This browser cannot show such messages")).to_be_visible()


def test_a_browser_that_its_push_service_forgot_is_switched_on_again(open_page, service, pim, now):
    page = open_page()
    switch_on(page)
    ContactPoint.objects.filter(officer=pim).update(failing_since=now)
    page.reload()
    expect(page.get_by_text("No longer reached")).to_be_visible()
    fresh = service.subscribe(path="/push/fresh")

    page.evaluate(
        "said => { PushManager.prototype.subscribe = async () => ({toJSON: () => said}); }", json.loads(fresh)
    )
    page.get_by_role("button", name="Switch on in this browser").click()

    expect(page.get_by_text("A browser of yours")).to_be_visible()
    assert ContactPoint.objects.ready_to_push().filter(officer=pim).count() == 1


def test_the_page_is_fit_for_everybody(open_page):
    page = open_page()
    switch_on(page)

    assert Axe().run(page, options=WCAG).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_nothing_is_owed_by_looking(open_page):
    open_page()

    assert not Notification.objects.exists()
