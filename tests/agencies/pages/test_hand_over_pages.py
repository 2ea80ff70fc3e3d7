"""The pages of a hand-over: who offers it, who takes it, and who reads its note."""

import pytest
from django.utils import timezone

from agencies import duty as verbs
from agencies.models import Duty, HandOver, Role
from tests.agencies.pages.test_duty_pages import shift, words_of
from tests.conftest import make_officer

pytestmark = pytest.mark.django_db


def test_a_hand_over_is_one_press_for_the_next_one(client, anong, somchai):
    shift(anong, -4, 4)
    client.force_login(anong)
    client.post("/desk/hand-over/", {"to": somchai.pk, "note": "Two calls are awaited."})
    given = HandOver.objects.get()

    client.force_login(somchai)
    assert "Two calls are awaited." in words_of(client.get("/desk/hand-over/"))
    page = words_of(client.post(f"/duty/hand-over/{given.pk}/take/", follow=True))

    assert "You are on duty until" in page
    assert [duty.officer for duty in Duty.objects.on_at(now=timezone.now())] == [somchai]


def test_what_nobody_took_stays_visible_to_all_and_its_note_to_the_two(client, anong, somchai):
    tam = make_officer("Tam", anong.agency, Role.TRIAGE)
    shift(anong, -4, 4)
    verbs.hand_over(by=anong, to=somchai, note="Two calls are awaited.", now=timezone.now())

    for officer, reads in ((anong, True), (somchai, True), (tam, False)):
        client.force_login(officer)
        page = words_of(client.get("/duty/"))
        assert "Anong hands over to Somchai: not taken yet" in page
        assert ("Two calls are awaited." in page) is reads


def test_who_is_not_on_duty_is_told_so(client, anong, somchai):
    client.force_login(anong)

    assert "You are not on duty" in words_of(client.get("/desk/hand-over/"))
    assert "You are not on duty" in words_of(client.post("/desk/hand-over/", {"to": somchai.pk}))


def test_another_agencys_hand_over_is_not_there(client, anong, somchai, pim):
    shift(anong, -4, 4)
    given = verbs.hand_over(by=anong, to=somchai, note="", now=timezone.now())
    client.force_login(pim)

    assert client.post(f"/duty/hand-over/{given.pk}/take/").status_code == 404
    assert client.post(f"/duty/hand-over/{given.pk}/withdraw/").status_code == 404


def test_a_colleague_who_was_not_named_is_told_so(client, anong, somchai):
    tam = make_officer("Tam", anong.agency, Role.TRIAGE)
    shift(anong, -4, 4)
    given = verbs.hand_over(by=anong, to=somchai, note="", now=timezone.now())
    client.force_login(tam)

    page = words_of(client.post(f"/duty/hand-over/{given.pk}/take/", follow=True))

    assert "not offered to you any more" in page


def test_the_giver_takes_it_back(client, anong, somchai):
    shift(anong, -4, 4)
    given = verbs.hand_over(by=anong, to=somchai, note="", now=timezone.now())
    client.force_login(anong)

    client.post(f"/duty/hand-over/{given.pk}/withdraw/")

    assert "not taken yet" not in words_of(client.get("/duty/"))


def test_a_note_of_any_length_is_answered(client, anong, somchai):
    shift(anong, -4, 4)
    client.force_login(anong)

    page = words_of(client.post("/desk/hand-over/", {"to": somchai.pk, "note": "x" * 3_000}))

    assert "x" * 3_000 in page
    assert not HandOver.objects.exists()
