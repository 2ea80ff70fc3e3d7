"""The page of an agency's opening hours: how they are written, and who may change them."""

import pytest

from agencies.models import Agency, Week
from tests.agencies.pages.test_duty_pages import words_of

pytestmark = pytest.mark.django_db


def hours(**said) -> dict[str, object]:
    return {"when": "weekly", "capabilities": ["RESPOND"], **said}


def test_hours_are_written_as_people_write_them_and_read_again(client, krit, betong_police):
    client.force_login(krit)

    said = hours(day0="08.30 - 12:00, 13:00-16:30 น.", day4="20:00–06:00", day6="0:00-24:00", closed_on="31/12/2569")
    answer = client.post(f"/directory/{betong_police.pk}/hours/", said)

    assert answer.status_code == 302
    betong_police.refresh_from_db()
    assert betong_police.hours == Week.of_days([[(510, 720), (780, 990)], [], [], [], [(1200, 360)], [], [(0, 1440)]])
    assert [day.isoformat() for day in betong_police.closed_on] == ["2026-12-31"]
    page = client.get(f"/directory/{betong_police.pk}/hours/").content.decode()
    assert 'value="08:30-12:00, 13:00-16:30"' in page
    assert 'value="20:00-06:00"' in page
    assert 'value="00:00-24:00"' in page
    assert "31/12/2569" in page


@pytest.mark.parametrize(("when", "kept"), [("unknown", None), ("always", Week(((0, 10080),)))])
def test_always_open_and_not_known_are_two_things(client, krit, betong_police, when, kept):
    client.force_login(krit)

    client.post(f"/directory/{betong_police.pk}/hours/", hours(when=when))

    betong_police.refresh_from_db()
    assert betong_police.hours == kept
    page = words_of(client.get(f"/directory/{betong_police.pk}/"))
    assert ("Day and night" in page) is (when == "always")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"day0": "in the morning"}, "Write it like this"),
        ({"day0": "25:00-26:00"}, "Write it like this"),
        ({"day0": "08:75-09:00"}, "Write it like this"),
        ({}, "Write the times of at least one day"),
        ({"when": "always", "day0": "08:30-16:30"}, "You wrote times"),
        ({"when": "unknown", "closed_on": "Songkran"}, "is no day"),
        ({"when": "unknown", "closed_on": "31/2/2569"}, "is no day"),
        ({"when": "unknown", "closed_on": "1/1/9999999"}, "is no day"),
        ({"when": "never"}, 'class="error"'),
        ({"when": "always", "capabilities": ["FLY"]}, 'class="error"'),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_is_changed(client, krit, betong_police, said, words):
    client.force_login(krit)

    page = words_of(client.post(f"/directory/{betong_police.pk}/hours/", hours(**said)))

    assert words in page
    assert all(str(value) in page for value in said.values() if isinstance(value, str))
    betong_police.refresh_from_db()
    assert (betong_police.hours, betong_police.closed_on) == (None, [])


def test_an_agency_changes_its_own_hours_and_not_what_it_can_do(client, pim, betong_police):
    client.force_login(pim)

    client.post(f"/directory/{betong_police.pk}/hours/", hours(day0="08:30-16:30", capabilities=["LEGAL"]))

    betong_police.refresh_from_db()
    assert betong_police.hours == Week(((510, 990),))
    assert betong_police.capabilities == ["RESPOND"]


def test_a_supervisor_changes_what_an_agency_can_do(client, somchai, betong_police):
    client.force_login(somchai)

    client.post(f"/directory/{betong_police.pk}/hours/", hours(when="unknown", capabilities=["LEGAL", "RESPOND"]))

    assert set(Agency.objects.get(pk=betong_police.pk).capabilities) == {"LEGAL", "RESPOND"}


def test_the_page_of_the_agency_shows_its_week(client, krit, betong_police):
    Agency.objects.filter(pk=betong_police.pk).update(hours=Week(((510, 990),)))
    client.force_login(krit)

    page = words_of(client.get(f"/directory/{betong_police.pk}/"))

    assert "08:30-16:30" in page
    assert f'href="/directory/{betong_police.pk}/hours/"' in page
