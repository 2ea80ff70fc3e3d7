"""The page of the queue shows what is known and what happens, and nothing that a person wrote."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.flow import dispatching
from cases.models import Report
from cases.reads import queue
from tests.cases.pages.conftest import words_of
from tests.conftest import make_alert

pytestmark = pytest.mark.django_db


def fill(alerts):
    now = timezone.now()
    for number in range(alerts):
        make_alert(now=now - timedelta(seconds=number))


def count_queries(client, address):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


@pytest.mark.parametrize("address", ["/desk/", "/desk/?view=mine&state=waiting&province=95&urgency=EMERGENCY"])
def test_the_queue_asks_the_database_eight_times_however_long_it_is(desk, directory, address):
    fill(5)
    few = count_queries(desk, address)
    fill(55)
    many = count_queries(desk, address)

    assert few == many
    assert many <= 8


def test_the_national_desk_asks_no_more(client, directory, dao):
    fill(5)
    client.force_login(dao)

    assert count_queries(client, "/desk/") <= 8


def test_pages_follow_each_other_by_the_cursor_in_the_address(desk, directory, monkeypatch):
    monkeypatch.setattr(queue, "PAGE", 2)
    fill(3)

    first = desk.get("/desk/?view=all&state=waiting")
    cursor = str(first.context["page"].next)
    second = desk.get(f"/desk/?view=all&state=waiting&after={cursor}")

    assert f"after={cursor}" in first.content.decode()
    assert "state=waiting" in first.content.decode().split("after=")[0]
    assert len(second.context["page"].lines) == 1
    assert second.context["page"].next is None


@pytest.mark.parametrize("said", ["after=nonsense", "state=%00&urgency=x&province=77&view=9&exercises=?"])
def test_an_address_that_makes_no_sense_shows_everything(desk, case, said):
    assert case.reference in words_of(desk.get(f"/desk/?{said}"))


def test_htmx_gets_the_lines_and_the_counts_alone(desk, case):
    answer = desk.get("/desk/", headers={"HX-Request": "true"})

    assert case.reference in words_of(answer)
    assert "<html" not in words_of(answer)
    assert 'id="counts" hx-swap-oob="true"' in words_of(answer)


def test_the_screen_asks_again_for_what_it_shows(desk, case):
    page = desk.get("/desk/?view=all&kind=LOCATION_ALERT").content.decode()

    assert 'hx-get="/desk/?view=all&amp;kind=LOCATION_ALERT"' in page
    assert 'data-live="/desk/live/"' in page


def test_a_line_says_what_is_known_and_what_happens(desk, directory):
    now = timezone.now()
    make_alert(now=now, children_present=True, people_count=3, exploitation=["FISHING"])

    words = words_of(desk.get("/desk/"))

    for said in ("danger now", "children", "3 people", "work on a fishing boat", "Betong", "waiting for Yala Desk"):
        assert said in words
    assert "5 minutes left" in words


def test_red_is_said_by_a_shape_and_a_word(desk, case):
    for minutes in (5, 10):
        dispatching.escalate_overdue(now=timezone.now() + timedelta(minutes=minutes, seconds=1))

    words = words_of(desk.get("/desk/"))

    assert '<span aria-hidden="true">▲</span> nobody has it' in words
    assert "Find help" in words


def test_a_reference_said_on_the_telephone_opens_its_report(desk, case):
    answer = desk.get("/desk/", {"reference": case.reference.lower().replace("-", "")}, follow=True)

    assert answer.redirect_chain[-1][0] == f"/desk/cases/{case.reference}/"


def test_a_reference_that_is_not_there_is_told_in_words(desk, sealed):
    words = words_of(desk.get("/desk/", {"reference": sealed.reference}))

    assert "No report with this reference is in your areas." in words


def test_what_a_person_wrote_is_not_in_the_queue(desk, case):
    assert "passports" not in words_of(desk.get("/desk/"))


def test_an_empty_queue_says_so(desk, directory):
    assert "Nothing waits here." in words_of(desk.get("/desk/"))


def test_a_report_without_a_case_is_to_be_read(desk, report):
    words = words_of(desk.get("/desk/"))

    assert f'href="/desk/reports/{report.reference}/"' in words
    assert Report.objects.awaiting_triage().count() == 1
