"""The desk sees a bundle as one line and one page with one button, and puts nothing away unread."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.models import Role
from cases.flow import casework, dispatching, intake
from cases.flow.intake import Fix, Sent
from cases.models import Bundle, Case, Report
from cases.privacy.networks import network_of
from cases.reads import bundles, queue
from tests.cases.pages.conftest import words_of
from tests.cases.pages.desk.test_queue import count_queries
from tests.conftest import BETONG, make_alert, make_officer

pytestmark = pytest.mark.django_db

NETWORK = "203.0.113.7"


@pytest.fixture(autouse=True)
def small_numbers(settings):
    settings.FLOOD_LIMIT, settings.FLOOD_CROWD = 0, 0


def press(address=NETWORK, **fields) -> Report:
    now = timezone.now()
    fields.setdefault("may_tell", Report.MayTell.NEAREST_HELP)
    fix = Fix(longitude=BETONG.x, latitude=BETONG.y, captured_at=now)
    sent = Sent(kind=Report.Kind.LOCATION_ALERT, language="th", fix=fix, **fields)
    return intake.receive(sent=sent, now=now, network=network_of(address, now=now))


@pytest.fixture
def flood(directory) -> list[Report]:
    return [press() for _ in range(4)]


@pytest.fixture
def bundle(flood) -> Bundle:
    return Bundle.objects.get()


def put_away(desk, bundle, *reports, reason="FALSE_ALARM"):
    fields = {"references": [report.reference for report in reports], "reason": reason}
    return desk.post(f"/desk/bundles/{bundle.pk}/put-away/", fields, follow=True)


def test_a_flood_is_one_line_in_the_queue(desk, flood, bundle):
    alone = make_alert(now=timezone.now())

    words = words_of(desk.get("/desk/"))

    assert "4 from one network" in words
    assert "4 in danger now" in words
    assert "4 wait for your look" in words
    assert f'href="/desk/bundles/{bundle.pk}/"' in words
    assert alone.reference in words
    assert not any(report.reference in words for report in flood)


def test_the_view_of_low_trust_has_its_count(desk, flood):
    words = words_of(desk.get("/desk/?view=low-trust"))

    assert 'Low trust <span class="badge">4</span>' in words
    assert "4 from one network" in words


def test_what_came_from_a_strange_page_is_of_low_trust_too(desk, directory):
    strange = make_alert(now=timezone.now(), marks=["STRANGE_ORIGIN"])
    plain = make_alert(now=timezone.now(), people_count=2)

    words = words_of(desk.get("/desk/?view=low-trust"))

    assert strange.reference in words
    assert plain.reference not in words


def test_the_queue_asks_no_more_in_a_flood(desk, directory):
    press()
    few = count_queries(desk, "/desk/")
    for _ in range(30):
        press()

    assert count_queries(desk, "/desk/") == few <= 9  # one more than without a flood


def test_floods_from_many_networks_do_not_fill_the_page(desk, directory):
    for number in range(bundles.SHOWN + 5):
        press(address=f"198.51.{number}.9")

    assert len(desk.get("/desk/").context["bundles"]) == bundles.SHOWN


def test_a_flood_that_turned_red_is_red_in_the_queue(desk, flood):
    for minutes in (3, 8, 13):
        dispatching.escalate_overdue(now=timezone.now() + timedelta(minutes=minutes, seconds=1))

    words = words_of(desk.get("/desk/"))

    assert Case.objects.filter(red_since__isnull=False).count() == 4
    assert 'class="line line-red line-bundle"' in words


def test_the_page_shows_each_and_one_button_tells_the_nearest(desk, flood, bundle, anong):
    page = desk.get(f"/desk/bundles/{bundle.pk}/")
    answer = desk.post(f"/desk/bundles/{bundle.pk}/look/", follow=True)
    dispatching.escalate_overdue(now=timezone.now())

    assert all(report.reference in words_of(page) for report in flood)
    assert "I looked: tell the nearest now" in words_of(page)
    assert "The nearest agencies are told of 4 cases now." in words_of(answer)
    bundle.refresh_from_db()
    assert bundle.looked_by == anong
    for report in flood:
        assert report.case.dispatches.filter(agency__name_en="Betong Police").exists()
    assert "Anong has looked" in words_of(desk.get("/desk/"))
    assert "I looked: tell the nearest now" not in words_of(desk.get(f"/desk/bundles/{bundle.pk}/"))


def test_what_an_officer_takes_leaves_the_bundle_for_the_queue(desk, flood, bundle, anong):
    casework.take(case=flood[0].case, by=anong, now=timezone.now())

    words = words_of(desk.get("/desk/"))

    assert flood[0].reference in words
    assert "3 from one network" in words


def test_only_what_was_ticked_is_put_away_and_the_history_says_by_whom(desk, flood, bundle, anong):
    words = words_of(put_away(desk, bundle, flood[0], flood[1]))

    assert "2 are put away." in words
    closed = Case.objects.filter(closed_at__isnull=False)
    assert {case.reference for case in closed} == {flood[0].reference, flood[1].reference}
    assert {case.closure_reason for case in closed} == {"FALSE_ALARM"}
    assert closed[0].events.get(kind="CLOSED").officer == anong


def test_words_that_nobody_has_read_are_not_put_away(desk, bundle):
    telling = press(narrative="They hold six of us.")

    page = words_of(desk.get(f"/desk/bundles/{bundle.pk}/"))
    words = words_of(put_away(desk, bundle, telling))

    assert page.count("words to be read") == 1
    assert "0 are put away." in words
    assert f"have to be read first: {telling.reference}" in words or telling.reference in words
    assert Case.objects.get(reference=telling.reference).closed_at is None


def test_words_that_came_later_count_as_words(desk, bundle):
    telling = press()
    intake.add_words(report=telling, text="Help.", now=timezone.now())

    put_away(desk, bundle, telling)

    assert Case.objects.get(reference=telling.reference).closed_at is None


def test_once_it_was_read_it_may_be_put_away(desk, bundle):
    telling = press(narrative="asdf")
    desk.get(f"/desk/cases/{telling.reference}/")

    put_away(desk, bundle, telling)

    assert Case.objects.get(reference=telling.reference).closed_at is not None


def test_a_case_that_gathers_others_is_not_put_away(desk, flood, bundle):
    other = make_alert(now=timezone.now())
    Report.objects.filter(pk=other.pk).update(case=flood[0].case)

    put_away(desk, bundle, flood[0])

    assert Case.objects.get(pk=flood[0].case.pk).closed_at is None


def test_a_written_report_is_dismissed_once_it_was_read(desk, directory):
    now = timezone.now()
    sent = Sent(kind=Report.Kind.WRITTEN, language="th", narrative="buy now", area="95")
    report = intake.receive(sent=sent, now=now, network=network_of(NETWORK, now=now))
    put_away(desk, report.bundle, report)
    report.refresh_from_db()
    before = report.settled_at
    desk.get(f"/desk/reports/{report.reference}/")

    put_away(desk, report.bundle, report)

    report.refresh_from_db()
    assert before is None
    assert report.dismissed_reason == "SPAM"


def test_nothing_outside_the_bundle_is_put_away_from_its_page(desk, bundle):
    alone = make_alert(now=timezone.now())

    put_away(desk, bundle, alone)

    assert Case.objects.get(pk=alone.case.pk).closed_at is None


@pytest.mark.parametrize("fields", [{}, {"reason": "FALSE_ALARM"}, {"references": ["XXXX-2222"], "reason": "?"}])
def test_what_is_missing_is_said_and_ticks_stay(desk, flood, bundle, fields):
    if "references" in fields:
        fields["references"] = [flood[0].reference]
    answer = desk.post(f"/desk/bundles/{bundle.pk}/put-away/", fields)

    assert answer.status_code == 200
    assert 'class="error"' in words_of(answer)
    assert ("checked" in words_of(answer)) == ("references" in fields)


def test_when_all_is_put_away_the_page_leads_back(desk, flood, bundle):
    words = words_of(put_away(desk, bundle, *flood))

    assert "Nothing lies in this bundle any more." in words
    assert "from one network" not in words_of(desk.get("/desk/"))


def test_another_provinces_bundle_is_not_there(client, flood, bundle, pattani_desk):
    client.force_login(make_officer("Nok", pattani_desk, Role.TRIAGE))

    assert client.get(f"/desk/bundles/{bundle.pk}/").status_code == 404
    assert client.post(f"/desk/bundles/{bundle.pk}/look/").status_code == 404
    assert words_of(client.get("/desk/")).count("from one network") == 0


def test_a_sealed_bundle_is_the_custodians_alone(client, desk, directory, dao):
    press(officials_involved=True)
    bundle = Bundle.objects.get()

    assert desk.get(f"/desk/bundles/{bundle.pk}/").status_code == 404
    client.force_login(dao)
    assert client.get(f"/desk/bundles/{bundle.pk}/").status_code == 200


def test_the_pages_of_a_bundle_follow_each_other(desk, flood, bundle, monkeypatch):
    monkeypatch.setattr(queue, "PAGE", 3)

    first = desk.get(f"/desk/bundles/{bundle.pk}/")
    second = desk.get(f"/desk/bundles/{bundle.pk}/?after={first.context['page'].next}")

    assert len(first.context["page"].lines) == 3
    assert len(second.context["page"].lines) == 1


def test_the_page_of_one_says_how_it_came_and_leads_to_the_bundle(desk, flood, bundle):
    words = words_of(desk.get(f"/desk/cases/{flood[0].reference}/"))

    assert "one of many from one network within an hour" in words
    assert f'href="/desk/bundles/{bundle.pk}/"' in words
    assert "more than 0 within an hour" in words
