"""The exact place is shown after the PIN or a login, while the dispatch is live, and never without a trace."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from agencies.models import Role
from cases.flow import casework, dispatching, intake, sharing
from cases.flow.dispatching import exact_place as verb
from cases.flow.dispatching.exact_place import LoginNeeded
from cases.flow.intake import Fix
from cases.models import AccessEvent, AcknowledgementLink, Position, Report
from cases.privacy.actor import Actor
from cases.reads import asked as reads
from tests.cases.pages.responder.conftest import PIN, address_of
from tests.conftest import make_alert, make_officer

pytestmark = pytest.mark.django_db

ENGLISH = {"Accept-Language": "en"}


def page_of(response):
    return response.content.decode()


def traces():
    return [(trace.what, trace.is_refused, trace.officer_id) for trace in AccessEvent.objects.order_by("pk")]


def proof_in(page):
    return re.search(r'name="proof" value="([^"]+)"', page)[1]


def test_the_pin_opens_the_place_and_leaves_a_trace(client, link, taken):
    page = page_of(client.post(f"{link}place/", {"pin": PIN}))

    assert "5.77400, 101.07250" in page
    assert "geo:5.77400,101.07250" in page
    assert "behind the green gate" in page
    assert traces() == [("PLACE", False, None)]
    assert AccessEvent.objects.get().dispatch == taken


def test_the_place_says_how_exact_it_is_and_that_nobody_checked_it(client, link, taken):
    page = page_of(client.post(f"{link}place/", {"pin": PIN}, headers=ENGLISH))

    for said in ("Probably within 25 metres", "Measured by the phone", "Nobody has checked it", "just now"):
        assert said in page


def test_a_place_read_out_of_words_is_not_said_to_be_measured(client, link, taken):
    Position.objects.update(source=Position.Source.READ)

    page = page_of(client.post(f"{link}place/", {"pin": PIN}, headers=ENGLISH))

    assert "Read from what the person wrote" in page
    assert "Measured by the phone" not in page


def test_the_place_tells_what_a_responder_needs_and_no_story(client, link, taken):
    Report.objects.update(children_present=True, people_count=6, safe_contact=Report.SafeContact.AS_WRITTEN)

    page = page_of(client.post(f"{link}place/", {"pin": PIN}, headers=ENGLISH))

    for said in ("<dd>6</dd>", "<strong>Yes</strong>", "ภาษาไทย", "Only as the person wrote"):
        assert said in page
    for hidden in ("They beat us", "081 000 0000"):
        assert hidden not in page


def test_whom_the_person_wants_to_speak_through_is_told_to_who_goes_there(client, link, taken):
    Report.objects.update(interpreter=Report.Interpreter.WOMAN)

    page = page_of(client.post(f"{link}place/", {"pin": PIN}, headers=ENGLISH))

    assert " ".join(page.split()).count("<dt>Interpreter wanted</dt><dd><strong>a woman</strong></dd>") == 1


def test_coordinates_are_written_with_a_point_in_every_language(client, link, taken, settings):
    settings.USE_THOUSAND_SEPARATOR = True

    for language in ("th", "en"):
        page = page_of(client.post(f"{link}place/", {"pin": PIN}, headers={"Accept-Language": language}))
        assert "5.77400, 101.07250" in page
        assert 'data-latitude="5.774"' in page


def test_the_trace_is_committed_before_the_place_is_loaded(client, link, taken, monkeypatch):
    seen = []
    monkeypatch.setattr(reads, "place_of", lambda dispatch: seen.append(traces()) or 1 / 0)

    with pytest.raises(ZeroDivisionError):
        client.post(f"{link}place/", {"pin": PIN})

    assert seen == [[("PLACE", False, None)]]


def test_a_wrong_pin_shows_nothing_and_is_traced_as_a_refusal(client, link, taken):
    page = page_of(client.post(f"{link}place/", {"pin": "1357"}, headers=ENGLISH))

    assert "not your agency&#x27;s PIN" in page
    assert "5.774" not in page
    assert traces() == [("PLACE", True, None)]
    assert "1357" not in page


def test_five_wrong_pins_lock_the_link_for_a_quarter_of_an_hour(link, taken, now):
    row = AcknowledgementLink.objects.last()
    for _ in range(verb.GUESSES - 1):
        with pytest.raises(dispatching.WrongPin):
            dispatching.open_place(link=row, pin="1357", now=now)

    with pytest.raises(dispatching.PinLocked) as locked:
        dispatching.open_place(link=row, pin="1357", now=now)
    with pytest.raises(dispatching.PinLocked):
        dispatching.open_place(link=row, pin=PIN, now=now + timedelta(minutes=14))

    assert locked.value.until == now + timedelta(minutes=15)
    assert dispatching.open_place(link=row, pin=PIN, now=now + timedelta(minutes=16))
    assert [refused for _, refused, _ in traces()] == [True] * 6 + [False]


def test_the_lock_is_for_this_link_and_says_until_when(client, link, taken):
    for _ in range(5):
        page = page_of(client.post(f"{link}place/", {"pin": "1357"}, headers=ENGLISH))

    assert "Too many wrong PINs" in page
    assert "5.774" in page_of(client.post(f"{address_of(taken)}place/", {"pin": PIN}))


def test_a_right_pin_forgets_the_wrong_ones(link, taken, now):
    row = AcknowledgementLink.objects.last()
    for pin in ("1", "2", "3", "4", PIN, "5", "6"):
        try:
            dispatching.open_place(link=row, pin=pin, now=now)
        except dispatching.WrongPin:
            continue

    row.refresh_from_db()
    assert row.pin_failures == 2


def test_no_place_before_the_agency_has_taken_it(client, link, asked):
    page = page_of(client.post(f"{link}place/", {"pin": PIN}))

    assert "5.774" not in page
    assert traces() == [("PLACE", True, None)]


@pytest.mark.parametrize("end", ["decline", "close"])
def test_no_place_when_the_dispatch_is_over(client, link, taken, anong, end):
    proof = proof_in(page_of(client.post(f"{link}place/", {"pin": PIN})))
    if end == "decline":
        client.post(f"{link}cannot/", {"reason": "BUSY"})
    else:
        casework.close(case=taken.case, reason="HELPED", text="", by=anong, now=timezone.now())

    by_pin = client.post(f"{link}place/", {"pin": PIN})
    by_proof = client.post(f"{link}arrived/", {"proof": proof})

    assert (by_pin.status_code, by_proof.status_code) == (410, 410)
    assert "5.774" not in page_of(by_pin) + page_of(by_proof)
    assert traces()[1:] == [("PLACE", True, None)]


@pytest.fixture
def sealed(directory, custodian):
    custodian.pin_hash = make_password(PIN)
    custodian.save()
    case = make_alert(now=timezone.now(), officials_involved=True).case
    dispatch = case.dispatches.get(agency=custodian)
    by = Actor.link_holder(dispatch)
    return dispatching.acknowledge(dispatch=dispatch, name="Dao", arrival_minutes=None, by=by, now=timezone.now())


def test_a_sealed_place_is_never_opened_by_a_pin(client, sealed):
    link = address_of(sealed)

    page = page_of(client.get(link))
    forced = page_of(client.post(f"{link}place/", {"pin": PIN}))

    assert 'name="pin"' not in page
    assert "5.774" not in forced
    assert traces() == [("PLACE", True, None)]


def test_a_sealed_place_opens_to_an_officer_of_the_custodian(client, sealed, dao):
    client.force_login(dao)

    page = page_of(client.get(f"/asked/{sealed.case.reference}/place/"))

    assert "5.77400, 101.07250" in page
    assert traces() == [("PLACE", False, dao.pk)]


def test_an_agency_without_a_pin_logs_in(client, link, taken):
    taken.agency.pin_hash = ""
    taken.agency.save()

    page = page_of(client.get(link))
    client.post(f"{link}place/", {"pin": ""})
    forced = page_of(client.post(f"{link}place/", {"pin": "x"}))

    assert "/login/?next=/asked/" in page
    assert "5.774" not in forced


def test_an_officer_of_the_agency_opens_the_place_without_a_pin_and_is_traced(client, taken, pim):
    client.force_login(pim)

    page = page_of(client.get(f"/asked/{taken.case.reference}/place/"))

    assert "5.77400, 101.07250" in page
    assert traces() == [("PLACE", False, pim.pk)]


def test_an_officer_who_has_not_taken_it_is_refused_and_traced(client, asked, pim):
    client.force_login(pim)

    response = client.get(f"/asked/{asked.case.reference}/place/")

    assert response.url == f"/asked/{asked.case.reference}/"
    assert traces() == [("PLACE", True, pim.pk)]


def test_an_officer_of_another_agency_finds_nothing(client, taken, yala_shelter):
    nurse = make_officer("Nurse", yala_shelter, Role.AGENCY)
    client.force_login(nurse)

    assert client.get(f"/asked/{taken.case.reference}/place/").status_code == 404


def test_an_officer_of_another_agency_is_refused_by_the_verb_too(taken, dao, now):
    with pytest.raises(LoginNeeded):
        dispatching.open_place_for(dispatch=taken, officer=dao, now=now)

    assert traces() == [("PLACE", True, dao.pk)]


def test_on_arrival_the_place_stays_in_view_without_the_pin(client, link, taken):
    proof = proof_in(page_of(client.post(f"{link}place/", {"pin": PIN})))

    page = page_of(client.post(f"{link}arrived/", {"proof": proof}))

    assert "5.77400, 101.07250" in page
    taken.refresh_from_db()
    assert taken.arrived_at
    assert traces() == [("PLACE", False, None)] * 2


@pytest.mark.parametrize("proof", ["", "login", "forged:1:2", "ก\x00"])
def test_without_a_proof_the_arrival_is_noted_and_no_place_is_shown(client, link, taken, proof):
    response = client.post(f"{link}arrived/", {"proof": proof})

    assert response.url == link
    taken.refresh_from_db()
    assert taken.arrived_at


def test_the_proof_dies_with_the_pin_and_on_another_link(client, link, taken):
    proof = proof_in(page_of(client.post(f"{link}place/", {"pin": PIN})))

    assert client.post(f"{address_of(taken)}arrived/", {"proof": proof}).status_code == 302
    taken.agency.pin_hash = make_password("9999")
    taken.agency.save()
    assert client.post(f"{link}arrived/", {"proof": proof}).status_code == 302


def test_the_proof_dies_after_half_an_hour(client, link, taken, monkeypatch):
    proof = proof_in(page_of(client.post(f"{link}place/", {"pin": PIN})))
    monkeypatch.setattr(verb, "PROOF_LASTS", timedelta(seconds=-1))

    assert client.post(f"{link}arrived/", {"proof": proof}).status_code == 302


def test_neither_the_pin_nor_its_hash_nor_a_session_leaves_with_the_page(client, link, taken):
    response = client.post(f"{link}place/", {"pin": PIN})

    assert PIN not in page_of(response)
    assert taken.agency.pin_hash not in page_of(response)
    assert "sessionid" not in response.cookies
    assert "no-store" in response["Cache-Control"]


def test_the_newest_measured_place_is_shown(taken):
    report = taken.case.reports.get()
    fix = Fix(101.2, 5.9, accuracy_m=8, source=Position.Source.PIN)
    intake.add_place(report=report, fix=fix, now=timezone.now())
    intake.add_place(report=report, fix=None, area="950202", text="by the mosque", now=timezone.now())

    place = reads.place_of(taken)

    assert place.coordinates == "5.90000, 101.20000"
    assert place.landmarks == ["by the mosque", "behind the green gate"]


def test_a_named_area_is_said_when_nothing_was_measured(client, link, taken):
    Position.objects.all().delete()
    intake.add_place(report=taken.case.reports.get(), fix=None, area="950202", now=timezone.now())

    page = page_of(client.post(f"{link}place/", {"pin": PIN}, headers=ENGLISH))

    assert "Yarom" in page
    assert "No exact place is known" in page
    assert "geo:" not in page


def test_of_several_reports_the_strictest_wish_counts(taken, now):
    second = make_alert(now=now, safe_contact=Report.SafeContact.ANY_TIME, people_count=3)
    Report.objects.filter(pk=second.pk).update(case=taken.case, language="en")

    place = reads.place_of(taken)

    assert place.safe_contact == "DO_NOT_CONTACT"
    assert place.people_count == 3
    assert place.languages == ["ภาษาไทย", "English"]


def test_a_secret_agency_is_not_on_the_sketch(client, link, taken):
    assert "data-agency-latitude" in page_of(client.post(f"{link}place/", {"pin": PIN}))

    taken.agency.location_secret = True
    taken.agency.save()

    assert "data-agency-latitude" not in page_of(client.post(f"{link}place/", {"pin": PIN}))


# ---- somebody who moves --------------------------------------------------------------------------------------


@pytest.fixture
def share(taken):
    """Return a live share with one point, some 330 m north of the alert."""
    now = timezone.now()
    share = sharing.start_sharing(report=taken.case.reports.get(), now=now)
    sharing.add_point(share=share, fix=Fix(longitude=101.0725, latitude=5.777, accuracy_m=12), now=now)
    return share


def test_the_responder_sees_where_the_person_is_now_and_until_when(client, link, taken, share):
    page = page_of(client.post(f"{link}place/", {"pin": PIN}, headers=ENGLISH))

    assert "5.77700, 101.07250" in page
    assert "Probably within 12 metres" in page
    assert f"shares where they are until {timezone.localtime(share.ends_at):%H:%M}." in page


def test_looking_again_needs_no_second_pin_and_leaves_a_second_trace(client, link, taken, share):
    proof = proof_in(page_of(client.post(f"{link}place/", {"pin": PIN})))
    later = timezone.now() + timedelta(seconds=10)
    sharing.add_point(share=share, fix=Fix(longitude=101.0725, latitude=5.779, accuracy_m=12), now=later)

    page = page_of(client.post(f"{link}place/", {"proof": proof}, headers=ENGLISH))

    assert "5.77900, 101.07250" in page
    assert traces() == [("PLACE", False, None)] * 2


def test_a_proof_that_is_none_shows_nothing(client, link, taken, share):
    response = client.post(f"{link}place/", {"proof": "x:y:z"})

    assert response.status_code == 302
    assert traces() == [("PLACE", True, None)]


def test_when_it_is_over_the_place_is_where_the_person_was_seen_last(client, link, taken, share):
    sharing.stop_sharing(share=share, now=timezone.now())

    page = page_of(client.post(f"{link}place/", {"pin": PIN}, headers=ENGLISH))

    assert "Last seen here." in page
    assert "5.77700, 101.07250" in page


def test_once_the_dispatch_is_over_nobody_follows_anybody(client, link, taken, share, anong):
    proof = proof_in(page_of(client.post(f"{link}place/", {"pin": PIN})))
    casework.close(case=taken.case, reason="HELPED", text="", by=anong, now=timezone.now())

    response = client.post(f"{link}place/", {"proof": proof})

    assert response.status_code == 410
    assert "5.777" not in page_of(response)
