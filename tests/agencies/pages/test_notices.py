"""The page on which an officer switches messages on in a browser, tests them, and switches them off."""

import json

import pytest

from agencies.models import ContactPoint, Notification, Role
from agencies.pages.notices import Browser as Row
from agencies.reach import delivery, push
from agencies.reach.subscription import Subscription
from tests.agencies.reach.transports.test_web_push import identity
from tests.conftest import make_officer
from tests.providers.push import PushService

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(started, settings) -> PushService:
    server = started(PushService())
    settings.WEB_PUSH, settings.TRANSPORTS = identity(), ["EMAIL", "WEB_PUSH"]
    server.server_key = settings.WEB_PUSH.public_key
    return server


@pytest.fixture
def pims(client, pim):
    """Pim's browser."""
    client.force_login(pim)
    return client


def switch_on(client, subscription: str) -> str:
    return client.post("/notices/on/", {"subscription": subscription}, follow=True).content.decode()


def switched_on(officer) -> list[ContactPoint]:
    return list(push.browsers_of(officer))


def test_a_browser_is_switched_on_tested_and_switched_off(service, pims, pim):
    assert "Messages are switched on in this browser" in switch_on(pims, service.subscribe())
    [row] = switched_on(pim)
    assert (row.officer, row.agency, row.transport) == (pim, pim.agency, "WEB_PUSH")

    assert "A test is on its way" in pims.post(f"/notices/{row.pk}/test/", follow=True).content.decode()
    delivery.deliver_due(transport="WEB_PUSH")
    assert "A test." in service.shown()[0]["text"]

    assert "switched off" in pims.post(f"/notices/{row.pk}/off/", follow=True).content.decode()
    assert switched_on(pim) == []


def test_where_it_was_reached_is_forgotten_when_it_is_switched_off(service, pims, pim):
    switch_on(pims, service.subscribe())
    [row] = switched_on(pim)
    push.send_test(browser=row, now=row.verified_at)  # a message points to the row, so that it has to stay

    pims.post(f"/notices/{row.pk}/off/")

    row.refresh_from_db()
    assert row.address == "-"
    assert row.removed_at


def test_the_same_browser_twice_is_one(service, pims, pim):
    subscription = service.subscribe()
    switch_on(pims, subscription)
    [first] = switched_on(pim)
    ContactPoint.objects.filter(pk=first.pk).update(failing_since=first.verified_at)

    switch_on(pims, subscription)

    [row] = switched_on(pim)
    assert (row.pk, row.failing_since) == (first.pk, None)


def test_a_sixth_browser_takes_the_place_of_the_oldest(service, pims, pim):
    for _ in range(push.MOST_BROWSERS):
        switch_on(pims, service.subscribe())
    _, second, *_ = switched_on(pim)

    switch_on(pims, service.subscribe())

    rows = switched_on(pim)
    assert len(rows) == push.MOST_BROWSERS
    assert rows[0] == second


def test_a_second_test_within_a_minute_is_not_sent(service, pims, pim):
    switch_on(pims, service.subscribe())
    [row] = switched_on(pim)
    pims.post(f"/notices/{row.pk}/test/")

    answers = [pims.post(f"/notices/{row.pk}/test/", follow=True).content.decode() for _ in range(2)]

    assert "within this minute" in answers[-1]  # a minute may have begun between the first two
    assert Notification.objects.count() <= 2


@pytest.mark.parametrize(
    "said", ["", "x", "{}", "[]", json.dumps({"endpoint": "https://agency.example/"}), "x" * 5000]
)
def test_what_no_browser_gives_switches_nothing_on_and_is_said(service, pims, pim, said):
    assert "Nothing was switched on" in switch_on(pims, said)

    assert switched_on(pim) == []


def test_nobody_touches_anothers_browser(service, client, pims, pim, betong_police):
    switch_on(pims, service.subscribe())
    [row] = switched_on(pim)
    client.force_login(make_officer("Tam", betong_police, Role.AGENCY))

    assert [client.post(f"/notices/{row.pk}/{verb}/").status_code for verb in ("off", "test")] == [404, 404]
    assert f"/notices/{row.pk}/" not in client.get("/notices/").content.decode()


def test_the_agencys_page_and_the_directory_say_nothing_of_it(service, pims, pim, client, krit):
    switch_on(pims, service.subscribe())
    client.force_login(krit)

    page = client.get(f"/directory/{pim.agency_id}/").content.decode()

    assert "browser" not in page


def test_a_portal_without_a_key_says_so(pims, settings):
    settings.WEB_PUSH = None

    page = pims.get("/notices/").content.decode()

    assert "not set up for it yet" in page
    assert "push.js" not in page


def test_the_page_says_what_a_locked_screen_shows(service, pims):
    page = pims.get("/notices/").content.decode()

    assert "What a locked screen shows" in page
    assert "Your agency is asked. Please log in." in page


def test_only_this_page_may_start_a_worker(service, pims):
    assert "worker-src 'self'" in pims.get("/notices/")["Content-Security-Policy"]
    for other in ("/asked/", "/th/", "/th/now/", "/login/"):
        assert "worker-src" not in pims.get(other)["Content-Security-Policy"]


def test_the_worker_is_a_script_under_the_page_for_officers_only(service, client, pims):
    answer = pims.get("/notices/worker.js")
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    assert "Service-Worker-Allowed" not in answer.headers  # so its scope is /notices/ at most
    assert 'Listener("fetch"' not in answer.content.decode()  # it stands between no page and the server

    client.logout()
    assert client.get("/notices/worker.js").status_code == 302


def test_a_browser_of_a_push_service_that_is_allowed_no_longer_is_still_listed(service, pims, pim, settings):
    switch_on(pims, service.subscribe())
    [row] = switched_on(pim)
    settings.WEB_PUSH = identity(test_hosts=())

    assert Row.of(row).mark == ""
    assert f"/notices/{row.pk}/off/" in pims.get("/notices/").content.decode()


def test_a_browser_that_is_gone_is_named_and_cannot_be_tested(service, pims, pim):
    switch_on(pims, service.subscribe())
    [row] = switched_on(pim)
    ContactPoint.objects.filter(pk=row.pk).update(failing_since=row.verified_at)

    page = pims.get("/notices/").content.decode()

    assert "No longer reached" in page
    assert f"/notices/{row.pk}/test/" not in page


def test_the_keys_of_a_browser_are_kept_and_nothing_else_it_says(service, pims, pim):
    said = {**json.loads(service.subscribe()), "secret": "x", "expirationTime": 7}

    switch_on(pims, json.dumps(said))

    [row] = switched_on(pim)
    assert set(json.loads(row.address)) == {"endpoint", "keys"}
    assert Subscription.parse(row.address).endpoint == said["endpoint"]
