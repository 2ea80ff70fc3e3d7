"""The pages of duty and of opening hours: what each role sees there and may change."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from agencies import duty as verbs
from agencies.models import Duty, Role
from agencies.pages import on_duty
from tests.conftest import make_agency, make_officer

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
asked_really = on_duty.at


@pytest.fixture
def mali(national_desk):
    """Supervisor at the national desk."""
    return make_officer("Mali", national_desk, Role.SUPERVISOR)


def shift(officer, start: float, end: float) -> Duty:
    """Hours from this moment."""
    now = timezone.now()
    [duty] = verbs.plan(
        agency=officer.agency, officer=officer, starts_at=now + start * HOUR, ends_at=now + end * HOUR, by=officer
    )
    return duty


def words_of(response) -> str:
    return " ".join(response.content.decode().split())


def typed(moment) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"


def said(officer, start: float, end: float, **fields) -> dict[str, object]:
    """What the form sends; hours from this moment."""
    now = timezone.now()
    times = {"starts_at": typed(now + start * HOUR), "ends_at": typed(now + end * HOUR)}
    return {"officer": officer.pk, "phone": "", "days": 1, **times, **fields}


# ---- Who sees what ----------------------------------------------------------------------------------


def test_everybody_sees_who_is_on_duty_where_they_work(client, anong, pim, somchai):
    shift(somchai, -1, 8)

    for officer, words in ((anong, "Somchai"), (pim, "No duty is planned here")):
        client.force_login(officer)
        assert words in words_of(client.get("/duty/"))


def test_a_gap_is_amber_with_words_and_a_next_step(client, somchai, yala_desk):
    shift(somchai, -1, 2)
    client.force_login(somchai)

    page = words_of(client.get("/duty/"))

    assert "◔" in page
    assert "on: nobody is on duty" in page
    assert f'href="/duty/{yala_desk.pk}/plan/?from=' in page
    assert "Fill this gap" in page


def test_filling_a_gap_begins_with_its_own_time(client, somchai, yala_desk):
    client.force_login(somchai)

    page = client.get(
        f"/duty/{yala_desk.pk}/plan/", {"from": "2026-11-24T20:00:00+07:00", "until": "2026-11-24T23:00:00+07:00"}
    ).content.decode()

    assert 'value="2026-11-24T20:00"' in page
    assert 'value="2026-11-24T23:00"' in page


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-11-24T20:00:00", "9999-12-31T23:59:59Z", "0001-01-01T00:00Z"]
)
def test_a_time_that_is_none_is_answered_with_the_next_hour(client, somchai, yala_desk, text):
    client.force_login(somchai)

    answer = client.get(f"/duty/{yala_desk.pk}/plan/", {"from": text, "until": text})

    assert answer.status_code == 200


@pytest.mark.parametrize("week", ["", "x", "0001-01-01", "9999-12-31", "2026-02-30", "2026-11-25"])
def test_a_week_that_is_none_is_this_week(client, somchai, week):
    client.force_login(somchai)

    assert client.get("/duty/", {"week": week}).status_code == 200


def test_the_week_lists_its_shifts_and_leads_to_the_next(client, somchai):
    shift(somchai, 7 * 24, 7 * 24 + 8)
    client.force_login(somchai)
    next_week = timezone.localdate() + 7 * DAY

    assert "<strong>Somchai</strong>" not in words_of(client.get("/duty/"))
    assert "<strong>Somchai</strong>" in words_of(client.get("/duty/", {"week": next_week.isoformat()}))


def test_a_supervisor_sees_the_agencies_of_the_province_and_the_national_one_all(
    client, somchai, mali, betong_police, pattani_desk
):
    for officer, sees_pattani in ((somchai, False), (mali, True)):
        client.force_login(officer)
        page = words_of(client.get("/duty/agencies/"))
        assert "Yala Desk" in page
        assert ("Pattani Desk" in page) is sees_pattani
        assert client.get(f"/duty/{betong_police.pk}/").status_code == 200
        assert client.get(f"/duty/{pattani_desk.pk}/").status_code == (200 if sees_pattani else 404)


def test_the_list_names_who_is_on_duty_and_the_next_gap(client, somchai, yala_desk):
    shift(somchai, -1, 2)
    client.force_login(somchai)

    page = words_of(client.get("/duty/agencies/"))

    assert "Somchai" in page
    assert "◔" in page


def test_agencies_without_a_plan_are_found_by_name(client, somchai, betong_police):
    client.force_login(somchai)

    assert "Betong Police" not in words_of(client.get("/duty/agencies/"))
    assert "Betong Police" in words_of(client.get("/duty/agencies/", {"q": "betong"}))
    assert "No agency is like that" in words_of(client.get("/duty/agencies/", {"q": "a\0b" * 50}))


def test_the_list_asks_no_more_for_more_agencies(client, mali, directory, areas, django_assert_max_num_queries):
    client.force_login(mali)
    client.get("/duty/agencies/")
    for number in range(12):
        shift(make_officer(f"O{number}", make_agency("NGO", f"Helper {number}"), Role.AGENCY), -1, 8)

    with django_assert_max_num_queries(6):
        client.get("/duty/agencies/")


# ---- Planning ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["somchai", "krit", "pim", "mali"])
def test_who_may_plan_plans(client, request, name, anong, betong_police):
    """A supervisor for the desk, an administrator for any agency, an agency's officer for the own one."""
    officer = request.getfixturevalue(name)
    whom = officer if name == "pim" else anong
    client.force_login(officer)

    answer = client.post(f"/duty/{whom.agency_id}/plan/", said(whom, 1, 9, days=2, phone="073 000 000"))

    assert answer.status_code == 302
    assert [(duty.officer, duty.phone, duty.planned_by) for duty in Duty.objects.all()] == [
        (whom, "073 000 000", officer)
    ] * 2


@pytest.mark.parametrize("path", ["/duty/{}/plan/", "/duty/{}/copy/", "/directory/{}/hours/"])
def test_another_agencys_duty_is_not_there(client, pim, somchai, yala_desk, pattani_desk, path):
    for officer, agency in ((pim, yala_desk), (somchai, pattani_desk)):
        client.force_login(officer)
        assert client.post(path.format(agency.pk)).status_code == 404


def test_another_agencys_shift_is_not_there(client, pim, anong):
    theirs = shift(anong, 1, 9)
    client.force_login(pim)

    assert client.get(f"/duty/shifts/{theirs.pk}/").status_code == 404
    assert client.post(f"/duty/shifts/{theirs.pk}/", said(pim, 1, 2)).status_code == 404
    assert client.post(f"/duty/shifts/{theirs.pk}/remove/").status_code == 404
    assert Duty.objects.get() == theirs


def test_a_triage_officer_plans_nothing(client, anong, yala_desk):
    client.force_login(anong)

    assert client.get(f"/duty/{yala_desk.pk}/plan/").status_code == 403
    assert "Plan a shift" not in words_of(client.get("/duty/"))


def test_an_officer_of_another_agency_cannot_be_chosen(client, somchai, pim, yala_desk):
    client.force_login(somchai)

    answer = client.post(f"/duty/{yala_desk.pk}/plan/", said(pim, 1, 9))

    assert answer.status_code == 200
    assert not Duty.objects.exists()


@pytest.mark.parametrize(
    ("start", "end", "fields", "words"),
    [
        (9, 1, {}, "The end is before the beginning"),
        (1, 26, {}, "A shift lasts 24 hours at most"),
        (-9, -1, {}, "This is over already"),
        (24 * 400, 24 * 400 + 8, {}, "at most a year ahead"),
        (1, 9, {"phone": "call me"}, "Digits only"),
        (1, 9, {"starts_at": "soon"}, "Enter a valid date/time"),
        (1, 9, {"starts_at": "0001-01-01T00:00", "ends_at": "0001-01-01T08:00"}, 'class="error"'),
        (1, 9, {"starts_at": "9999-12-31T20:00", "ends_at": "9999-12-31T23:00"}, 'class="error"'),
        (1, 9, {"days": "99999"}, 'class="error"'),
    ],
)
def test_what_cannot_be_planned_is_said_beside_the_field_and_nothing_typed_is_lost(
    client, somchai, yala_desk, start, end, fields, words
):
    client.force_login(somchai)
    typed_in = said(somchai, start, end, **fields)

    page = words_of(client.post(f"/duty/{yala_desk.pk}/plan/", typed_in))

    assert words in page
    assert f'value="{typed_in["starts_at"]}"' in page
    assert not Duty.objects.exists()


def test_two_shifts_at_a_time_are_refused_in_words(client, somchai, yala_desk):
    shift(somchai, 0, 8)
    client.force_login(somchai)

    page = words_of(client.post(f"/duty/{yala_desk.pk}/plan/", said(somchai, 4, 9)))

    assert "on duty already for a part of this time" in page


def test_a_shift_is_changed_and_taken_out(client, somchai, anong):
    duty = shift(anong, 1, 9)
    client.force_login(somchai)

    client.post(f"/duty/shifts/{duty.pk}/", said(somchai, 2, 9))
    duty.refresh_from_db()
    assert duty.officer == somchai

    assert client.post(f"/duty/shifts/{duty.pk}/remove/").status_code == 302
    assert not Duty.objects.exists()


def test_a_shift_that_is_over_cannot_be_changed_and_the_page_says_so(client, somchai):
    over = shift(somchai, -9, -1)
    client.force_login(somchai)

    page = words_of(client.post(f"/duty/shifts/{over.pk}/", said(somchai, -9, 1)))
    after = words_of(client.post(f"/duty/shifts/{over.pk}/remove/", follow=True))

    assert "What was, stays as it was" in page
    assert "What was, stays as it was" in after
    assert Duty.objects.get().ends_at == over.ends_at


def test_a_week_is_copied_with_one_press(client, somchai, yala_desk):
    duty = shift(somchai, -1, 8)
    monday = timezone.localtime(duty.starts_at).date()
    client.force_login(somchai)

    page = words_of(client.post(f"/duty/{yala_desk.pk}/copy/", {"week": monday.isoformat()}, follow=True))

    assert "1 shift was copied." in page
    assert Duty.objects.filter(starts_at=duty.starts_at + 7 * DAY).exists()


# ---- The head of each page --------------------------------------------------------------------------


@pytest.fixture
def asking(monkeypatch, db):
    """The head asks really, and forgets what another test heard."""
    monkeypatch.setattr(on_duty, "at", asked_really)
    cache.clear()
    yield
    cache.clear()


def test_the_head_names_who_is_on_duty_at_my_desk(client, asking, anong, somchai, pim):
    shift(somchai, -1, 8)
    client.force_login(anong)

    assert "On duty: Somchai" in words_of(client.get("/asked/"))
    client.force_login(pim)
    assert "On duty:" not in words_of(client.get("/asked/"))


def test_the_head_says_that_nobody_is_where_somebody_should_be(client, asking, anong, somchai):
    shift(somchai, -9, -1)
    client.force_login(anong)

    assert "nobody" in words_of(client.get("/asked/"))


def test_the_head_says_that_a_hand_over_waits_for_me(client, asking, anong, somchai):
    shift(anong, -4, 4)
    verbs.hand_over(by=anong, to=somchai, note="", now=timezone.now())

    for officer, is_told in ((somchai, True), (anong, False)):
        client.force_login(officer)
        assert ("/desk/hand-over/" in words_of(client.get("/asked/"))) is is_told


def test_many_pages_ask_once(asking, anong, django_assert_num_queries):
    shift(anong, -1, 8)

    with django_assert_num_queries(2):  # who is on duty, and hand-overs
        for _ in range(5):
            on_duty.at(anong.agency_id, now=timezone.now())


def test_who_changes_the_plan_sees_it_at_once(client, asking, somchai, yala_desk):
    shift(somchai, -9, -1)
    client.force_login(somchai)
    client.get("/duty/")

    client.post(f"/duty/{yala_desk.pk}/plan/", said(somchai, -0.5, 8))

    assert "On duty: Somchai" in words_of(client.get("/asked/"))
