"""May the reporter be reached now, by this way: what they said is obeyed, and the stricter word counts."""

from datetime import UTC, datetime, time, timedelta

import pytest

from cases.flow import contacting, returning, wishes
from cases.flow.wishes import Reaching
from cases.models import Report
from cases.privacy import safe_contact
from cases.privacy.safe_contact import Reach
from tests.conftest import make_alert

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


AS_WRITTEN, ANY_TIME, NEVER = (
    Report.SafeContact.AS_WRITTEN,
    Report.SafeContact.ANY_TIME,
    Report.SafeContact.DO_NOT_CONTACT,
)


def bangkok(hour: int, minute: int = 0) -> datetime:
    """On the Monday of the tests; Bangkok is seven hours ahead."""
    return datetime(2026, 11, 23, 0, 0, tzinfo=UTC) + timedelta(hours=hour - 7, minutes=minute)


def said(rule=AS_WRITTEN, **reaching) -> Report:
    return make_alert(safe_contact=rule, contact="LINE pim, 081-234 5678", reaching=Reaching(**reaching))


def allowed(report: Report, now: datetime) -> list[str]:
    return [str(way) for way in Reach.of(report, now=now).allowed]


def test_who_said_nothing_is_not_contacted(directory, now):
    report = make_alert(contact="081 234 5678")

    reach = Reach.of(report, now=now)

    assert reach.is_forbidden
    assert (reach.allowed, reach.contact, reach.numbers, reach.instructions) == ([], "", [], [])
    assert reach.has_contact
    assert "can put them in danger" in safe_contact.may_reach(report, way="CALL", now=now).reason


def test_a_report_of_before_there_were_rules_keeps_its_own_word(directory, now):
    report = make_alert(safe_contact=ANY_TIME)

    assert allowed(report, now) == ["CALL", "TEXT", "LINE"]


def test_only_the_ways_that_were_named(directory, now):
    report = said(ways=["TEXT"])

    assert allowed(report, now) == ["TEXT"]
    words = Reach.of(report, now=now).instructions
    assert words[:3] == ["Do not call.", "They may be sent a text message.", "Do not write on LINE."]


@pytest.mark.parametrize(
    ("hour", "is_allowed"), [(17, False), (18, True), (21, True), (22, False), (23, False), (3, False), (9, False)]
)
def test_only_in_the_parts_of_the_day_that_were_named(directory, hour, is_allowed):
    assert bool(allowed(said(parts=["EVENING"]), bangkok(hour))) is is_allowed


@pytest.mark.parametrize(("hour", "is_allowed"), [(21, False), (22, True), (0, True), (5, True), (6, False)])
def test_the_night_goes_over_midnight(directory, hour, is_allowed):
    assert bool(allowed(said(parts=["NIGHT"]), bangkok(hour))) is is_allowed


def test_times_of_their_own_count_beside_the_parts_and_even_with_any_time(directory):
    report = said(ANY_TIME, parts=["MORNING"], from_time=time(20, 30), until_time=time(21))

    open_at = [hour for hour in (7, 13, 20) if allowed(report, bangkok(hour, 45))]

    assert open_at == [7, 20]


def test_outside_the_time_the_next_safe_one_is_said(directory):
    report = said(parts=["EVENING", "MORNING"])

    verdict = safe_contact.may_reach(report, way="CALL", now=bangkok(23))

    assert (verdict.is_allowed, verdict.reason) == (False, "Not at this time.")
    assert verdict.next_at == bangkok(24 + 6)
    assert safe_contact.may_reach(report, way="CALL", now=bangkok(13)).next_at == bangkok(18)


def test_a_way_that_was_not_named_has_no_next_time(directory):
    verdict = safe_contact.may_reach(said(ways=["LINE"], parts=["EVENING"]), way="CALL", now=bangkok(12))

    assert (verdict.is_allowed, verdict.next_at, verdict.reason) == (False, None, "Do not call.")


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"answers": "ME"}, "Speak to nobody but them."),
        ({"answers": "NAMED", "answers_name": "Aunt Noi"}, "Speak to them, or to Aunt Noi."),
        ({"answers": "ANYBODY"}, "Anybody who answers may be asked for them."),
    ],
)
def test_who_may_answer_and_the_code_word_are_instructions(directory, now, answers, words):
    lines = "\n".join(Reach.of(said(code_word="mangosteen", **answers), now=now).instructions)

    assert words in lines
    assert "Say the code word first: mangosteen" in lines


def test_numbers_are_found_in_any_script(directory, now):
    report = make_alert(safe_contact=ANY_TIME, contact="โทร ๐๘๑-๒๓๔-๕๖๗๘ or +66 81 234 5678, room 12, LINE id 42")

    assert Reach.of(report, now=now).numbers == ["0812345678", "+66812345678"]


def test_the_newest_word_counts(directory, now):
    report = said(ANY_TIME)

    wishes.say_how_to_reach(report=report, safe_contact=NEVER, reaching=Reaching(), now=now)
    assert allowed(report, now) == []
    assert safe_contact.strictest([report]) == NEVER

    later = Reaching(ways=["LINE"])
    wishes.say_how_to_reach(report=report, safe_contact=AS_WRITTEN, reaching=later, contact="pim2", now=now)
    assert allowed(report, now) == ["LINE"]
    assert Reach.of(report, now=now).contact.splitlines() == ["pim2", "LINE pim, 081-234 5678"]


def test_what_was_taken_away_is_there_for_nobody(directory, now):
    report = said(ANY_TIME)
    wishes.say_how_to_reach(report=report, safe_contact=ANY_TIME, reaching=Reaching(), contact="pim2", now=now)

    returning.hide_contact(report=report, now=now)
    report.refresh_from_db()
    assert not Reach.of(report, now=now).has_contact

    wishes.say_how_to_reach(report=report, safe_contact=ANY_TIME, reaching=Reaching(), contact="pim3", now=now)
    assert Reach.of(report, now=now).contact == "pim3"
    returning.hide_contact(report=report, now=now)
    assert not Reach.of(report, now=now).has_contact

    returning.show_contact_again(report=report, now=now)
    report.refresh_from_db()
    assert Reach.of(report, now=now).contact.splitlines() == ["pim3", "pim2", "LINE pim, 081-234 5678"]


def test_an_override_opens_for_a_day_and_ends_with_a_newer_word(directory, anong, now):
    report = make_alert(contact="081 234 5678")
    contacting.open_contact(report=report, reason="A child", by=anong, now=now)

    assert Reach.of(report, now=now).contact == "081 234 5678"
    assert safe_contact.may_reach(report, way="CALL", now=now).is_override
    assert Reach.of(report, now=now + timedelta(hours=24)).contact == ""

    later = now + timedelta(hours=1)
    wishes.say_how_to_reach(report=report, safe_contact=NEVER, reaching=Reaching(), now=later)
    assert Reach.of(report, now=later).contact == ""
