"""A moment in the future, written while a clock was ahead, silences no alarm and keeps nobody from anything."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.db.models.functions import Now

from agencies import clock
from agencies.models import ContactPoint, LineTries, Notification, VerificationCode
from agencies.reach import budgets, gathering, refusals, verification
from cases.flow import attaching, contacting, conversing, dispatching, wishes
from cases.flow.attaching import Given
from cases.flow.conversing import Said
from cases.flow.dispatching import exact_place
from cases.flow.wishes import Reaching
from cases.models import AcknowledgementLink, Bundle, Canary, Consent, Conversation, Report, ReturnCode
from cases.privacy.actor import Actor
from cases.privacy.networks import network_of
from cases.privacy.safe_contact import Reach
from cases.reads import canaries, floods
from tests import files
from tests.conftest import BETONG, make_alert

pytestmark = pytest.mark.django_db

DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)
LINE_ID = "U" + 32 * "b"
PIN = "2468"


@pytest.fixture
def now():
    return clock.now()


@pytest.fixture
def sent_tomorrow(directory, now):
    """Ten messages to one address, sent by a clock that was a day ahead."""
    point = ContactPoint.objects.usable().first()
    for n in range(10):
        Notification.objects.create(
            contact_point=point, dedupe_key=f"{n}", due_at=now, created_at=now, state="SENT", sent_at=Now() + DAY
        )
    return point


def test_messages_sent_tomorrow_let_no_other_one_wait(sent_tomorrow):
    found = Notification.objects.annotate(is_crowded=gathering.has_had_many())

    assert not any(message.is_crowded for message in found)


def test_messages_sent_tomorrow_have_spent_nothing(sent_tomorrow, settings):
    settings.BUDGETS = {"EMAIL": (5, 5)}

    assert not budgets.is_spent_for(Notification.objects.first())


def test_refusals_of_tomorrow_are_no_trouble_of_ours_today_and_what_was_taken_tomorrow_ends_none(directory):
    for n, point in enumerate(ContactPoint.objects.usable()[: refusals.SEVERAL]):
        said = {"contact_point": point, "dedupe_key": f"{n}", "due_at": Now(), "created_at": Now()}
        Notification.objects.create(**said, state="FAILED", refused_at=Now() + DAY)
    tomorrow = refusals.are_ours("EMAIL")
    Notification.objects.update(refused_at=Now() - SECOND)
    Notification.objects.create(**{**said, "dedupe_key": "taken"}, state="SENT", sent_at=Now() + DAY)

    assert (tomorrow, refusals.are_ours("EMAIL")) == (False, True)


def test_a_canary_of_tomorrow_is_none_of_late(db, settings, now):
    settings.CANARY_ADDRESS = "canary@portal.example"
    Canary.objects.create(pressed_at=now + DAY, accepted_ms=1, handed_ms=1)

    assert not Canary.objects.within(settings.CANARY_EVERY).exists()
    assert canaries.finding() == {"canary_late": 1}
    assert canaries.last(now=now) is None


def test_a_bundle_of_tomorrow_takes_nothing_in(areas, now):
    Bundle.objects.create(network="n", of_many=21, opened_at=now + DAY)

    assert not Bundle.objects.taking_in(["n"], province=None, is_sealed=False, now=now).exists()


def test_reports_of_tomorrow_are_no_flood(directory, now, settings):
    settings.FLOOD_LIMIT = 2
    network = network_of("203.0.113.9", now=now)
    for _ in range(5):
        report = make_alert(now=now)
        Report.objects.filter(pk=report.pk).update(network=network.current, received_at=now + DAY)

    assert floods.judge(network, point=BETONG, is_danger=False, now=now).count == 1
    assert floods._is_new(BETONG, network, now=now)


def test_a_press_tomorrow_is_not_the_answer_to_the_press_of_today(directory, now):
    first = make_alert(now=now + DAY, submission="a key")

    assert make_alert(now=now, submission="a key") != first


def test_files_of_tomorrow_fill_nothing_today(alert, now, settings):
    settings.ATTACHMENT_BYTES_A_DAY = 2
    attaching.attach(report=alert, files=[Given(files.photo(), 2)], now=now + DAY)

    taken = attaching.attach(report=alert, files=[Given(files.photo(), 2)], now=now)

    assert taken.declined == []


def test_codes_of_tomorrow_keep_nobody_from_a_code_today(betong_police, pim, now):
    point = ContactPoint.objects.create(agency=betong_police, address="new@agency.example", audience="DUTY")
    for _ in range(verification.MOST_FOR_ONE):
        verification.send_code(contact_point=point, by=pim, now=now + DAY)

    verification.send_code(contact_point=point, by=pim, now=now)

    assert VerificationCode.objects.filter(made_at=now).exists()


def test_wrong_codes_of_tomorrow_silence_no_chat_today(db, now):
    for _ in range(VerificationCode.TRIES):
        verification.bind_line(code="12345678", line_id=LINE_ID, now=now + DAY)

    verification.bind_line(code="12345678", line_id=LINE_ID, now=now)

    assert LineTries.objects.get().wrong == 1


@pytest.fixture
def link(directory, betong_police, now):
    """Of an agency that has taken the case, so that its PIN opens the place."""
    betong_police.pin_hash = make_password(PIN)
    betong_police.save()
    dispatch = make_alert(now=now).case.dispatches.get(agency=betong_police)
    by = Actor.link_holder(dispatch)
    dispatch = dispatching.acknowledge(dispatch=dispatch, name="Wichai", arrival_minutes=5, by=by, now=now)
    link, _token = AcknowledgementLink.mint(dispatch, now=now)
    link.save()
    return link


def test_a_lock_of_tomorrow_lets_the_right_pin_in_today(link, now):
    for _ in range(exact_place.GUESSES):
        with pytest.raises(dispatching.PlaceRefused):
            dispatching.open_place(link=link, pin="0000", now=now + DAY)

    assert dispatching.open_place(link=link, pin=PIN, now=now)


def test_an_attack_of_tomorrow_slows_nobody_down_today(alert, now):
    code = ReturnCode(wrong_tries=99, last_wrong_at=now + DAY)

    assert not code.is_under_attack(within=HOUR, more_than=10, now=now)


def test_an_override_of_tomorrow_opens_nothing_today(alert, anong, now):
    contacting.open_contact(report=alert, reason="A child", by=anong, now=now + DAY)

    assert not Reach.of(Report.objects.get(pk=alert.pk), now=now).is_open


def test_a_permission_of_tomorrow_is_over_when_the_person_says_no_today(alert, now):
    for said, at in [("ANY_TIME", now + DAY), ("DO_NOT_CONTACT", now)]:
        wishes.say_how_to_reach(report=alert, safe_contact=Report.SafeContact(said), reaching=Reaching(), now=at)

    assert Reach.of(Report.objects.get(pk=alert.pk), now=now).is_forbidden


def test_a_consent_of_tomorrow_can_be_taken_back_today(alert, now):
    for given, at in [(True, now + DAY), (False, now)]:
        wishes.say_who_may_know(report=alert, said={Consent.Recipient.POLICE: given}, language="th", now=at)

    assert [consent.is_given for consent in alert.consents.active()] == [False]


def test_who_first_wrote_tomorrow_is_heard_today(directory, now):
    for at in (now + DAY, now):
        conversing.hear(said=Said(line_id=LINE_ID, text="Help us", at=at), now=at)

    assert Conversation.objects.get().report.messages.count() == 1
