"""An agency's page: how it is reached, the one next step, and who changed what."""

from datetime import datetime

import pytest
from django.db import connection
from django.utils import timezone

from agencies.models import ContactPoint, Notification, Officer, Proposal, Role
from agencies.reach import proposals, verification
from tests.agencies.reach.conftest import another, code_to
from tests.conftest import make_officer

pytestmark = pytest.mark.django_db

NEW = "night@agency.example"


@pytest.fixture
def now() -> datetime:
    """The pages go by the real clock."""
    return timezone.now()


@pytest.fixture
def nok(betong_police) -> Officer:
    """The other officer at the police station."""
    return make_officer("Nok", betong_police, Role.AGENCY)


@pytest.fixture
def look(client, betong_police):
    def ask(officer, path=""):
        client.force_login(officer)
        answer = client.get(f"/directory/{betong_police.pk}/{path}")
        assert answer.status_code == 200
        return answer.text

    return ask


@pytest.fixture
def post(client, betong_police):
    def send(officer, path, **typed):
        client.force_login(officer)
        return client.post(f"/directory/{betong_police.pk}/{path}", typed, follow=True)

    return send


@pytest.fixture
def proposed(betong_police, pim, now) -> Proposal:
    return proposals.propose_new(
        agency=betong_police, transport="EMAIL", address=NEW, audience="DUTY", priority=1, by=pim, now=now
    )


def enter(proposal, officer, now):
    point = proposal.contact_point
    verification.enter_code(contact_point=point, code=code_to(point), by=officer, now=now)


def test_it_says_who_it_is_and_how_it_is_reached_without_the_whole_address(look, pim):
    shown = look(pim)

    assert "Betong Police" in shown
    assert "Betong, Yala" in shown
    assert "be•••@agency.example" in shown
    assert "betong-police-duty" not in shown
    assert "in use" in shown


def test_an_agency_without_a_contact_point_says_so(look, pim, betong_police):
    betong_police.contact_points.all().delete()

    assert "No message reaches this agency" in look(pim)


def test_a_secret_place_is_named_by_district_only(client, krit, yala_shelter):
    client.force_login(krit)

    shown = client.get(f"/directory/{yala_shelter.pk}/").text

    assert "The address is secret" in shown
    assert "5.78" not in shown


def test_an_address_that_no_key_opens_hides_no_other(look, pim, betong_police):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE agencies_contactpoint SET address = 'no key fits' WHERE audience = 'DUTY' AND agency_id = %s",
            [betong_police.pk],
        )

    shown = look(pim)

    assert "cannot be read: no key fits" in shown
    assert "be•••@agency.example" in shown


@pytest.mark.parametrize("name", ["krit", "somchai"])
def test_those_who_have_the_directory_open_every_agency(request, client, betong_police, name):
    client.force_login(request.getfixturevalue(name))

    shown = client.get("/directory/").text

    assert f'href="/directory/{betong_police.pk}/"' in shown
    assert client.get(f"/directory/{betong_police.pk}/").status_code == 200


def test_others_open_their_own_and_find_it_in_the_menu(client, anong, pim, yala_desk, betong_police):
    for officer, theirs, others in ((anong, yala_desk, betong_police), (pim, betong_police, yala_desk)):
        client.force_login(officer)
        assert 'href="/directory/ours/"' in client.get(f"/directory/{theirs.pk}/").text
        assert client.get("/directory/ours/").url == f"/directory/{theirs.pk}/"
        assert client.get(f"/directory/{others.pk}/").status_code == 404


@pytest.mark.parametrize("name", ["anong", "somchai"])
def test_who_may_not_change_it_is_shown_no_button_and_has_no_form(
    request, client, look, betong_police, yala_desk, name
):
    officer = request.getfixturevalue(name)
    client.force_login(officer)
    theirs = yala_desk if name == "anong" else betong_police

    shown = client.get(f"/directory/{theirs.pk}/").text

    assert "Add a contact point" not in shown
    assert client.get(f"/directory/{theirs.pk}/contacts/new/").status_code in {403, 404}


def test_a_failing_address_is_red_with_the_one_next_step(look, post, pim, betong_police, now):
    duty = betong_police.contact_points.get(audience="DUTY")
    ContactPoint.objects.filter(pk=duty.pk).update(failing_since=now)
    shown = look(pim)
    assert "▲" in shown
    assert "Send a new code" in shown

    answer = post(pim, f"contacts/{duty.pk}/send/")
    assert "A new code is on its way" in answer.text
    answer = post(pim, f"contacts/{duty.pk}/code/", code=code_to(duty))

    assert "The address works again" in answer.text
    assert "▲" not in look(pim)


def test_proposing_leads_to_the_code_and_from_there_to_the_pin(post, look, pim, betong_police):
    answer = post(pim, "contacts/new/", transport="EMAIL", address=NEW, audience="DUTY", priority="2")
    point = betong_police.contact_points.get(priority=2)
    assert answer.request["PATH_INFO"] == f"/directory/{betong_police.pk}/contacts/{point.pk}/code/"
    assert NEW in answer.text

    answer = post(pim, f"contacts/{point.pk}/code/", code=code_to(point))

    assert answer.request["PATH_INFO"] == f"/directory/{betong_police.pk}/pin/"
    assert "waits for a second person" in look(pim)


@pytest.mark.parametrize(
    ("transport", "address", "said"),
    [
        ("EMAIL", "no mailbox", "This is not a mailbox"),
        ("EMAIL", "", "Please write the address."),
        ("EMAIL", "หน่วย@agency.example", "most mail servers take Latin letters only"),
        ("EMAIL", "duty@-ก-.ไทย", "This is not a mailbox"),
        ("SMS", "12", "not a telephone number"),
        ("SMS", "", "Please write the address."),
        ("WEBHOOK", "http://agency.example/in", "not an https address"),
        ("WEBHOOK", "https://me:secret@agency.example/in", "Leave names and passwords out"),
        ("WEBHOOK", "https://[::1", "not an https address"),
        ("WEBHOOK", "", "Please write the address."),
        ("EMAIL", "a\x00b@agency.example", "Null characters"),
        ("FAX", "x", "FAX is not one of the available choices"),
    ],
)
def test_what_is_no_address_is_said_beside_it_and_stays(post, pim, betong_police, settings, transport, address, said):
    settings.TRANSPORTS = ["EMAIL", "SMS", "LINE", "WEBHOOK"]

    answer = post(pim, "contacts/new/", transport=transport, address=address, audience="DUTY", priority="1")

    assert answer.status_code == 200
    assert said in answer.text
    assert betong_police.contact_points.count() == 2
    if "\x00" not in address:
        assert f'value="{address}"' in answer.text or not address


def test_a_thai_domain_is_taken_as_it_is_written(post, pim, betong_police):
    typed = {"transport": "EMAIL", "address": "duty@โรงพยาบาล.ไทย", "audience": "DUTY", "priority": "2"}

    post(pim, "contacts/new/", **typed)

    assert betong_police.contact_points.get(priority=2).address == "duty@โรงพยาบาล.ไทย"


def test_the_same_address_again_is_said_beside_it(post, pim):
    typed = {
        "transport": "EMAIL",
        "address": "Betong-Police-Duty@agency.example",
        "audience": "DUTY",
        "priority": "1",
    }

    assert "The agency has this address already" in post(pim, "contacts/new/", **typed).text


def test_a_wrong_code_says_how_many_tries_are_left(post, pim, proposed):
    point = proposed.contact_point
    wrong = another(code_to(point))

    answer = post(pim, f"contacts/{point.pk}/code/", code=wrong)

    assert "4 tries are left" in answer.text


@pytest.mark.parametrize("code", ["", "x", "1" * 41, "²²²²²²²²", "a\x00"])
def test_what_is_no_code_is_no_error_of_ours(post, pim, proposed, code):
    answer = post(pim, f"contacts/{proposed.contact_point_id}/code/", code=code)

    assert answer.status_code == 200
    assert 'class="error"' in answer.text


def test_the_second_person_sees_the_whole_address_and_confirms(look, post, pim, nok, proposed, betong_police, now):
    enter(proposed, pim, now)
    assert "Look at the change" in look(nok)
    shown = look(nok, f"changes/{proposed.pk}/")
    assert NEW in shown
    assert "Pim" in shown

    answer = post(nok, f"changes/{proposed.pk}/")

    assert "Confirmed. It counts from now on." in answer.text
    assert betong_police.contact_points.usable().filter(pk=proposed.contact_point_id).exists()


def test_before_the_code_there_is_no_button_to_confirm(look, post, nok, proposed):
    assert "Confirm it" not in look(nok, f"changes/{proposed.pk}/")

    assert "Nobody has entered the code" in post(nok, f"changes/{proposed.pk}/").text


def test_who_proposed_it_is_told_to_find_somebody_else(client, look, pim, proposed, betong_police, now):
    enter(proposed, pim, now)

    shown = look(pim, f"changes/{proposed.pk}/")

    assert "somebody else confirms it" in shown
    assert "Confirm it" not in shown
    assert client.post(f"/directory/{betong_police.pk}/changes/{proposed.pk}/").status_code == 403


def test_a_refusal_wants_a_reason_and_the_history_shows_it(look, post, nok, proposed):
    answer = post(nok, f"changes/{proposed.pk}/refuse/", reason="")
    assert "Please write why" in answer.text

    post(nok, f"changes/{proposed.pk}/refuse/", reason="Nobody <b>reads</b> it at night.")

    shown = look(nok)
    assert "Nobody &lt;b&gt;reads&lt;/b&gt; it at night." in shown
    assert "ni•••@agency.example" in shown


def test_who_comes_late_reads_what_was_decided(look, post, pim, nok, proposed):
    post(pim, f"changes/{proposed.pk}/withdraw/")

    assert "withdrawn" in look(nok, f"changes/{proposed.pk}/")
    assert "Somebody has decided it meanwhile" in post(nok, f"changes/{proposed.pk}/").text


def test_the_last_address_for_duty_asks_explicitly(look, post, pim, nok, betong_police):
    duty = betong_police.contact_points.get(audience="DUTY")
    path = f"contacts/{duty.pk}/remove/"
    assert "No message reaches those on duty without it" in look(pim, path)
    assert "Please confirm that nobody on duty" in post(pim, path).text

    post(pim, path, although_last="on")
    proposal = Proposal.objects.get()
    assert "Please confirm that nobody on duty" in post(nok, f"changes/{proposal.pk}/").text
    post(nok, f"changes/{proposal.pk}/", although_last="on")

    assert not betong_police.contact_points.listed().filter(audience="DUTY").exists()


def test_a_supervisors_address_goes_without_that_question(look, post, pim, betong_police):
    supervisor = betong_police.contact_points.get(audience="SUPERVISOR")

    post(pim, f"contacts/{supervisor.pk}/remove/")

    assert "to be removed, when a second person confirms" in look(pim)


def test_a_replacement_shows_both_on_the_page(look, post, pim, betong_police):
    duty = betong_police.contact_points.get(audience="DUTY")

    post(pim, f"contacts/{duty.pk}/replace/", transport="EMAIL", address=NEW, priority="1")

    shown = look(pim)
    assert "to be replaced, when a second person confirms" in shown
    assert "not verified yet" in shown


def test_a_line_chat_is_bound_by_the_code_on_the_page(look, post, pim, betong_police, settings, now):
    settings.TRANSPORTS = ["EMAIL", "LINE"]
    settings.LINE_ACCOUNT = "@portal-example"
    answer = post(pim, "contacts/new/", transport="LINE", address="", audience="DUTY", priority="1")
    assert "@portal-example" in answer.text
    point = betong_police.contact_points.get(transport="LINE")

    made = post(pim, f"contacts/{point.pk}/send/")

    assert made.request["PATH_INFO"].endswith("/send/")
    assert made.text.count("Good for ten minutes") == 1
    assert "no-store" in made["Cache-Control"]
    assert "Bind the chat" in look(pim)


def test_a_code_that_the_address_refused_is_said(look, pim, proposed):
    Notification.objects.filter(dedupe_key__startswith="code/").update(state="FAILED")

    assert "could not be delivered" in look(pim)


def test_a_way_that_this_portal_does_not_have_is_grey(look, pim, betong_police, now):
    betong_police.contact_points.create(transport="LINE", address="C" + "0" * 32, verified_at=now, confirmed_at=now)

    assert "this portal does not send that way" in look(pim)


def test_administrators_see_what_waits_and_how_much(client, krit, proposed, betong_police):
    client.force_login(krit)
    shown = client.get("/directory/waiting/").text

    assert "Betong Police" in shown
    assert "ni•••@agency.example" in shown
    assert NEW not in shown
    assert f"/directory/{betong_police.pk}/changes/{proposed.pk}/" in shown
    assert 'href="/directory/waiting/"' in client.get("/directory/").text


def test_when_nothing_waits_the_page_says_so_and_the_menu_nothing(client, krit, betong_police):
    client.force_login(krit)

    assert "Nothing waits" in client.get("/directory/waiting/").text
    assert "To confirm" not in client.get("/directory/").text


def test_the_pin_is_typed_twice_and_a_simple_one_is_refused(look, post, pim, betong_police):
    assert "Set the PIN" in look(pim)
    assert "The two are not the same" in post(pim, "pin/", pin="3971", again="3972").text
    assert "counts up or down" in post(pim, "pin/", pin="1234", again="1234").text
    assert "4 to 8 digits" in post(pim, "pin/", pin="12", again="12").text

    answer = post(pim, "pin/", pin="3971", again="3971")

    assert "The PIN is set" in answer.text
    assert "3971" not in answer.text
    assert "the PIN was set" in look(pim)


def test_the_number_of_queries_does_not_grow_with_the_contact_points(
    client, pim, betong_police, django_assert_max_num_queries, now
):
    for number in range(10):
        point = betong_police.contact_points.create(address=f"a{number}@agency.example")
        Proposal.objects.create(kind="ADD", contact_point=point, proposed_by=pim, proposed_at=now)
        verification.send_code(contact_point=point, by=pim, now=now)
    client.force_login(pim)

    with django_assert_max_num_queries(30):
        client.get(f"/directory/{betong_police.pk}/")
