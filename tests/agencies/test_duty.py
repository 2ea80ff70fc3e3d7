"""Duty: planning, gaps over midnight and across weeks, and handing over."""

from datetime import timedelta

import pytest

from agencies import duty as verbs
from agencies.models import Agency, DirectoryEvent, Duty, HandOver, Role, Span, Week
from tests.conftest import NOW, make_officer

pytestmark = pytest.mark.django_db

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)


@pytest.fixture
def nok(yala_desk):
    """A colleague of Anong's."""
    return make_officer("Nok", yala_desk, Role.TRIAGE)


def shift(officer, start: float, end: float, **fields) -> Duty:
    """Hours from NOW."""
    [duty] = verbs.plan(
        agency=officer.agency,
        officer=officer,
        starts_at=NOW + start * HOUR,
        ends_at=NOW + end * HOUR,
        by=officer,
        **fields,
    )
    return duty


def gaps(agency: Agency, hours: float) -> list[tuple[float, float]]:
    """Hours from NOW."""
    found = Duty.objects.gaps([agency], start=NOW, end=NOW + hours * HOUR)[agency.pk]
    return [((span.start - NOW) / HOUR, (span.end - NOW) / HOUR) for span in found]


def times(officer) -> list[tuple[float, float]]:
    found = Duty.objects.filter(officer=officer).order_by("starts_at")
    return [((duty.starts_at - NOW) / HOUR, (duty.ends_at - NOW) / HOUR) for duty in found]


# ---- Planning ---------------------------------------------------------------------------------------


def test_the_same_shift_on_days_running_is_one_plan(anong, somchai):
    verbs.plan(agency=anong.agency, officer=anong, starts_at=NOW, ends_at=NOW + 8 * HOUR, by=somchai, days=3)

    assert times(anong) == [(0, 8), (24, 32), (48, 56)]
    assert {duty.planned_by for duty in Duty.objects.all()} == {somchai}


def test_a_plan_that_overlaps_once_plans_nothing(anong):
    shift(anong, 50, 51)

    with pytest.raises(verbs.Overlapping):
        verbs.plan(agency=anong.agency, officer=anong, starts_at=NOW, ends_at=NOW + 8 * HOUR, by=anong, days=3)

    assert times(anong) == [(50, 51)]


def test_duty_is_for_the_officers_of_the_agency(anong, pim):
    with pytest.raises(verbs.NotAColleague):
        verbs.plan(agency=anong.agency, officer=pim, starts_at=NOW, ends_at=NOW + HOUR, by=anong)


def test_whose_login_was_closed_is_planned_no_more(anong):
    anong.is_active = False

    with pytest.raises(verbs.NotAColleague):
        shift(anong, 0, 8)


def change(duty: Duty, **changed) -> Duty:
    said = {"officer": duty.officer, "starts_at": duty.starts_at, "ends_at": duty.ends_at, "phone": duty.phone}
    return verbs.change(duty=duty, by=duty.officer, now=NOW, **{**said, **changed})


def test_a_shift_to_come_may_change_in_all(anong, nok):
    change(shift(anong, 1, 9), officer=nok, starts_at=NOW + 2 * HOUR, phone="073 000 000")

    assert times(nok) == [(2, 9)]
    assert Duty.objects.get().phone == "073 000 000"
    assert [event.kind for event in DirectoryEvent.objects.all()] == ["SHIFT_CHANGED"]


def test_of_a_running_shift_only_what_is_to_come_changes(anong, nok):
    change(shift(anong, -4, 4), officer=nok, starts_at=NOW - HOUR, ends_at=NOW + 6 * HOUR)

    assert times(anong) == [(-4, 6)]


def test_a_running_shift_does_not_end_before_now(anong):
    change(shift(anong, -4, 4), ends_at=NOW - HOUR)

    assert times(anong) == [(-4, 0)]


def test_what_is_over_stays_as_it_was(anong):
    over = shift(anong, -9, -1)

    with pytest.raises(verbs.AlreadyOver):
        change(over, ends_at=NOW + HOUR)
    with pytest.raises(verbs.AlreadyOver):
        verbs.remove(duty=over, by=anong, now=NOW)

    assert times(anong) == [(-9, -1)]


def test_a_change_that_overlaps_is_refused_and_nothing_is_changed(anong):
    duty = shift(anong, 1, 9)
    shift(anong, 10, 12)

    with pytest.raises(verbs.Overlapping):
        change(duty, ends_at=NOW + 11 * HOUR)

    assert times(anong) == [(1, 9), (10, 12)]


def test_taking_out_a_shift_to_come_removes_it_and_a_running_one_ends(anong, nok, somchai):
    verbs.remove(duty=shift(anong, 1, 9), by=somchai, now=NOW)
    verbs.remove(duty=shift(nok, -4, 4), by=somchai, now=NOW)

    assert times(anong) == []
    assert times(nok) == [(-4, 0)]
    events = DirectoryEvent.objects.order_by("pk")
    assert [(event.kind, event.officer, event.facts["officer"]) for event in events] == [
        ("SHIFT_REMOVED", somchai, anong.pk),
        ("SHIFT_REMOVED", somchai, nok.pk),
    ]


# ---- A week, and the next one -----------------------------------------------------------------------


def test_a_week_is_copied_to_the_next_one_and_pressing_twice_adds_nothing(anong, nok):
    shift(anong, 1, 9, phone="073 000 000")
    shift(nok, 9, 17)
    shift(anong, 8 * 24, 8 * 24 + 8)  # in the week after: not copied

    copied = [verbs.copy_week(agency=anong.agency, start=NOW, by=anong, now=NOW) for _ in range(2)]

    assert copied == [2, 0]
    assert times(nok) == [(9, 17), (9 + 7 * 24, 17 + 7 * 24)]
    assert Duty.objects.get(officer=anong, starts_at=NOW + HOUR + WEEK).phone == "073 000 000"


def test_what_would_overlap_is_not_copied_and_the_rest_is(anong, nok):
    shift(anong, 1, 9)
    shift(nok, 9, 17)
    shift(anong, 7 * 24 + 8, 7 * 24 + 10)

    assert verbs.copy_week(agency=anong.agency, start=NOW, by=anong, now=NOW) == 1
    assert times(anong) == [(1, 9), (7 * 24 + 8, 7 * 24 + 10)]


def test_a_week_long_past_is_not_copied_into_the_past(anong):
    shift(anong, -15 * 24, -15 * 24 + 8)

    assert verbs.copy_week(agency=anong.agency, start=NOW - 16 * DAY, by=anong, now=NOW) == 0


def test_who_left_is_not_planned_by_copying(anong, nok):
    shift(nok, 1, 9)
    nok.is_active = False
    nok.save()

    assert verbs.copy_week(agency=anong.agency, start=NOW, by=anong, now=NOW) == 0


# ---- Who is on duty, and when nobody is ---------------------------------------------------------------


def test_on_duty_is_who_has_begun_and_not_ended(anong, nok, somchai):
    shift(anong, -8, 0)
    shift(nok, 0, 8)
    shift(somchai, -1, 2)

    assert [duty.officer for duty in Duty.objects.on_at(now=NOW)] == [nok, somchai]


def test_shifts_that_follow_each_other_over_midnight_leave_no_gap(anong, nok):
    # NOW is 21:02 on a Monday in Yala.
    shift(anong, -1, 7)
    shift(nok, 7, 24)

    assert gaps(anong.agency, 24) == []


def test_what_nobody_covers_is_a_gap_across_midnight_and_week(anong, nok):
    shift(anong, -1, 2)
    shift(nok, 10, 24)
    shift(anong, 6 * 24, 7 * 24 + 5)

    assert gaps(anong.agency, 8 * 24) == [(2, 10), (24, 6 * 24), (7 * 24 + 5, 8 * 24)]


def test_a_desk_without_any_plan_is_one_gap(yala_desk):
    assert gaps(yala_desk, 24) == [(0, 24)]


def test_who_left_covers_nothing(anong):
    shift(anong, 0, 24)
    anong.is_active = False
    anong.save()

    assert gaps(anong.agency, 24) == [(0, 24)]


def test_an_agency_with_hours_has_gaps_only_while_it_is_open(pim, betong_police):
    betong_police.hours = Week.of_days([[(8 * 60, 16 * 60)]] * 7)
    day = NOW.replace(hour=1, minute=0) + DAY  # 8:00 on Tuesday
    Duty.objects.create(agency=betong_police, officer=pim, planned_by=pim, starts_at=day, ends_at=day + 5 * HOUR)

    found = Duty.objects.gaps([betong_police], start=NOW, end=NOW + DAY)

    assert found == {betong_police.pk: [Span(day + 5 * HOUR, day + 8 * HOUR)]}


def test_gaps_of_many_agencies_are_one_question(directory, anong, django_assert_num_queries):
    shift(anong, 0, 12)
    agencies = list(directory)

    with django_assert_num_queries(1):
        found = Duty.objects.gaps(agencies, start=NOW, end=NOW + DAY)

    assert len(found) == 6
    assert found[anong.agency_id] == [Span(NOW + 12 * HOUR, NOW + DAY)]


# ---- Handing over -----------------------------------------------------------------------------------


def give(giver, taker, note: str = "") -> HandOver:
    return verbs.hand_over(by=giver, to=taker, note=note, now=NOW)


def test_the_giver_is_on_duty_until_the_colleague_takes_over(anong, nok):
    shift(anong, -4, 4)

    given = give(anong, nok, "The police in Betong call back.")

    assert [duty.officer for duty in Duty.objects.on_at(now=NOW)] == [anong]
    assert list(HandOver.objects.open()) == [given]
    assert HandOver.objects.get().note == "The police in Betong call back."


def test_taking_over_moves_the_rest_of_the_shift(anong, nok):
    shift(anong, -4, 4)

    verbs.take_over(hand_over=give(anong, nok), by=nok, now=NOW + HOUR)

    assert times(anong) == [(-4, 1)]
    assert times(nok) == [(1, 4)]
    assert not HandOver.objects.open().exists()


def test_a_shift_of_the_takers_own_that_begins_soon_begins_now(anong, nok):
    shift(anong, -4, 2)
    shift(nok, 2, 10)

    verbs.take_over(hand_over=give(anong, nok), by=nok, now=NOW + HOUR)

    assert times(nok) == [(1, 10)]


def test_a_later_shift_of_the_takers_stays_and_is_not_overlapped(anong, nok):
    shift(anong, -4, 12)
    shift(nok, 8, 16)

    verbs.take_over(hand_over=give(anong, nok), by=nok, now=NOW)

    assert times(nok) == [(0, 8), (8, 16)]


def test_who_is_on_duty_already_stays_so(anong, nok):
    shift(anong, -4, 4)
    shift(nok, -2, 6)

    verbs.take_over(hand_over=give(anong, nok), by=nok, now=NOW)

    assert (times(anong), times(nok)) == ([(-4, 0)], [(-2, 6)])


def test_who_forgot_may_hand_over_a_little_later(anong, nok):
    shift(anong, -9, -1)

    verbs.take_over(hand_over=give(anong, nok), by=nok, now=NOW)

    assert (times(anong), times(nok)) == ([(-9, -1)], [(0, 8)])


@pytest.mark.parametrize("span", [None, (-20, -5), (1, 9)])
def test_who_is_not_on_duty_has_nothing_to_hand_over(anong, nok, span):
    if span:
        shift(anong, *span)

    with pytest.raises(verbs.NotOnDuty):
        give(anong, nok)


def test_nobody_hands_over_to_another_agency_or_to_themselves(anong, pim):
    shift(anong, -4, 4)

    for taker in (pim, anong):
        with pytest.raises(verbs.NotAColleague):
            give(anong, taker)


def test_pressing_twice_is_no_error_and_changes_nothing(anong, nok):
    shift(anong, -4, 4)
    given = give(anong, nok)

    first, second = (verbs.take_over(hand_over=given, by=nok, now=NOW + n * HOUR) for n in (0, 1))

    assert first == second
    assert times(nok) == [(0, 4)]


def test_a_hand_over_taken_long_ago_takes_nothing_again(anong, nok):
    shift(anong, -4, 4)
    given = give(anong, nok)
    verbs.take_over(hand_over=given, by=nok, now=NOW)
    shift(anong, 24, 32)

    with pytest.raises(verbs.NoLongerOffered):
        verbs.take_over(hand_over=given, by=nok, now=NOW + 25 * HOUR)

    assert times(anong) == [(-4, 0), (24, 32)]


def test_only_the_one_who_was_named_takes_it(anong, nok, somchai):
    shift(anong, -4, 4)
    given = give(anong, nok)

    with pytest.raises(verbs.NoLongerOffered):
        verbs.take_over(hand_over=given, by=somchai, now=NOW)


def test_handing_over_to_somebody_else_takes_it_back_from_the_first(anong, nok, somchai):
    shift(anong, -4, 4)
    first = give(anong, nok)
    give(anong, somchai)

    with pytest.raises(verbs.NoLongerOffered):
        verbs.take_over(hand_over=first, by=nok, now=NOW)

    assert [given.given_to for given in HandOver.objects.open()] == [somchai]


def test_a_hand_over_that_nobody_takes_stays_open_and_its_end_is_a_gap(anong, nok):
    shift(anong, -4, 1)
    given = give(anong, nok)

    assert gaps(anong.agency, 24) == [(1, 24)]
    assert list(HandOver.objects.open().of_agency(anong.agency)) == [given]


def test_the_giver_may_take_it_back(anong, nok):
    shift(anong, -4, 4)
    given = give(anong, nok)

    verbs.withdraw(hand_over=given, by=nok, now=NOW)
    assert HandOver.objects.open().exists()
    verbs.withdraw(hand_over=given, by=anong, now=NOW)

    assert not HandOver.objects.open().exists()


# ---- Opening hours ----------------------------------------------------------------------------------


def test_a_change_of_hours_stands_in_the_history_and_saving_the_same_again_does_not(betong_police, krit):
    said = {"hours": Week(((0, 60),)), "closed_on": [], "capabilities": ["RESPOND"]}

    for _ in range(2):
        verbs.open_at(agency=betong_police, by=krit, now=NOW, **said)

    betong_police.refresh_from_db()
    assert betong_police.hours == Week(((0, 60),))
    assert [(event.kind, event.officer) for event in betong_police.events.all()] == [("HOURS_CHANGED", krit)]


def test_a_change_of_what_it_can_do_is_a_line_of_its_own(betong_police, krit):
    verbs.open_at(agency=betong_police, hours=None, closed_on=[], capabilities=["LEGAL"], by=krit, now=NOW)

    assert [event.kind for event in betong_police.events.all()] == ["ABILITIES_CHANGED"]
