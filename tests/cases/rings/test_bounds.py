"""A refusal excludes a kind of agency, a yes lets the desk ask by hand, an embassy is never asked without one."""

from datetime import timedelta

import pytest

from agencies.models import Agency, Hotline, Notification
from cases.flow import dispatching, intake, wishes
from cases.flow.intake import Fix, Sent
from cases.models import Consent, Dispatch, Report
from cases.privacy import consents, history
from cases.privacy.actor import Actor
from cases.reads import asked, ladder
from cases.rings.bounds import allows
from cases.rings.offering import candidates
from tests.conftest import BETONG

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


OPEN, GENTLE = Report.MayTell.NEAREST_HELP, Report.MayTell.SOCIAL_WORKERS


def written(now, may_tell=OPEN, **said: bool) -> Report:
    """In danger at Betong, so that its case opens at once."""
    fix = Fix(longitude=BETONG.x, latitude=BETONG.y, accuracy_m=25)
    sent = Sent(
        kind=Report.Kind.WRITTEN, language="km", fix=fix, may_tell=may_tell, in_danger_now=True, consents=said
    )
    return intake.receive(sent=sent, now=now)


def told(case) -> set[str]:
    return {dispatch.agency.name_en for dispatch in case.dispatches.all()}


def test_who_says_nothing_is_treated_as_before(directory, now):
    assert told(written(now).case) == {"Yala Desk", "Betong Police", "Betong Hospital"}


def test_police_who_were_refused_are_not_in_the_ring_and_the_others_are(directory, now):
    case = written(now, POLICE=False).case

    assert told(case) == {"Yala Desk", "Betong Hospital"}
    for minutes in (5, 10, 20, 30):
        dispatching.escalate_overdue(now=now + timedelta(minutes=minutes))
    assert "Betong Police" not in told(case)
    assert "National Desk" in told(case)  # somebody is reached within the bound


def test_the_place_that_comes_later_does_not_bring_them_in(directory, now):
    sent = Sent(
        kind=Report.Kind.WRITTEN, language="th", in_danger_now=True, may_tell=OPEN, consents={"POLICE": False}
    )
    report = intake.receive(sent=sent, now=now)

    intake.add_place(report=report, fix=Fix(longitude=BETONG.x, latitude=BETONG.y), now=now)

    assert "Betong Hospital" in told(report.case)
    assert "Betong Police" not in told(report.case)


def test_when_somebody_declines_the_next_one_is_not_of_a_refused_kind(directory, now):
    case = written(now, POLICE=False).case
    hospital = case.dispatches.get(agency__name_en="Betong Hospital")

    dispatching.decline(dispatch=hospital, reason="BUSY", by=Actor.link_holder(hospital), now=now)

    assert "Betong Police" not in told(case)


def test_a_refused_shelter_is_not_asked_and_the_desks_are(directory, now):
    case = written(now, GENTLE, SHELTER=False).case
    for minutes in (5, 10, 20):
        dispatching.escalate_overdue(now=now + timedelta(minutes=minutes))

    assert told(case) == {"Yala Desk", "National Desk"}


def test_a_desk_is_never_left_out_whatever_its_kind(directory, national_desk, now):
    Agency.objects.filter(pk=national_desk.pk).update(kind="NGO")
    national_desk.refresh_from_db()

    assert allows(written(now, SHELTER=False).case, national_desk) is True


def test_a_refused_kind_needs_an_override_by_hand(directory, anong, betong_police, now):
    case = written(now, POLICE=False).case
    ask = {"case": case, "agencies": [betong_police], "by": Actor.of(anong), "now": now, "purpose": "RESPOND"}

    with pytest.raises(dispatching.NotAllowed):
        dispatching.dispatch_to(**ask)
    dispatching.dispatch_to(**ask, override="A child is locked in")

    case.refresh_from_db()
    assert case.widened_by == anong
    assert "Betong Police" in told(case)


def test_an_explicit_yes_lets_the_desk_ask_by_hand_and_no_ring(directory, anong, betong_hospital, now):
    case = written(now, GENTLE, HEALTH=True).case
    for minutes in (5, 10, 20):
        dispatching.escalate_overdue(now=now + timedelta(minutes=minutes))
    assert "Betong Hospital" not in told(case)

    by = Actor.of(anong)
    dispatching.dispatch_to(case=case, agencies=[betong_hospital], by=by, now=now, purpose=Dispatch.Purpose.RESPOND)

    case.refresh_from_db()
    assert ("Betong Hospital" in told(case), case.widened_at) == (True, None)


@pytest.mark.parametrize("said", [{}, {"EMBASSY": False}])
def test_an_embassy_is_told_by_nobody_without_a_yes(directory, embassy, anong, now, said):
    case = written(now, **said).case

    assert embassy not in [near.agency for near in candidates(case, now=now)]
    with pytest.raises(dispatching.NotAllowed):
        dispatching.dispatch_to(
            case=case, agencies=[embassy], by=Actor.of(anong), now=now, purpose="REFER", override="A life"
        )


def test_an_embassy_is_offered_after_a_yes_and_still_in_no_ring(directory, embassy, anong, now):
    case = written(now, EMBASSY=True).case
    assert "Embassy" not in told(case)
    assert embassy in [near.agency for near in candidates(case, now=now)]

    dispatching.dispatch_to(case=case, agencies=[embassy], by=Actor.of(anong), now=now, purpose="REFER")

    assert "Embassy" in told(case)


def test_of_several_reports_the_strictest_answer_counts(directory, now):
    case = written(now, POLICE=True).case
    other = written(now, POLICE=False)
    Report.objects.filter(pk=other.pk).update(case=case)

    assert consents.answers_of(case).refused == ["POLICE"]


def test_an_answer_is_a_row_with_the_text_the_language_and_who_asked(directory, now):
    report = written(now, POLICE=False, EMBASSY=True)

    rows = {row.recipient: row for row in report.consents.all()}
    assert {name: row.is_given for name, row in rows.items()} == {"POLICE": False, "EMBASSY": True}
    row = rows["POLICE"]
    assert (row.language, row.text_version, row.by, row.given_at) == ("km", consents.TEXT_VERSION, "REPORTER", now)


def test_a_withdrawal_is_told_to_the_desk_and_to_whoever_holds_it_and_stands_nobody_down(directory, now):
    report = written(now)
    police = report.case.dispatches.get(agency__name_en="Betong Police")
    owed, later = Notification.objects.count(), now + timedelta(minutes=1)
    assert asked.refused_since(police) == []

    said = {"POLICE": False}
    assert wishes.say_who_may_know(report=report, said=said, language="km", now=later) == ["POLICE"]
    assert wishes.say_who_may_know(report=report, said=said, language="km", now=later) == []

    assert asked.refused_since(police) == ["police and prosecutors"]
    assert report.case.dispatches.live().filter(pk=police.pk).exists()
    assert Notification.objects.count() == owed + 1
    line = report.case.events.order_by("sequence").last()
    assert (line.kind, line.facts["said"]) == ("CONSENT", {"POLICE": False})
    assert history.first_broken_line(report.case) is None


def test_another_answer_takes_the_place_of_the_one_before(directory, now):
    report, later = written(now, POLICE=True), now + timedelta(minutes=1)

    wishes.say_who_may_know(report=report, said={"POLICE": False}, language="th", now=later)

    first, second = Consent.objects.order_by("pk")
    assert (first.is_given, first.withdrawn_at, second.is_given, second.withdrawn_at) == (True, later, False, None)


def test_the_police_number_stands_beyond_what_was_allowed(directory, now):
    for hotline in Hotline.from_file():
        hotline.save()

    rungs = {rung.number: rung for rung in ladder.ladder_of(written(now, POLICE=False).case, now=now).rungs}

    assert (rungs["191"].is_beyond, rungs["1300"].is_beyond) == (True, False)
