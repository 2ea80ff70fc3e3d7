"""For a red case an officer calls down the ladder, and presses once for what came of each call."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point
from django.urls import reverse
from django.utils import timezone

from agencies.management.geography import load_hotlines
from agencies.models import Agency, ContactPoint, Duty, Role
from cases.flow import dispatching
from cases.flow.dispatching.widening import widen
from cases.models import AccessEvent, CallNow, Case, Note, Report
from cases.privacy.actor import Actor
from cases.reads.ladder import ladder_of
from tests.cases.pages.conftest import words_of
from tests.conftest import make_alert, make_officer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def phones(directory):
    """Give each agency a number that belongs to nobody: 02 and zeros."""
    load_hotlines()
    for number, agency in enumerate(Agency.objects.order_by("pk")):
        Agency.objects.filter(pk=agency.pk).update(phone=f"02 000 000{number}")


def turned_red(**fields) -> Case:
    case = make_alert(now=timezone.now() - timedelta(minutes=30), **fields).case
    assert case
    while not case.red_since:
        assert case.next_ring_at
        dispatching.escalate_overdue(now=case.next_ring_at)
        case.refresh_from_db()
    return case


@pytest.fixture
def red() -> Case:
    return turned_red()


def names(case: Case) -> list[str]:
    return [rung.name for rung in ladder_of(case, now=timezone.now()).rungs]


def keys(case: Case) -> dict[str, str]:
    return {rung.name: rung.key for rung in ladder_of(case, now=timezone.now()).rungs}


def press(client, case: Case, whom: str, what: str, **said):
    said = {"rung": keys(case)[whom], "press": what, **said}
    return client.post(reverse("desk-called", args=[case.reference]), said, follow=True)


def page(client, case: Case) -> str:
    return words_of(client.get(reverse("desk-calls", args=[case.reference])))


# ---- Who stands on it --------------------------------------------------------------------------------------------


def test_first_those_who_would_hold_it_then_the_desks_then_the_hotlines(red):
    assert names(red)[:4] == ["Betong Police", "Betong Hospital", "Yala Desk", "National Desk"]
    assert list(keys(red).values())[4:] == ["number-191", "number-1300"]


def test_the_desk_of_the_place_stands_before_the_desks_next_door(directory, pattani_desk):
    found = names(turned_red())

    assert found.index("Yala Desk") < found.index("Pattani Desk")


def test_each_number_is_one_tap_away(desk, red):
    shown = page(desk, red)

    police = red.dispatches.get(agency__name_en="Betong Police").agency
    assert f'href="tel:{police.phone.replace(" ", "")}"' in shown
    assert 'href="tel:191"' in shown
    assert 'href="tel:1300"' in shown


def test_who_is_on_duty_is_called_before_the_office(red, yala_desk, somchai):
    now = timezone.now()
    shift = {"starts_at": now - timedelta(hours=1), "ends_at": now + timedelta(hours=1)}
    Duty.objects.create(agency=yala_desk, officer=somchai, phone="080 000 0000", planned_by=somchai, **shift)

    [rung] = [rung for rung in ladder_of(red, now=now).rungs if rung.name == "Yala Desk"]

    assert rung.numbers[0] == "080 000 0000"
    assert len(rung.numbers) == 2


def test_a_supervisors_mobile_is_a_rung_of_its_own(red, yala_desk, settings):
    settings.TRANSPORTS = [*settings.TRANSPORTS, "SMS"]
    now = timezone.now()
    ContactPoint.objects.create(
        agency=yala_desk,
        transport="SMS",
        audience="SUPERVISOR",
        address="+66800000000",
        verified_at=now,
        confirmed_at=now,
    )

    rungs = [rung for rung in ladder_of(red, now=now).rungs if rung.agency == yala_desk]

    assert [rung.numbers for rung in rungs] == [["+66800000000"]]


def test_who_allowed_social_workers_only_is_not_told_to_the_police_without_an_override(desk, anong):
    case = turned_red(may_tell=Report.MayTell.SOCIAL_WORKERS)

    beyond = [rung.number for rung in ladder_of(case, now=timezone.now()).rungs if rung.is_beyond]
    shown = page(desk, case)

    assert beyond == ["191"]
    assert 'href="tel:191"' not in shown
    assert "Beyond what the person allowed." in shown
    widen(case=case, reason="a child", by=anong, now=timezone.now())
    assert 'href="tel:191"' in page(desk, case)


def test_of_a_sealed_case_only_the_custodian_is_called(client, dao):
    case = turned_red(officials_involved=True)
    client.force_login(dao)

    assert names(case) == ["Custodian"]
    assert 'href="tel:191"' not in page(client, case)


def test_abroad_the_consular_line_is_first_among_the_hotlines(desk, yala_desk):
    case = turned_red(at=Point(101.030, 5.735, srid=4326))  # just across the line; Yala is named too

    numbers = [rung.number for rung in ladder_of(case, now=timezone.now()).rungs if rung.number]

    assert set(numbers[:2]) == {"025728442", "+66991301300"}
    assert "Thai officers cannot cross" in page(desk, case)


def test_an_agency_without_a_number_is_said_to_have_none(desk, red, betong_police):
    Agency.objects.filter(pk=betong_police.pk).update(phone="")

    assert "No telephone number is known: by radio, in person" in page(desk, red)


def test_the_next_to_call_is_open_and_moves_on(desk, red):
    before = ladder_of(red, now=timezone.now()).next
    press(desk, red, "Betong Police", "NO_ANSWER")

    after = ladder_of(red, now=timezone.now()).next

    assert (before.name, after.name) == ("Betong Police", "Betong Hospital")


# ---- One press ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["NO_ANSWER", "BUSY", "WRONG_NUMBER", "ANSWERED"])
def test_one_press_writes_the_call_down(desk, red, anong, betong_police, what):
    answer = press(desk, red, "Betong Police", what)

    note = Note.objects.get()
    assert (note.by, note.called.agency, note.call_result, note.means) == (anong, betong_police, what, "PHONE")
    assert "The call is written down." in words_of(answer)
    assert red.dispatches.unanswered().filter(agency=betong_police).exists()


def test_they_take_it_in_one_press_and_the_case_is_held(desk, red, betong_police):
    answer = press(desk, red, "Betong Police", "TOOK_IT")

    red.refresh_from_db()
    assert red.state == "held"
    assert red.dispatches.get(agency=betong_police).acknowledged_by_name == "by telephone"
    assert red.calls_to_make.get().result == CallNow.Result.HELD
    assert answer.redirect_chain[-1][0] == reverse("desk-case", args=[red.reference])


def test_contacted_by_radio_at_this_moment_answered_by(desk, red):
    press(desk, red, "Betong Police", "TOOK_IT", means="RADIO", answered_by="Sergeant Wichai", minutes="12")

    case_page = words_of(desk.get(reverse("desk-case", args=[red.reference])))
    assert "by radio · answered · Sergeant Wichai" in case_page
    assert "there in 12 minutes" in case_page


def test_they_cannot_with_a_reason_or_without(desk, red, betong_police, betong_hospital):
    press(desk, red, "Betong Police", "CANNOT")
    press(desk, red, "Betong Hospital", "CANNOT", reason="BUSY")

    reasons = red.dispatches.exclude(decline_reason="").values_list("agency", "decline_reason")
    assert dict(reasons) == {betong_police.pk: "UNSAID", betong_hospital.pk: "BUSY"}


def test_a_hotline_is_called_and_noted(desk, red):
    hotline = next(name for name, key in keys(red).items() if key == "number-191")

    press(desk, red, hotline, "ANSWERED", text="They send a car.")

    assert Note.objects.get().called_number == "191"
    shown = page(desk, red)
    assert "They send a car." in shown
    assert "191 · by telephone" in shown


def test_who_answered_for_themselves_meanwhile_is_not_called_any_more(desk, red, betong_police):
    key = keys(red)["Betong Police"]
    police = red.dispatches.get(agency=betong_police)
    dispatching.decline(dispatch=police, reason="BUSY", by=Actor.link_holder(police), now=timezone.now())

    address = reverse("desk-called", args=[red.reference])
    answer = desk.post(address, {"rung": key, "press": "TOOK_IT"}, follow=True)

    assert "not on the list any more" in words_of(answer)
    assert not Note.objects.exists()


BROKEN = [
    {},
    {"press": "SHOUTED"},
    {"press": "TOOK_IT", "minutes": "soon", "answered_by": "Wichai"},
    {"press": "TOOK_IT", "means": "PIGEON"},
    {"press": "CANNOT", "reason": "UNSAID"},
]


@pytest.mark.parametrize("said", BROKEN)
def test_what_makes_no_sense_is_told_and_kept(desk, red, said):
    sent = {"rung": keys(red)["Betong Police"], **said}
    answer = desk.post(reverse("desk-called", args=[red.reference]), sent)

    assert answer.status_code == 200
    assert 'class="error"' in words_of(answer)
    assert all(f'value="{said[name]}"' in words_of(answer) for name in ("minutes", "answered_by") if name in said)
    assert not Note.objects.exists()


@pytest.mark.parametrize("rung", ["", "asked-0", "agency-999999", "number-666", "x" * 500])
def test_a_rung_that_is_none_calls_nobody(desk, red, rung):
    answer = desk.post(reverse("desk-called", args=[red.reference]), {"rung": rung, "press": "BUSY"}, follow=True)

    assert answer.status_code == 200
    assert not Note.objects.exists()


# ---- Done --------------------------------------------------------------------------------------------------------


def test_the_officer_says_that_the_list_was_called_down(desk, red, anong):
    assert "All were called" in page(desk, red)

    answer = desk.post(reverse("desk-calls-done", args=[red.reference]), {"result": "NOBODY"}, follow=True)

    call = red.calls_to_make.get()
    assert (call.result, call.done_by) == (CallNow.Result.NOBODY, anong)
    assert "called down the list" in words_of(answer)
    assert "All were called" not in page(desk, red)


@pytest.mark.parametrize("said", [{}, {"result": "HELD"}, {"result": "x"}])
def test_a_result_that_an_officer_cannot_give_is_refused(desk, red, said):
    answer = desk.post(reverse("desk-calls-done", args=[red.reference]), said)

    assert 'class="error"' in words_of(answer)
    assert red.calls_to_make.open().exists()


def test_a_closed_case_is_not_called_about(desk, red):
    Case.objects.update(closed_at=timezone.now(), closure_reason="HELPED", red_since=None)

    answer = desk.get(reverse("desk-calls", args=[red.reference]), follow=True)

    assert "The case is closed." in words_of(answer)


# ---- The way to it -----------------------------------------------------------------------------------------------


def test_a_red_case_leads_to_the_calls_first(desk, red):
    shown = words_of(desk.get(reverse("desk-case", args=[red.reference])))

    assert f'<a class="button" href="{reverse("desk-calls", args=[red.reference])}">Call now</a>' in shown


def test_a_message_that_reached_nobody_leads_to_the_calls_too(desk, betong_police):
    betong_police.contact_points.update(removed_at=timezone.now())
    case = make_alert(now=timezone.now()).case

    shown = words_of(desk.get(reverse("desk-case", args=[case.reference])))

    key = keys(case)["Betong Police"]
    assert f"{reverse('desk-calls', args=[case.reference])}#{key}" in shown
    assert "Betong Police" in page(desk, case)


# ---- Who may -----------------------------------------------------------------------------------------------------


def addresses(case: Case):
    yield "get", reverse("desk-calls", args=[case.reference])
    yield "post", reverse("desk-called", args=[case.reference])
    yield "post", reverse("desk-calls-done", args=[case.reference])


def test_nobody_but_the_desk_of_the_case_calls(client, red, pattani_desk, pim, krit):
    nok = make_officer("Nok", pattani_desk, Role.TRIAGE)
    for officer, status in ((nok, 404), (pim, 403), (krit, 403)):
        client.force_login(officer)
        for method, address in addresses(red):
            assert getattr(client, method)(address).status_code == status
    assert AccessEvent.objects.filter(officer=nok, is_refused=True).count() == 3


def test_a_sealed_case_is_not_there_for_the_province(desk):
    case = turned_red(officials_involved=True)

    for method, address in addresses(case):
        assert getattr(desk, method)(address).status_code == 404


def test_the_queries_do_not_grow_with_the_calls(desk, red, django_assert_max_num_queries):
    for _ in range(12):
        press(desk, red, "Betong Police", "NO_ANSWER")

    with django_assert_max_num_queries(17):
        page(desk, red)
