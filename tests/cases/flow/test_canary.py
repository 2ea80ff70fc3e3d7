"""A canary goes the real way, is told to the test address alone, and leaves nothing behind."""

from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from agencies.models import Agency, ContactPoint, Notification
from agencies.reach import phone
from cases.flow import canary, dispatching, intake
from cases.flow.dispatching.standing import Standing
from cases.models import Canary, Case, CaseEvent, Dispatch, Report
from cases.privacy import history, submissions, visibility
from cases.privacy.actor import SYSTEM
from cases.reads import audit, preflight
from cases.rings.choosing import Target
from tests.conftest import NOW, make_alert
from tests.later import tokens_see

pytestmark = pytest.mark.django_db

ADDRESS = "canary@portal.example"


@pytest.fixture(autouse=True)
def on(settings):
    settings.CANARY_ADDRESS = ADDRESS


@pytest.fixture
def by_client(client, monkeypatch):
    """The press through Django's test client, in this transaction; a test below presses over a socket."""

    def press(url, fields):
        answer = client.post(reverse("public-now", kwargs={"language": "th"}), fields)
        assert answer.status_code == 200
        return 12

    monkeypatch.setattr(phone, "press", press)


@pytest.fixture
def flown(by_client, directory) -> Canary:
    """One that was pressed just now."""
    canary.tend(now=timezone.now())
    return Canary.objects.get()


def later(span: timedelta) -> None:
    Canary.objects.update(pressed_at=F("pressed_at") - span)


def send_all() -> None:
    Notification.objects.update(state="SENT", sent_at=timezone.now(), body="")


def test_nobody_hears_of_it_but_the_test_address(flown):
    [notification] = Notification.objects.all()
    [dispatch] = Dispatch.objects.all()

    assert notification.contact_point.address == ADDRESS
    assert dispatch.why == Dispatch.Why.CANARY
    assert dispatch.agency.is_canary
    assert Case.objects.get().plan["rings"][0]["tells"] == ["CANARY"]


def test_its_way_is_timed_and_its_case_closed(flown):
    send_all()

    canary.tend(now=timezone.now())

    flown.refresh_from_db()
    assert flown.accepted_ms == 12
    assert 0 <= flown.handed_ms < 60_000
    assert (flown.case.closure_reason, flown.case.dispatches.live().count()) == ("EXERCISE", 0)
    assert history.first_broken_line(flown.case) is None


def test_the_next_goes_out_when_the_interval_has_passed(flown, settings):
    canary.tend(now=timezone.now())
    before = Canary.objects.count()
    later(settings.CANARY_EVERY)

    canary.tend(now=timezone.now())

    assert before == 1
    assert Canary.objects.count() == 2


def test_without_an_address_there_is_none(settings, directory):
    settings.CANARY_ADDRESS = ""

    canary.tend(now=timezone.now())

    assert not Canary.objects.exists()
    assert not Report.objects.exists()


def test_no_officer_sees_it_anywhere(flown, anong, somchai, dao, krit, client):
    for officer in (anong, somchai, dao, krit):
        assert not visibility.cases_for(officer).exists()
        assert not visibility.reports_for(officer).exists()
    client.force_login(somchai)
    for page in ("/desk/", "/map/?exercises=on", "/directory/"):
        answer = client.get(page)
        assert flown.case.reference not in answer.text
        assert "Canary" not in answer.text


def test_an_ordinary_exercise_is_still_seen(directory, anong):
    report = make_alert(is_exercise=True)

    assert visibility.cases_for(anong).get() == report.case


def test_no_agency_can_be_told_of_a_canary_and_no_canary_agency_of_a_case(flown, alert, betong_police, now):
    mailbox = Agency.objects.canary().get()
    by = {"due_in": timedelta(minutes=5), "by": SYSTEM, "now": now}

    with pytest.raises(dispatching.NotAllowed), transaction.atomic():
        dispatching.asking.ask(Standing.of(flown.case), [Target(betong_police, Dispatch.Why.CHOSEN)], **by)
    with pytest.raises(dispatching.NotAllowed), transaction.atomic():
        dispatching.asking.ask(Standing.of(alert.case), [Target(mailbox, Dispatch.Why.CHOSEN)], **by)


@pytest.mark.parametrize("key", ["canary", "", "canary:1a2b3c:forged", "new", "exercise"])
def test_who_has_not_our_signing_key_sends_a_real_alert(client, directory, key):
    keys = {"new": submissions.new_key(), "exercise": submissions.new_exercise_key()}

    client.post("/th/now/", {**canary.PLACE, "key": keys.get(key, key), "may_tell": "NEAREST_HELP", "is_canary": "1"})

    case = Case.objects.get()
    assert not case.is_canary
    assert case.dispatches.exists()


def test_a_key_of_two_minutes_ago_makes_no_canary(monkeypatch):
    key = submissions.new_canary_key()
    tokens_see(monkeypatch, seconds=121)

    assert not submissions.is_canary_key(key)
    assert submissions.read_key(key)[1]


# ---- when it does not get through -----------------------------------------------------------------------------


def test_a_mail_server_that_does_not_take_it_is_noticed(flown, settings):
    later(settings.CANARY_EVERY)

    canary.tend(now=timezone.now())

    flown.refresh_from_db()
    assert flown.failure == "NOT_SENT"
    assert flown.case.closed_at
    assert Notification.objects.filter(dispatches__case=flown.case).get().state == "CANCELLED"


@pytest.mark.parametrize(("error", "failure"), [(phone.NoPage, "NO_PAGE"), (phone.PressNotTaken, "NOT_TAKEN")])
def test_a_web_that_does_not_answer_is_noticed(monkeypatch, directory, error, failure):
    def press(url, fields):
        raise error("HTTP 503")

    monkeypatch.setattr(phone, "press", press)

    canary.tend(now=timezone.now())

    assert Canary.objects.get().failure == failure


def test_a_receipt_without_a_case_behind_it_is_noticed(monkeypatch, directory):
    monkeypatch.setattr(phone, "press", lambda url, fields: 5)

    canary.tend(now=timezone.now())

    assert Canary.objects.get().failure == "NOT_STORED"


def test_a_worker_that_died_in_the_press_leaves_a_failure_not_a_riddle(directory, settings, by_client):
    Canary.objects.create()
    later(settings.CANARY_EVERY)

    canary.tend(now=timezone.now())

    assert Canary.objects.order_by("pk").first().failure == "NOT_TAKEN"


def codes() -> dict[str, int]:
    return {finding.code: finding.count for finding in audit.findings(now=timezone.now()) if "canary" in finding.code}


def test_the_audit_finds_that_none_came_through_in_three_intervals(flown, settings):
    send_all()
    canary.tend(now=timezone.now())
    at_once = codes()
    later(3 * settings.CANARY_EVERY)

    assert at_once == {}
    assert codes() == {"canary_late": 1}


def test_one_that_failed_is_forgiven_while_another_came_through_lately(flown, settings):
    send_all()
    canary.tend(now=timezone.now())
    Canary.objects.create(failure="NO_PAGE")
    lately = codes()
    Canary.objects.filter(handed_ms__isnull=False).delete()

    assert lately == {}
    assert codes() == {"canary_failed": 1}


def test_health_and_metrics_tell_of_it(flown, client, settings):
    settings.METRICS_TOKEN = "token"
    send_all()
    canary.tend(now=timezone.now())

    told = client.get("/health/").json()["canary"]
    metrics = client.get("/metrics/", headers={"Authorization": "Bearer token"}).text

    assert told.keys() == {"age_seconds", "accepted_ms", "handed_ms"}
    assert "protectu_canary_accepted_seconds 0.012" in metrics
    assert "protectu_canary_age_seconds" in metrics


def test_preflight_says_when_there_is_none(directory, settings):
    on_codes = {check.code for check in preflight.checks(now=NOW) if not check.is_well}
    settings.CANARY_ADDRESS = ""

    assert "no_canary" not in on_codes
    assert "no_canary" in {check.code for check in preflight.checks(now=NOW) if not check.is_well}


# ---- what it leaves -------------------------------------------------------------------------------------------


@pytest.fixture
def as_app_role():
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {django_settings.DATABASE_APP_ROLE}")
        yield cursor
        cursor.execute("RESET ROLE")


def test_an_hour_later_nothing_is_left_of_it_but_the_outcome(flown, alert, as_app_role):
    send_all()
    canary.tend(now=timezone.now())
    Case.objects.filter(is_canary=True).update(closed_at=timezone.now() - timedelta(minutes=61))
    real = alert.case.events.count()

    canary.tend(now=timezone.now())

    flown.refresh_from_db()
    assert (flown.case, flown.handed_ms is None) == (None, False)
    assert [case.pk for case in Case.objects.all()] == [alert.case.pk]
    assert [report.pk for report in Report.objects.all()] == [alert.pk]
    assert CaseEvent.objects.count() == real > 0
    assert not Notification.objects.filter(contact_point__agency__is_canary=True).exists()


def test_the_history_of_a_real_case_cannot_be_removed_that_way(alert, as_app_role):
    before = alert.case.events.count()

    as_app_role.execute("SELECT cases_forget_canary(%s)", [alert.case.pk])

    assert alert.case.events.count() == before > 0


def test_nothing_becomes_a_canary_afterwards(alert, flown):
    for pk, to in ((alert.case.pk, True), (flown.case.pk, False)):
        with pytest.raises(IntegrityError, match="from its first moment"), transaction.atomic():
            Case.objects.filter(pk=pk).update(is_canary=to, is_exercise=True)


def test_the_app_role_cannot_take_that_wall_down(as_app_role):
    with pytest.raises(ProgrammingError, match="must be owner"), transaction.atomic():
        as_app_role.execute("DROP TRIGGER cases_case_canary_is_for_ever ON cases_case")


def test_outcomes_of_a_month_ago_are_removed(flown):
    later(timedelta(days=30))

    canary.tend(now=timezone.now())

    assert not Canary.objects.filter(pk=flown.pk).exists()


def test_the_mailbox_follows_the_setting_and_a_failing_one_is_tried_again(flown, settings):
    ContactPoint.objects.filter(agency__is_canary=True).update(failing_since=timezone.now())
    later(settings.CANARY_EVERY)
    settings.CANARY_ADDRESS = "another@portal.example"

    canary.tend(now=timezone.now())

    contact = ContactPoint.objects.get(agency__is_canary=True)
    assert (contact.address, contact.failing_since) == ("another@portal.example", None)
    assert Agency.objects.canary().count() == 1


@pytest.mark.parametrize("change", [{"is_active": True}, {"is_last_resort": True}, {"is_custodian": True}])
def test_the_canary_agency_is_nothing_else(flown, change):
    with pytest.raises(IntegrityError, match="canary_is_apart"), transaction.atomic():
        Agency.objects.canary().update(**change)


def test_a_canary_is_an_exercise(flown):
    with pytest.raises(DatabaseError, match="canary_is_an_exercise"), transaction.atomic():
        Case.objects.filter(is_canary=True).update(is_exercise=False)


def test_an_intake_without_a_test_address_row_still_takes_it(directory, now):
    """Its agency was removed by hand: the press is taken all the same, and turns up as a failure."""
    sent = intake.Sent(kind=Report.Kind.LOCATION_ALERT, language="th", is_exercise=True, is_canary=True)

    report = intake.receive(sent=sent, now=now)

    assert report.case.dispatches.count() == 0
