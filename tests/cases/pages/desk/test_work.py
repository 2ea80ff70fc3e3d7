"""An officer writes notes, takes a case, moves it to another province and closes it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.flow import casework
from cases.models import Case
from tests.cases.pages.conftest import words_of

pytestmark = pytest.mark.django_db


def post(client, name, case, **said):
    response = client.post(reverse(name, args=[case.reference]), said, follow=True)
    case.refresh_from_db()
    return response


def test_a_note_is_written_down(desk, case, anong):
    response = post(desk, "desk-note", case, text="The owner of the boat is known.")

    note = case.notes.get()
    assert (note.text, note.by) == ("The owner of the boat is known.", anong)
    assert note.text in words_of(response)


@pytest.mark.parametrize("text", ["", "  ", "x" * 10_001, "nul \x00 byte"])
def test_a_note_that_cannot_be_kept_is_told_and_not_lost(desk, case, text):
    response = post(desk, "desk-note", case, text=text)

    assert not case.notes.exists()
    assert response.status_code == 200
    assert response.context["note_form"]["text"].value() == text
    assert "text_error" in words_of(response)


def test_what_an_officer_writes_is_shown_as_words_only(desk, case):
    post(desk, "desk-note", case, text="<script>alert(1)</script>")

    assert "<script>alert" not in words_of(desk.get(reverse("desk-case", args=[case.reference])))


def test_a_case_is_taken_and_may_be_taken_over(desk, case, anong, somchai):
    post(desk, "desk-take", case)
    assert case.owner == anong
    desk.force_login(somchai)

    post(desk, "desk-take", case)

    assert case.owner == somchai


def test_a_case_moves_to_another_province(desk, case, areas, pattani_desk):
    response = post(desk, "desk-move", case, province="94")

    assert case.province == areas["94"]
    assert case.second_province == areas["95"]
    assert case.dispatches.filter(agency=pattani_desk).exists()
    assert f"{case.reference} is now in Pattani." in words_of(response)


@pytest.mark.parametrize("province", ["", "95", "77", "x", "\x00"])
def test_a_case_moves_only_to_another_province_that_exists(desk, case, province):
    response = post(desk, "desk-move", case, province=province)

    assert case.province_id == "95"
    assert response.context["form"].errors


def test_a_case_is_closed_with_a_reason_and_words(desk, case):
    response = post(desk, "desk-close", case, reason="HELPED", text="Three people are in the shelter.")

    assert case.state == "closed"
    assert case.notes.get().text == "Three people are in the shelter."
    words = words_of(response)
    assert "The case is closed." in words
    assert "Three people are in the shelter." in words


def test_a_case_is_not_closed_without_a_reason_and_the_words_are_kept(desk, case):
    response = post(desk, "desk-close", case, text="Three people are in the shelter.")

    assert case.state != "closed"
    assert "Three people are in the shelter." in words_of(response)


@pytest.mark.parametrize("name", ["desk-close", "desk-take", "desk-move"])
def test_a_colleague_has_closed_it_meanwhile(desk, case, somchai, areas, name):
    casework.close(case=case, reason=Case.ClosureReason.HELPED, text="", by=somchai, now=timezone.now())
    case.refresh_from_db()
    closed_at = case.closed_at

    response = post(desk, name, case, reason="NOT_FOUND", province="94")

    assert "The case is closed." in words_of(response)
    assert (case.closed_at, case.closure_reason) == (closed_at, "HELPED")


def test_a_closed_case_offers_nothing_more_to_do(desk, case, anong):
    casework.close(case=case, reason=Case.ClosureReason.HELPED, text="", by=anong, now=timezone.now())

    words = words_of(desk.get(reverse("desk-case", args=[case.reference])))

    assert '<span aria-hidden="true">○</span> closed' in words
    assert "Ask an agency" not in words
    assert "Write down an answer" not in words
