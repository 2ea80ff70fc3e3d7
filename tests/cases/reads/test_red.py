"""A red light on every desk: a number, and no word of where or which to those who may not see it."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from agencies.models import Notification, Role
from cases.models import Case
from cases.reads import red
from cases.reads.red import RedLight, red_light
from tests.conftest import make_alert, make_officer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def asked_anew() -> None:
    cache.delete(red.KEY)


def turn_red(now, **fields) -> Case:
    case = make_alert(now=now, **fields).case
    assert case
    Case.objects.filter(pk=case.pk).update(red_since=now)
    return case


def seen_by(officer) -> RedLight:
    cache.delete(red.KEY)
    return red_light(officer)


def test_every_desk_sees_that_there_is_one_and_its_own_that_it_is_theirs(directory, pattani_desk, anong, now):
    nok = make_officer("Nok", pattani_desk, Role.TRIAGE)
    assert not seen_by(anong)

    turn_red(now)

    assert seen_by(anong) == RedLight(everywhere=1, ours=1, untold=1, our_untold=1)
    assert seen_by(nok) == RedLight(everywhere=1, ours=0, untold=1, our_untold=0)


def test_a_sealed_one_shines_for_custodians_only(directory, anong, dao, now):
    turn_red(now, officials_involved=True)

    assert seen_by(anong) == RedLight(0, 0)
    assert seen_by(dao) == RedLight(everywhere=1, ours=1, untold=1, our_untold=1)


def test_a_desk_that_was_asked_for_help_may_open_it(directory, pattani_desk, now):
    case = turn_red(now)
    nok = make_officer("Nok", pattani_desk, Role.TRIAGE)
    case.dispatches.filter(agency__kind="HOSPITAL").update(agency=pattani_desk)

    assert seen_by(nok) == RedLight(everywhere=1, ours=1, untold=1, our_untold=1)


def test_a_case_of_which_nobody_was_told_shines_before_it_is_red_and_no_more_once_somebody_was(
    client, directory, anong, pattani_desk, now
):
    case = make_alert(now=now).case  # days ago, by the database's clock; no message has left
    nok = make_officer("Nok", pattani_desk, Role.TRIAGE)
    before = seen_by(anong), seen_by(nok)
    client.force_login(anong)
    page = client.get(reverse("red")).content.decode()

    message = Notification.objects.filter(dispatches__case=case)[0]
    Notification.objects.filter(pk=message.pk).update(state="SENT", sent_at=now)

    assert before == (RedLight(0, 0, untold=1, our_untold=1), RedLight(0, 0, untold=1, our_untold=0))
    assert "1 case of which nobody is known to have been told" in page
    assert seen_by(anong) == RedLight(0, 0)


def test_held_closed_and_exercises_do_not_shine(directory, anong, settings, now):
    settings.IS_DEMO = False
    held, closed = turn_red(now), turn_red(now)
    turn_red(now, is_exercise=True)
    Case.objects.filter(pk=held.pk).update(red_since=None, held_at=now, next_ring_at=None)
    Case.objects.filter(pk=closed.pk).update(closed_at=now, closure_reason="HELPED")

    assert seen_by(anong) == RedLight(0, 0)


def test_the_light_stands_on_every_page_of_a_desk_with_a_number_only(client, directory, pattani_desk, now):
    case = turn_red(now)
    client.force_login(make_officer("Nok", pattani_desk, Role.SUPERVISOR))

    for address in ("/desk/", "/map/", "/directory/", "/directory/rings/", reverse("red")):
        page = client.get(address).content.decode()
        assert "1 case that nobody has taken." in page, address
        assert case.reference not in page
        assert "Betong" not in page or address == "/directory/"
        assert "yours to see" not in page


def test_those_who_may_see_it_get_the_way_to_it(client, directory, anong, now):
    case = turn_red(now)
    client.force_login(anong)

    page = client.get("/desk/").content.decode()

    assert 'href="/desk/?state=red"' in page
    assert case.reference in client.get("/desk/?state=red").content.decode()


def test_agencies_and_administrators_have_no_light(client, directory, pim, krit, now):
    turn_red(now)

    for officer, address in ((pim, "/asked/"), (krit, "/directory/")):
        client.force_login(officer)
        assert "nobody has taken" not in client.get(address).content.decode()
        assert client.get(reverse("red")).status_code == 403


def test_it_is_one_question_for_all_screens(directory, anong, now, django_assert_num_queries):
    for _ in range(3):
        turn_red(now)

    with django_assert_num_queries(2):  # the cases, and this officer's areas
        red_light(anong)
    with django_assert_num_queries(1):
        red_light(anong)
