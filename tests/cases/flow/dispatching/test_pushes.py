"""The officers of an agency that was asked get a push, besides the agency's message and never instead of it."""

from datetime import timedelta

import pytest

from agencies.models import ContactPoint, Duty, Notification, Role
from agencies.reach import push
from agencies.reach.subscription import Subscription
from cases.flow import dispatching
from cases.models import Dispatch
from cases.privacy.actor import Actor
from cases.reads import case_file
from protectu.gateways import WebPush
from tests.cases.flow.dispatching.test_answering import asked, take
from tests.conftest import make_alert, make_officer
from tests.providers.push import Browser, encoded, raw

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def configured(settings):
    key = encoded(bytes(range(1, 33)))
    settings.WEB_PUSH = WebPush(key, "mailto:desk@portal.example", ("push.example",))
    settings.TRANSPORTS = ["EMAIL", "WEB_PUSH"]


def switch_on(officer, now, *, number: int = 1) -> ContactPoint:
    browser = Browser(number)
    point = raw(browser.private_key.public_key())
    subscription = Subscription(f"https://push.example/{officer.username}/{number}", point, browser.secret)
    return push.switch_on(officer=officer, subscription=subscription, now=now)


def pushed(name: str = "") -> list[str]:
    """Whose phones lit up, in the order of their names."""
    messages = Notification.objects.filter(
        transport="WEB_PUSH", dedupe_key__contains=f"/{name}/" if name else "push/"
    )
    return sorted(messages.values_list("contact_point__officer__username", flat=True))


def test_the_officers_of_an_agency_that_is_asked_hear_it(directory, pim, anong, krit, now):
    tam = make_officer("Tam", pim.agency, Role.AGENCY)
    for officer in (pim, tam, anong):
        switch_on(officer, now)

    make_alert(now=now)

    assert pushed("asked") == ["anong", "pim", "tam"]


def test_it_comes_besides_the_contact_point(directory, pim, now):
    switch_on(pim, now)

    case = make_alert(now=now).case

    dispatch = asked(case, "Betong Police")
    assert [message.transport for message in dispatch.notifications.all()] == ["EMAIL"]
    assert pushed() == ["pim"]


def test_a_phone_alone_does_not_make_an_agency_reachable(directory, pim, now):
    pim.agency.contact_points.all().delete()
    switch_on(pim, now)

    case = make_alert(now=now).case

    line = next(line for line in case_file.asked(case) if line.dispatch.agency == pim.agency)
    assert line.is_unreachable
    assert pushed() == ["pim"]


def test_where_duty_is_planned_only_who_is_on_duty_hears_it(directory, pim, anong, now):
    tam = make_officer("Tam", pim.agency, Role.AGENCY)
    for officer in (pim, tam, anong):
        switch_on(officer, now)
    hour = timedelta(hours=1)
    Duty.objects.create(agency=pim.agency, officer=tam, planned_by=pim, starts_at=now - hour, ends_at=now + hour)

    make_alert(now=now)

    assert pushed() == ["anong", "tam"]  # Yala's desk plans no duty


def test_in_a_gap_of_duty_no_phone_is_woken(directory, pim, now):
    switch_on(pim, now)
    ended = {"starts_at": now - timedelta(hours=3), "ends_at": now - timedelta(hours=1)}
    Duty.objects.create(agency=pim.agency, officer=pim, planned_by=pim, **ended)

    make_alert(now=now)

    assert pushed() == []


@pytest.mark.parametrize(
    "change", [{"is_active": False}, {"role": Role.ADMIN}], ids=["a login that was closed", "who sees no cases"]
)
def test_who_must_not_hear_of_cases_hears_nothing(directory, pim, now, change):
    switch_on(pim, now)
    for name, value in change.items():
        setattr(pim, name, value)
    pim.save()

    make_alert(now=now)

    assert pushed() == []


def test_who_moved_to_another_agency_hears_what_that_one_is_asked(directory, pim, pattani_desk, now):
    switch_on(pim, now)
    pim.agency = pattani_desk
    pim.save()

    make_alert(now=now)

    assert pushed() == []


def test_a_browser_that_is_gone_or_switched_off_is_not_told(directory, pim, anong, now):
    gone, off = switch_on(pim, now), switch_on(anong, now)
    ContactPoint.objects.filter(pk=gone.pk).update(failing_since=now)
    push.switch_off(browser=off, now=now)

    make_alert(now=now)

    assert pushed() == []


def test_without_web_push_nothing_is_asked_of_the_database(
    directory, pim, now, settings, django_assert_max_num_queries
):
    switch_on(pim, now)
    settings.TRANSPORTS = ["EMAIL"]

    make_alert(now=now)

    assert pushed() == []


def test_a_sealed_case_lights_up_custodians_phones_only(directory, dao, anong, pim, yala_shelter, now):
    mali = make_officer("Mali", yala_shelter, Role.AGENCY)
    for officer in (dao, anong, pim, mali):
        switch_on(officer, now)
    case = make_alert(now=now, officials_involved=True).case

    respond = Dispatch.Purpose.RESPOND
    dispatching.dispatch_to(case=case, agencies=[yala_shelter], by=Actor.of(dao), now=now, purpose=respond)

    assert case.dispatches.filter(agency=yala_shelter).exists()
    assert pushed() == ["dao"]


def test_when_somebody_holds_it_the_other_phones_hear_that_too(directory, pim, anong, now):
    switch_on(pim, now)
    switch_on(anong, now)
    case = make_alert(now=now).case

    take(asked(case, "Betong Police"), now)

    assert pushed("taken") == ["anong"]


def test_a_reminder_reaches_the_phone(directory, pim, now):
    switch_on(pim, now)
    case = make_alert(now=now).case
    take(asked(case, "Betong Police"), now)

    dispatching.escalate_overdue(now=asked(case, "Betong Police").reminder_due_at)

    assert pushed("reminder") == ["pim"]


def test_a_locked_screen_shows_no_name_no_place_and_no_reference(directory, pim, anong, now):
    switch_on(pim, now)
    switch_on(anong, now)
    case = make_alert(now=now, narrative="Suda says they are at the blue gate", contact="0812345678").case
    take(asked(case, "Betong Police"), now)

    for message in Notification.objects.filter(transport="WEB_PUSH"):
        words = f"{message.subject} {message.body}"
        assert not any(
            word in words for word in (case.reference, "Betong", "เบตง", "Suda", "gate", "0812345678", "http", "5.77")
        )


def test_an_exercise_says_so(directory, pim, now):
    switch_on(pim, now)

    make_alert(now=now, is_exercise=True)

    assert "EXERCISE" in Notification.objects.get(transport="WEB_PUSH").subject
