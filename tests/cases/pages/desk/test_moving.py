"""The desk sees where a person goes, and decides to keep the track as evidence."""

import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from agencies.models import Role
from cases.flow import casework, sharing
from cases.flow.intake import Fix
from cases.models import AccessEvent, LiveShare
from tests.cases.pages.conftest import words_of
from tests.conftest import make_alert, make_officer

pytestmark = pytest.mark.django_db

PATTANI = Fix(longitude=101.254, latitude=6.868, accuracy_m=12)


def at(number: int) -> Fix:
    return Fix(longitude=101.0725, latitude=5.7740 + number / 1000, accuracy_m=12)


@pytest.fixture
def case(directory):
    return make_alert(now=timezone.now() - timedelta(minutes=11)).case


@pytest.fixture
def share(case):
    """Return a live share that began ten minutes ago, with three points."""
    began = timezone.now() - timedelta(minutes=10)
    share = sharing.start_sharing(report=case.reports.get(), now=began)
    for number in (1, 2, 3):
        sharing.add_point(share=share, fix=at(number), now=began + timedelta(minutes=3 * number))
    return share


def page(client, case):
    return client.get(reverse("desk-case", args=[case.reference]))


def part(client, case):
    return client.get(reverse("desk-case-moving", args=[case.reference]), headers={"HX-Request": "true"})


def drawn(response, name="case-track"):
    return json.loads(re.search(rf'<script id="{name}"[^>]*>(.*?)</script>', response.content.decode())[1])


def test_a_case_that_nobody_shares_says_nothing_of_it(desk, case):
    response = page(desk, case)

    assert "Where they go" not in words_of(response)
    assert "case-track" not in response.content.decode()


def test_the_desk_sees_the_newest_point_how_exact_it_is_and_until_when(desk, case, share):
    words = words_of(page(desk, case))

    assert f"shares where they are until {timezone.localtime(share.ends_at):%H:%M}." in words
    assert "5.77700, 101.07250" in words
    assert "± 12 m" in words
    assert "1 minute ago" in words or "just now" in words


def test_the_map_draws_the_way_and_looks_where_the_person_is_now(desk, case, share):
    response = page(desk, case)

    assert drawn(response)["trail"] == [[5.775, 101.0725], [5.776, 101.0725], [5.777, 101.0725]]
    assert drawn(response)["live"] is True
    assert drawn(response, "case-map-data")["middle"] == [5.777, 101.0725]


def test_a_track_is_not_listed_point_by_point_among_the_places(desk, case, share):
    assert len(re.findall(r'<ol class="places">.*?</ol>', page(desk, case).content.decode(), re.DOTALL)) == 1
    assert words_of(page(desk, case)).count("5.77500") == 0


def test_an_open_page_asks_again_and_each_time_leaves_a_trace(desk, case, share, anong):
    response = part(desk, case)

    assert response.status_code == 200
    assert drawn(response)["trail"][-1] == [5.777, 101.0725]
    assert AccessEvent.objects.filter(case=case, officer=anong, what="CASE").count() == 1


def test_when_it_is_over_the_page_asks_no_more_and_says_where_the_person_was_seen_last(desk, case, share):
    sharing.stop_sharing(share=share, now=timezone.now())

    response = part(desk, case)

    assert response.status_code == 286
    assert "Last seen:" in words_of(response)
    assert "stopped by the person" in words_of(response)
    assert drawn(response)["live"] is False
    assert "hx-get" not in page(desk, case).content.decode().partition('id="moving"')[2].partition(">")[0]


def test_the_desk_is_told_that_the_person_is_in_another_province_and_moves_the_case_itself(desk, case, share):
    sharing.add_point(share=LiveShare.objects.get(), fix=PATTANI, now=timezone.now())

    response = page(desk, case)

    assert "This is in Pattani. The case stays where it is until you move it." in words_of(response)
    assert reverse("desk-move", args=[case.reference]) in response.content.decode()
    assert "moved into another province" in words_of(response)


@pytest.mark.parametrize("name", ["desk-case-moving", "desk-keep-track"])
def test_nobody_else_sees_it(client, sealed, anong, name):
    share = sharing.start_sharing(report=sealed.reports.get(), now=timezone.now())
    sharing.add_point(share=share, fix=at(1), now=timezone.now())
    client.force_login(anong)

    assert client.get(reverse(name, args=[sealed.reference])).status_code == 404
    assert AccessEvent.objects.get(case=sealed).is_refused


def test_the_page_asks_the_database_as_often_for_a_long_track_as_for_a_short_one(
    desk, case, share, django_assert_max_num_queries
):
    for _ in range(26):
        share.positions.create(
            report=share.report,
            source="GPS",
            point=share.positions.first().point,
            captured_at=timezone.now(),
            received_at=timezone.now(),
        )

    with django_assert_max_num_queries(14):
        part(desk, case)


def test_a_page_that_was_open_before_is_told_that_it_began(desk, case, share):
    address = reverse("desk-case-answers", args=[case.reference])

    said, known = (desk.get(f"{address}{more}", headers={"HX-Request": "true"}) for more in ("", "?moving"))

    assert "The person now shares where they are." in words_of(said)
    assert "5.77" not in words_of(said)
    assert "The person now shares where they are." not in words_of(known)


# ---- kept as evidence -----------------------------------------------------------------------------------------


def keep(client, case, **fields):
    return client.post(reverse("desk-keep-track", args=[case.reference]), fields)


def test_who_answers_for_the_case_keeps_the_track_with_a_reason(desk, case, share, anong):
    casework.take(case=case, by=anong, now=timezone.now())
    assert "Hold it as evidence" in words_of(page(desk, case))

    keep(desk, case, reason="The way to the pier")

    words = words_of(page(desk, case))
    assert "Held as evidence by Anong: The way to the pier" in words
    assert "the track is held as evidence" in words
    assert "Hold it as evidence" not in words


def test_a_supervisor_may_and_a_colleague_may_not(client, case, share, somchai, yala_desk):
    malee = make_officer("Malee", yala_desk, Role.TRIAGE)
    client.force_login(malee)
    assert "Hold it as evidence" not in words_of(page(client, case))
    assert keep(client, case, reason="x").status_code == 403
    assert LiveShare.objects.get().kept_at is None

    client.force_login(somchai)
    keep(client, case, reason="x")

    assert LiveShare.objects.get().kept_by == somchai


def test_without_a_reason_it_is_not_kept(client, case, share, somchai):
    client.force_login(somchai)

    response = keep(client, case, reason="")

    assert response.status_code == 200
    assert LiveShare.objects.get().kept_at is None


def test_what_is_not_there_is_not_kept_and_that_is_said(client, case, somchai):
    client.force_login(somchai)

    response = client.post(reverse("desk-keep-track", args=[case.reference]), {"reason": "x"}, follow=True)

    assert "There is no track to hold." in words_of(response)
