"""Agencies are offered nearest first; those that the person did not allow need a reason and a second person."""

import pytest
from django.urls import reverse
from django.utils import timezone

from agencies.models import Capability
from cases.flow import casework, dispatching
from cases.models import AccessEvent, Case, Dispatch
from cases.privacy.actor import Actor
from tests.cases.pages.conftest import words_of
from tests.conftest import BETONG, make_agency

pytestmark = pytest.mark.django_db

REASON = "A child of six is locked in with him."


def ask(client, case, *agencies, reason=""):
    chosen = {"agencies": [agency.pk for agency in agencies], "reason": reason}
    return client.post(reverse("desk-ask", args=[case.reference]), chosen, follow=True)


def names(nearby):
    return [near.agency.name_en for near in nearby]


def test_the_nearest_stand_first_and_those_asked_are_left_out(desk, case, betong_police):
    make_agency("NGO", "Far Friends", Capability.LEGAL, at=BETONG.__class__(101.2, 5.9, srid=4326))
    make_agency("NGO", "Near Friends", Capability.LEGAL, at=BETONG.__class__(101.08, 5.78, srid=4326))

    answer = desk.get(reverse("desk-ask", args=[case.reference]))

    assert names(answer.context["within"])[:2] == ["Near Friends", "Far Friends"]
    assert "Betong Police" not in names(answer.context["within"])
    assert AccessEvent.objects.filter(case=case, is_refused=False).count() == 1


def test_a_secret_place_stands_last_without_a_distance(desk, gentle):
    make_agency("SHELTER_TIP", "Open Shelter", Capability.SHELTER, at=BETONG.__class__(101.3, 5.95, srid=4326))

    answer = desk.get(reverse("desk-ask", args=[gentle.reference]))

    shown = [near for near in answer.context["within"] if "Shelter" in near.agency.name_en]
    assert names(shown) == ["Open Shelter", "Yala Shelter"]
    assert shown[-1].kilometres is None
    assert "place is secret" in words_of(answer)


def test_chosen_agencies_are_asked(desk, case, anong, yala_shelter):
    answer = ask(desk, case, yala_shelter)

    dispatch = case.dispatches.get(agency=yala_shelter)
    assert dispatch.why == Dispatch.Why.CHOSEN
    assert case.events.filter(kind="ASKED", officer=anong, dispatch=dispatch).exists()
    assert "1 agency is asked now." in words_of(answer)


def test_a_second_click_is_not_an_error(desk, case, yala_shelter):
    ask(desk, case, yala_shelter)

    answer = ask(desk, case, yala_shelter)

    assert case.dispatches.filter(agency=yala_shelter).count() == 1
    assert "They were asked already." in words_of(answer)


def test_nobody_chosen_is_told_in_words(desk, case):
    assert "Choose at least one agency." in words_of(ask(desk, case))


def test_who_was_not_offered_cannot_be_asked(desk, case, custodian):
    answer = ask(desk, case, custodian)

    assert not case.dispatches.filter(agency=custodian).exists()
    assert answer.context["form"].errors


def test_police_are_not_asked_when_the_person_allowed_social_workers_only(desk, gentle, betong_police, yala_shelter):
    answer = ask(desk, gentle, betong_police, yala_shelter)

    assert gentle.dispatches.filter(agency__in=[betong_police, yala_shelter]).count() == 0
    words = words_of(answer)
    assert "The person did not allow it. To ask them all the same, say why." in words
    # What was chosen is still chosen.
    for agency in (betong_police, yala_shelter):
        assert f'value="{agency.pk}" checked' in words


def test_the_page_keeps_those_beyond_apart(desk, gentle):
    answer = desk.get(reverse("desk-ask", args=[gentle.reference]))

    assert names(answer.context["beyond"]) == ["Betong Police", "Betong Hospital"]
    assert names(answer.context["within"]) == ["Yala Shelter"]
    assert "Beyond what the person allowed" in words_of(answer)


def test_a_reason_opens_the_bound_and_asks_for_a_review_by_another(desk, gentle, betong_police, anong):
    answer = ask(desk, gentle, betong_police, reason=REASON)

    gentle.refresh_from_db()
    assert gentle.dispatches.filter(agency=betong_police).exists()
    assert (gentle.widened_by, gentle.widened_reason) == (anong, REASON)
    assert gentle.widening_reviewed_by is None
    assert "A second person has to review it within 24 hours." in words_of(answer)
    assert REASON in words_of(answer)


def test_a_reason_without_somebody_beyond_opens_nothing(desk, gentle, yala_shelter):
    ask(desk, gentle, yala_shelter, reason=REASON)

    gentle.refresh_from_db()
    assert gentle.widened_at is None


def test_the_reason_is_not_lost_when_something_else_is_wrong(desk, gentle):
    assert REASON in words_of(ask(desk, gentle, reason=REASON))


def test_nobody_reviews_their_own_override(desk, gentle, betong_police, somchai):
    ask(desk, gentle, betong_police, reason=REASON)
    address = reverse("desk-review", args=[gentle.reference])

    answer = desk.post(address, follow=True)

    gentle.refresh_from_db()
    assert gentle.widening_reviewed_by is None
    assert "A second person has to review it." in words_of(answer)


def test_a_second_person_reviews_it_and_a_second_click_is_not_an_error(desk, gentle, betong_police, somchai):
    ask(desk, gentle, betong_police, reason=REASON)
    desk.force_login(somchai)
    address = reverse("desk-review", args=[gentle.reference])
    assert "I have read it and reviewed it" in words_of(desk.get(reverse("desk-case", args=[gentle.reference])))

    for _ in range(2):
        assert desk.post(address, follow=True).status_code == 200

    gentle.refresh_from_db()
    assert gentle.widening_reviewed_by == somchai
    assert gentle.events.filter(kind="WIDENING_REVIEWED").count() == 1


def test_nobody_is_asked_about_a_closed_case(desk, case, yala_shelter, anong):
    casework.close(case=case, reason=Case.ClosureReason.HELPED, text="", by=anong, now=timezone.now())

    answer = ask(desk, case, yala_shelter)

    assert not case.dispatches.filter(agency=yala_shelter).exists()
    assert "The case is closed: nobody was asked." in words_of(answer)


def test_a_closed_case_refuses_the_verb_too(case, yala_shelter, anong):
    now = timezone.now()
    casework.close(case=case, reason=Case.ClosureReason.HELPED, text="", by=anong, now=now)

    with pytest.raises(dispatching.CaseClosed):
        dispatching.dispatch_to(
            case=case, agencies=[yala_shelter], by=Actor.of(anong), now=now, purpose=Dispatch.Purpose.RESPOND
        )
