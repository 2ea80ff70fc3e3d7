"""Preflight names each province and agency that an alert would miss."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone, translation

from agencies.models import Agency, ContactPoint, Duty, Role, Week
from agencies.reach import trials
from cases.models import RingPolicy
from cases.privacy.cleaning import sandbox
from cases.reads import preflight
from tests.conftest import NOW, make_agency, make_officer

pytestmark = pytest.mark.django_db


def wanting() -> dict[str, list[str]]:
    with translation.override("en"):
        return {check.code: check.names for check in preflight.checks(now=NOW) if not check.is_well}


def on_duty(desk: Agency, start: int, end: int) -> None:
    """Hours from NOW."""
    officer = desk.officers.first() or make_officer(f"Officer {desk.pk}", desk, Role.TRIAGE)
    span = {"starts_at": NOW + timedelta(hours=start), "ends_at": NOW + timedelta(hours=end)}
    Duty.objects.create(agency=desk, officer=officer, planned_by=officer, **span)


def is_on_duty(desk: Agency, *spans: tuple[int, int]) -> None:
    """At these hours from NOW, and at no others."""
    Duty.objects.filter(agency=desk).delete()
    for start, end in spans:
        on_duty(desk, start, end)


@pytest.fixture
def ready(directory, pattani_desk, areas, settings):
    """Yala and Pattani want for nothing; Songkhla, which has no agency, is set aside."""
    settings.CANARY_ADDRESS = "canary@portal.example"
    for province, at in (("95", areas["9501"]), ("94", areas["9401"])):
        make_agency("HOSPITAL", f"Hospital {province}", "RESPOND", at=at.centroid, province=areas[province])
    Agency.objects.update(pin_hash="set")
    # Some tests ask by the real clock.
    real = round((timezone.now() - NOW).total_seconds() / 3600)
    for desk in Agency.objects.desks():
        on_duty(desk, min(0, real) - 1, max(0, real) + 8 * 24)
    for code in ("900101", "9001", "90"):
        areas[code].delete()


def test_where_all_is_well_nothing_is_named(ready):
    assert wanting() == {}


def test_a_province_without_a_desk(ready, pattani_desk):
    Agency.objects.filter(pk=pattani_desk.pk).update(is_active=False)

    assert wanting() == {"no_desk": ["Pattani"]}


def test_an_agency_that_no_message_reaches(ready, betong_police):
    duty = ContactPoint.objects.filter(agency=betong_police, audience="DUTY")

    duty.update(verified_at=None, confirmed_at=None)

    assert wanting() == {"no_contact": ["Betong Police"], "unconfirmed_contact": ["Betong Police"]}


def test_an_address_that_refuses_our_messages(ready, betong_police, now):
    supervisor = ContactPoint.objects.filter(agency=betong_police, audience="SUPERVISOR")

    supervisor.update(failing_since=now)

    assert wanting() == {"failing_contact": ["Betong Police"]}


def test_an_address_that_does_not_count_yet(ready, betong_police):
    betong_police.contact_points.create(address="night@agency.example")

    assert wanting() == {"unconfirmed_contact": ["Betong Police"]}


def test_a_removed_address_wants_for_nothing(ready, betong_police, now):
    at = {"removed_at": now, "failing_since": now, "verified_at": now, "confirmed_at": now}
    betong_police.contact_points.create(address="old@agency.example", **at)

    assert wanting() == {}


@pytest.mark.parametrize(("mark", "code"), [("is_last_resort", "no_national_desk"), ("is_custodian", "no_custodian")])
def test_nobody_is_the_last_to_be_told(ready, mark, code):
    Agency.objects.update(**{mark: False})

    assert list(wanting()) == [code]


def test_a_national_desk_without_an_address_is_none(ready, national_desk, now):
    ContactPoint.objects.filter(agency=national_desk).update(verified_at=None, confirmed_at=None)

    assert set(wanting()) == {"no_national_desk", "no_contact", "unconfirmed_contact"}


def test_an_empty_directory_wants_for_everything(areas):
    found = wanting()

    assert set(found) == {"no_national_desk", "no_custodian", "no_desk", "empty_ring", "no_canary"}
    assert found["empty_ring"] == ["Songkhla", "Pattani", "Yala"]


def test_a_town_with_nobody_near_who_goes_to_the_place(ready):
    Agency.objects.filter(name_en="Hospital 94").update(capabilities=["SHELTER"])

    assert wanting() == {"empty_ring": ["Pattani"]}


def test_who_is_never_told_by_itself_fills_no_ring(ready):
    Agency.objects.filter(name_en="Hospital 94").update(kind="IMMIGRATION")

    assert wanting() == {"empty_ring": ["Pattani"]}


def test_the_ring_is_that_of_the_provinces_policy(ready, areas):
    Agency.objects.filter(name_en="Hospital 94").update(capabilities=[])  # Yala's is 37 km away
    ring = RingPolicy(province=areas["94"], ring=1, tells=["DESK", "NEAREST"], how_many=3, minutes=5)
    before = wanting()

    ring.radius_m = 50_000
    ring.save()

    assert before == {"empty_ring": ["Pattani"]}
    assert wanting() == {}


def test_a_ring_that_tells_only_the_desk_is_not_searched(ready, areas):
    Agency.objects.filter(name_en="Hospital 94").update(capabilities=[])

    RingPolicy.objects.create(province=areas["94"], ring=1, tells=["DESK"], minutes=5)

    assert wanting() == {}


def test_an_agency_without_a_pin(ready, betong_police):
    Agency.objects.filter(pk=betong_police.pk).update(pin_hash="")

    assert wanting() == {"no_pin": ["Betong Police"]}


def test_a_desk_that_plans_no_duty(ready, yala_desk):
    is_on_duty(yala_desk)

    assert wanting() == {"no_duty": ["Yala Desk"]}


@pytest.mark.parametrize(
    ("spans", "code"),
    [
        ([(1, 8 * 24)], "duty_gap_day"),
        ([(0, 12), (13, 8 * 24)], "duty_gap_day"),
        ([(0, 23)], "duty_gap_day"),
        ([(0, 24)], "duty_gap_week"),
        ([(0, 100), (108, 8 * 24)], "duty_gap_week"),
        ([(-24, 0)], "duty_gap_day"),
    ],
)
def test_a_desk_with_nobody_on_duty_is_named_once_by_how_soon_it_is(ready, national_desk, spans, code):
    is_on_duty(national_desk, *spans)

    assert wanting() == {code: ["National Desk"]}


def test_a_gap_at_another_agency_is_its_own_affair(ready, betong_police):
    on_duty(betong_police, 0, 1)

    assert wanting() == {}


def test_an_agency_that_is_closed_all_week(ready, betong_police, betong_hospital, yala_shelter):
    Agency.objects.filter(pk=betong_police.pk).update(hours=Week())
    Agency.objects.filter(pk=betong_hospital.pk).update(hours=Week(((600, 660),)))
    today = NOW.date()
    Agency.objects.filter(pk=yala_shelter.pk).update(closed_on=[today + timedelta(days=n) for n in range(8)])

    assert wanting() == {"closed_all_week": ["Betong Police", "Yala Shelter"]}


def test_the_number_of_questions_does_not_grow(ready, areas, django_assert_num_queries):
    with django_assert_num_queries(15):
        preflight.checks(now=NOW)

    for number in range(20):
        make_agency("NGO", f"Helper {number}", province=areas["94"])

    with django_assert_num_queries(15):
        preflight.checks(now=NOW)


def test_a_machine_without_a_sandbox_for_files_is_named(ready, monkeypatch):
    assert "no_sandbox" not in wanting()

    monkeypatch.setattr(sandbox.platform, "machine", lambda: "riscv64")

    assert "no_sandbox" in wanting()


def test_a_database_whose_log_would_tell_what_people_wrote_is_named(ready):
    assert "log_tells" not in wanting()

    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('auto_explain.log_min_duration', '0', true)")

    assert wanting()["log_tells"] == ["auto_explain.log_min_duration=0"]


def test_the_command_ends_badly_when_something_is_wrong(ready, pattani_desk, capsys, monkeypatch):
    monkeypatch.setattr(trials, "run", lambda systems: [])
    call_command("preflight")
    Agency.objects.filter(pk=pattani_desk.pk).update(is_active=False)

    with pytest.raises(CommandError):
        call_command("preflight")

    said = capsys.readouterr().out
    assert "All is well." in said
    assert "no_desk: Provinces without a desk: 1\n    Pattani" in said


def test_the_page_says_it_and_is_found_from_the_directory(client, ready, krit, betong_police):
    ContactPoint.objects.filter(agency=betong_police).update(verified_at=None, confirmed_at=None)
    client.force_login(krit)

    page = client.get("/directory/preflight/").content.decode()

    assert "Betong Police" in page
    assert page.count("all is well") == 11
    assert 'href="/directory/preflight/"' in client.get("/directory/").content.decode()


def test_an_officer_of_an_agency_has_no_such_page(client, pim):
    client.force_login(pim)

    assert client.get("/directory/preflight/").status_code == 403
