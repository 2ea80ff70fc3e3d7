"""The desk writes down what an agency said on the telephone, on its behalf."""

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.flow import casework
from cases.models import Case
from tests.cases.pages.conftest import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def police(case, betong_police):
    return case.dispatches.get(agency=betong_police)


def answer(client, dispatch, what, **said):
    address = reverse("desk-answer", args=[dispatch.case.reference, dispatch.pk, what])
    response = client.post(address, said, follow=True)
    dispatch.refresh_from_db()
    return response


def test_the_page_offers_what_may_still_be_answered(desk, police):
    address = reverse("desk-dispatch", args=[police.case.reference, police.pk])
    before = words_of(desk.get(address))

    answer(desk, police, "taken", name="Sergeant Wichai", minutes="12")
    after = words_of(desk.get(address))

    assert "They take it" in before
    assert "They have arrived" not in before
    assert "They have arrived" in after
    assert "Who there takes it" not in after


def test_taking_it_on_their_behalf_holds_the_case(desk, police, anong):
    response = answer(desk, police, "taken", name="Sergeant Wichai", minutes="12")

    assert (police.acknowledged_by_name, police.arrival_minutes) == ("Sergeant Wichai", 12)
    assert police.acknowledged_by == anong
    assert Case.objects.get(pk=police.case_id).state == "held"
    assert "Written down: they take it." in words_of(response)


def test_taking_it_twice_is_not_an_error_and_changes_nothing(desk, police):
    answer(desk, police, "taken", name="Sergeant Wichai", minutes="12")

    response = answer(desk, police, "taken", name="Somebody else", minutes="3")

    assert response.status_code == 200
    assert police.acknowledged_by_name == "Sergeant Wichai"


@pytest.mark.parametrize("minutes", ["-1", "1e9", "soon", "99999999999999999999", "1441"])
def test_minutes_that_make_no_sense_are_told_and_the_name_is_kept(desk, police, minutes):
    response = answer(desk, police, "taken", name="Sergeant Wichai", minutes=minutes)

    assert police.acknowledged_at is None
    assert 'value="Sergeant Wichai"' in words_of(response)
    assert "taken_minutes_error" in words_of(response)


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "Wichai\x00"])
def test_a_name_is_needed_and_has_an_end(desk, police, name):
    response = answer(desk, police, "taken", name=name, minutes="5")

    assert police.acknowledged_at is None
    assert response.status_code == 200
    assert 'value="5"' in words_of(response)


def test_a_refusal_on_their_behalf_asks_the_next(desk, police):
    response = answer(desk, police, "declined", reason="BUSY")

    assert police.declined_at is not None
    assert "Written down: they cannot." in words_of(response)


def test_a_refusal_needs_a_reason_of_the_list(desk, police):
    answer(desk, police, "declined", reason="LAZY")

    assert police.declined_at is None


def test_arrival_and_what_they_found_are_written_down(desk, police):
    answer(desk, police, "taken", name="Sergeant Wichai")

    answer(desk, police, "arrived")
    answer(desk, police, "outcome", outcome="FOUND")

    assert police.arrived_at is not None
    assert police.outcome == "FOUND"


def test_a_call_is_written_down_with_its_result(desk, police, anong):
    answer(desk, police, "called", result="NO_ANSWER", text="Rang ten times.")

    note = police.calls.get()
    assert (note.by, note.call_result, note.text) == (anong, "NO_ANSWER", "Rang ten times.")
    assert police.acknowledged_at is None
    assert police.case.events.filter(kind="CALLED").exists()


def test_a_call_without_a_result_keeps_the_words(desk, police):
    response = answer(desk, police, "called", text="Rang ten times.")

    assert not police.calls.exists()
    assert "Rang ten times." in words_of(response)


@pytest.mark.parametrize("what", ["taken", "declined", "arrived", "outcome"])
def test_who_is_no_longer_asked_is_told_so(desk, police, anong, what):
    casework.close(case=police.case, reason=Case.ClosureReason.HELPED, text="", by=anong, now=timezone.now())

    response = answer(desk, police, what, name="Wichai", reason="BUSY", outcome="FOUND")

    assert "They are no longer asked" in words_of(response)
    assert (police.acknowledged_at, police.declined_at, police.arrived_at) == (None, None, None)


def test_an_answer_that_does_not_exist_is_not_found(desk, police):
    assert answer(desk, police, "maybe").status_code == 404


def test_our_own_office_is_asked_in_the_first_person(desk, gentle, yala_desk):
    ours = gentle.dispatches.get(agency=yala_desk)

    page = words_of(desk.get(reverse("desk-dispatch", args=[gentle.reference, ours.pk])))

    assert "We take it" in page
    assert "They take it" not in page
