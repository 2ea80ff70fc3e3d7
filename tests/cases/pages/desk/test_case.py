"""The page of a case is complete, and each reading leaves a trace."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agencies.models import Capability, Notification
from cases.flow import casework, dispatching, intake
from cases.flow.intake import Fix
from cases.models import AccessEvent, Dispatch, Note, Position, Report
from cases.privacy.actor import Actor
from tests.cases.pages.conftest import words_of
from tests.conftest import BETONG, make_agency, make_alert
from vault import EncryptedTextField

pytestmark = pytest.mark.django_db


def page(client, case):
    return client.get(reverse("desk-case", args=[case.reference]))


def test_reading_leaves_a_trace_and_tells_the_reporter_that_somebody_read_it(desk, case, anong):
    page(desk, case)

    event = AccessEvent.objects.get()
    assert (event.officer, event.case, event.what, event.is_refused) == (anong, case, "CASE", False)
    case.refresh_from_db()
    assert case.first_read_at is not None


def test_the_trace_stands_before_anything_is_decrypted(desk, case, monkeypatch):
    # Words of the person: their report, their place, and what officers wrote of it.
    personal = {"narrative", "wants", "contact", "place", "text", "widened_reason", "acknowledged_by_name"}
    traces = []
    decrypt = EncryptedTextField.from_db_value

    def watched(self, value, expression, connection):
        if self.name in personal:
            traces.append(AccessEvent.objects.filter(case=case).exists())
        return decrypt(self, value, expression, connection)

    monkeypatch.setattr(EncryptedTextField, "from_db_value", watched)
    page(desk, case)

    assert traces
    assert all(traces)


def test_the_story_is_told(desk, directory):
    now = timezone.now()
    said = {
        "narrative": "They took our passports.",
        "wants": "I want to go home.",
        "contact": "081 after ten",
        "place": "behind the green gate",
        "children_present": True,
        "exploitation": ["FORCED_LABOUR"],
        "marks": ["CUT"],
    }
    report = make_alert(now=now, safe_contact=Report.SafeContact.AS_WRITTEN, **said)
    intake.add_words(report=report, text="A white truck came.", now=now)

    words = words_of(page(desk, report.case))

    for text in ("They took our passports.", "I want to go home.", "081 after ten", "behind the green gate"):
        assert text in words
    for text in ("forced work", "children", "A white truck came.", "a text was too long and was cut"):
        assert text in words
    assert "5.77400, 101.07250" in words
    assert "± 25 m" in words


def test_a_place_that_was_read_out_of_words_says_so_beside_them(desk, directory):
    now, link = timezone.now(), "https://maps.google.com/?q=5.7740,101.0725"
    report = make_alert(now=now, at=None)
    read = Fix(longitude=101.0725, latitude=5.774, accuracy_m=10, source=Position.Source.READ)
    intake.add_place(report=report, fix=None, read=read, text=link, now=now)

    words = words_of(page(desk, report.case))

    for text in (link, "5.77400, 101.07250", "± 10", "read from what the person wrote"):
        assert text in words


def test_the_desk_reads_that_only_a_rough_place_was_allowed(desk, directory):
    report = make_alert(now=timezone.now(), is_place_rough=True)

    words = words_of(page(desk, report.case))

    for text in ("only to about one kilometre", "5.77000, 101.07000", "± 825 m"):
        assert text in words


def test_the_interpreter_that_the_person_wants_stands_beside_the_language(desk, directory):
    asked = make_alert(now=timezone.now(), interpreter=Report.Interpreter.WOMAN)
    silent = make_alert(now=timezone.now())

    assert "interpreter wanted: a woman" in words_of(page(desk, asked.case))
    assert "interpreter wanted" not in words_of(page(desk, silent.case))


def test_the_rule_of_contact_stands_before_the_contact(desk, case):
    words = words_of(page(desk, case))

    assert "Do not contact." in words
    assert "081 after ten" not in words


def test_who_was_asked_is_shown_with_why_how_far_and_when_told(desk, case, betong_police):
    betong_police.phone = "073-230-000"
    betong_police.save()
    dispatch = case.dispatches.get(agency=betong_police)
    dispatch.notifications.update(state=Notification.State.SENT, sent_at=timezone.now(), body="")

    words = words_of(page(desk, case))

    assert "Betong Police" in words
    assert "among the nearest that can help · 0.4 km" in words
    assert "<dt>told</dt>" in words
    assert 'href="tel:073-230-000"' in words


def test_the_distance_of_a_secret_place_is_never_shown(desk, gentle, yala_shelter, anong):
    dispatching.dispatch_to(
        case=gentle, agencies=[yala_shelter], by=Actor.of(anong), now=timezone.now(), purpose=Dispatch.Purpose.RESPOND
    )
    # Even if it became known otherwise.
    gentle.dispatches.filter(agency=yala_shelter).update(metres=2_000)

    answer = page(desk, gentle)

    assert "Yala Shelter" in words_of(answer)
    assert "2.0 km" not in words_of(answer)
    assert "101.09" not in words_of(answer)  # and it is on no map


def test_a_message_that_did_not_arrive_asks_for_a_call(desk, case, betong_police):
    dispatch = case.dispatches.get(agency=betong_police)
    dispatch.notifications.update(state=Notification.State.FAILED, last_error="550")

    assert "The message did not reach them. Call." in words_of(page(desk, case))


def test_answers_stand_with_their_times_and_reasons(desk, case, betong_police, betong_hospital):
    now = timezone.now()
    police, hospital = (case.dispatches.get(agency=agency) for agency in (betong_police, betong_hospital))
    dispatching.acknowledge(
        dispatch=police, name="Sergeant Wichai", arrival_minutes=12, by=Actor.link_holder(police), now=now
    )
    dispatching.decline(dispatch=hospital, reason="BUSY", by=Actor.link_holder(hospital), now=now)

    words = words_of(page(desk, case))

    assert "Sergeant Wichai" in words
    assert "there in 12 minutes" in words
    assert "busy with another case" in words
    assert '<span aria-hidden="true">●</span> held' in words


def test_the_history_is_in_words_and_shows_what_officers_wrote(desk, case, betong_police, anong):
    now = timezone.now()
    casework.add_note(case=case, text="The owner of the boat is known.", by=anong, now=now)
    police = case.dispatches.get(agency=betong_police)
    call = dispatching.Call(Note.CallResult.BUSY, dispatch=police, text="Engaged three times.")
    dispatching.log_call(case=case, call=call, by=anong, now=now + timedelta(seconds=1))

    words = words_of(page(desk, case))
    history = words[words.index('class="history"') :]

    assert history.index("opened") < history.index("agency asked") < history.index("The owner of the boat is known.")
    assert "busy" in history
    assert "Engaged three times." in history
    assert "Anong" in history


def test_the_map_has_each_position_and_the_agencies_around(desk, case):
    report = case.reports.get()
    moved = Fix(longitude=101.08, latitude=5.80, accuracy_m=300)
    intake.add_place(report=report, fix=moved, now=timezone.now())

    drawn = page(desk, case).context["map"]

    assert [position["accuracy"] for position in drawn["positions"]] == [25, 300]
    assert [position["last"] for position in drawn["positions"]] == [False, True]
    assert any("Betong Police" in agency["name"] for agency in drawn["agencies"])
    assert not any("Shelter" in agency["name"] for agency in drawn["agencies"])


def test_without_a_position_there_is_no_map(client, directory, dao):
    case = make_alert(now=timezone.now(), at=None, officials_involved=True).case
    client.force_login(dao)

    answer = page(client, case)

    assert answer.context["map"] is None
    assert "leaflet" not in words_of(answer)
    assert "No place was sent." in words_of(answer)


def test_a_case_costs_the_same_however_many_were_asked(desk, case, anong):
    def ask(agencies):
        now = timezone.now()
        dispatching.dispatch_to(
            case=case, agencies=agencies, by=Actor.of(anong), now=now, purpose=Dispatch.Purpose.RESPOND
        )

    def queries():
        with CaptureQueriesContext(connection) as asked:
            assert page(desk, case).status_code == 200
        return len(asked)

    page(desk, case)  # the first look writes down that it was read
    few = queries()
    ask([make_agency("NGO", f"Helper {number}", Capability.RESPOND, at=BETONG) for number in range(30)])
    assert case.dispatches.count() > 30

    assert queries() == few
    assert few <= 28


def test_the_answers_alone_come_for_an_open_screen(desk, case, betong_police):
    dispatch = case.dispatches.get(agency=betong_police)
    dispatching.acknowledge(
        dispatch=dispatch, name="Wichai", arrival_minutes=None, by=Actor.link_holder(dispatch), now=timezone.now()
    )

    answer = desk.get(reverse("desk-case-answers", args=[case.reference]), headers={"HX-Request": "true"})

    words = words_of(answer)
    assert "<html" not in words
    assert "Wichai" in words
    assert 'id="next" class="next" hx-swap-oob="true"' in words
    assert "passports" not in words


def test_a_page_carries_no_style_and_no_script_without_a_nonce(desk, case):
    answer = page(desk, case)

    words = words_of(answer)
    assert " style=" not in words
    assert " onclick=" not in words
    nonce = answer.wsgi_request.csp_nonce
    scripts = [tag for tag in words.split("<script")[1:] if "application/json" not in tag.split(">")[0]]
    assert scripts
    assert all(f'nonce="{nonce}"' in tag.split(">")[0] for tag in scripts)
