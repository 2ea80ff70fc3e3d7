"""The demo directory on the real areas: loaded once for all tests here, hence a TestCase."""

import re
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import check_password
from django.core.management import CommandError, call_command
from django.test import TestCase, override_settings
from django.utils import timezone

from agencies.management import demo, geography
from agencies.models import Agency, ContactPoint, Duty, Officer, with_presence
from agencies.nearby import nearest
from tests.conftest import BETONG, NOW

LOGINS = (geography.DATA / "demo_logins.txt").read_text(encoding="utf-8")


def load_demo() -> str:
    said = StringIO()
    call_command("load_demo", stdout=said, skip_checks=True)
    return said.getvalue()


@override_settings(IS_DEMO=False)
@pytest.mark.django_db
def test_outside_the_demo_nothing_is_loaded_and_the_reason_is_said():
    with pytest.raises(CommandError, match="not the demo"):
        load_demo()

    assert not Agency.objects.exists()
    assert not Officer.objects.exists()


@override_settings(IS_DEMO=True)
@pytest.mark.django_db
def test_without_areas_it_says_what_to_run_first():
    with pytest.raises(CommandError, match="load_areas"):
        load_demo()


@override_settings(IS_DEMO=True)
class TestDemo(TestCase):
    said: str

    @classmethod
    def setUpTestData(cls) -> None:
        geography.load_areas()
        cls.said = load_demo()

    def test_loading_again_adds_nothing(self):
        shifts = Duty.objects.count()
        before = Agency.objects.count(), ContactPoint.objects.count(), Officer.objects.count()

        said = load_demo()

        assert (Agency.objects.count(), ContactPoint.objects.count(), Officer.objects.count()) == before
        assert Duty.objects.count() == shifts > 0
        assert said.startswith("0 synthetic agencies and 0 officers")

    def test_what_was_changed_stays_changed(self):
        Agency.objects.filter(kind="PSDHS", province="95").update(phone="073 000 000")
        anong = Officer.objects.get(username="anong")
        anong.set_password("chosen by herself")
        anong.save()

        load_demo()

        assert Agency.objects.get(kind="PSDHS", province="95").phone == "073 000 000"
        assert authenticate(username="anong", password="chosen by herself")

    def test_every_province_has_a_desk_a_shelter_and_police(self):
        for kind in ("PSDHS", "SHELTER_PROV", "POLICE_PROV", "HOSPITAL", "LABOUR_PROT", "IMMIGRATION"):
            with self.subTest(kind):
                assert Agency.objects.filter(kind=kind).values("province").distinct().count() == 77

    def test_each_district_of_the_deep_south_has_police_and_a_hospital(self):
        for kind in ("POLICE_STN", "HOSPITAL"):
            deep_south = Agency.objects.filter(kind=kind, province__in=["94", "95", "96"])
            assert deep_south.values("district").distinct().count() == 12 + 8 + 13

    def test_all_of_it_is_marked_as_a_demo_and_no_number_is_invented(self):
        assert not Agency.objects.exclude(is_demo=True, phone="").exists()
        assert all("ตัวอย่าง" in agency.name_th for agency in Agency.objects.filter(kind="NGO"))
        assert all(point.address.endswith(".example") for point in ContactPoint.objects.all())

    def test_every_agency_can_be_told_and_so_can_its_supervisor(self):
        for audience in ContactPoint.Audience:
            usable = ContactPoint.objects.usable().filter(audience=audience)
            assert usable.values("agency").distinct().count() == Agency.objects.count()

    def test_no_two_agencies_share_an_address_to_write_to(self):
        addresses = [point.address for point in ContactPoint.objects.all()]

        assert len(set(addresses)) == len(addresses)

    def test_where_a_shelter_is_stays_secret(self):
        open_shelters = Agency.objects.filter(kind__startswith="SHELTER", location_secret=False)

        assert not open_shelters.exists()

    def test_the_last_ring_is_never_empty_and_sealed_cases_have_a_custodian(self):
        assert [agency.kind for agency in Agency.objects.last_resort()] == ["OSCC"]
        assert [agency.kind for agency in Agency.objects.custodians()] == ["DATIP"]

    def test_three_can_go_to_a_place_in_betong(self):
        found = nearest(BETONG, within_m=15_000, now=NOW, how_many=3, capability="RESPOND")

        assert [near.agency.kind for near in found] == ["POLICE_STN", "HOSPITAL", "NGO"]
        assert {near.agency.district_id for near in found} == {"9502"}

    def test_somebody_is_on_duty_at_the_desk_of_yala_whenever_it_was_loaded(self):
        yala, now = Agency.objects.get(kind="PSDHS", province="95"), timezone.now()

        assert [shift.officer.username for shift in Duty.objects.on_at(now=now).of_agency(yala)] == ["anong"]
        assert {shift.agency.is_demo for shift in Duty.objects.all()} == {True}
        in_days = Duty.objects.gaps([yala], start=now, end=now + timedelta(days=6))[yala.pk]
        assert len(in_days) == 1

    def test_offices_close_at_night_and_those_who_go_out_do_not(self):
        night = datetime(2026, 11, 23, 20, tzinfo=UTC)
        presence = {a.kind: a.presence for a in with_presence(Agency.objects.filter(province="95"), now=night)}

        assert presence["LABOUR_PROT"] == "CLOSED"
        assert presence["POLICE_STN"] == presence["HOSPITAL"] == "OPEN"

    def test_the_printed_logins_all_open(self):
        password = re.search(r"password for all: (\S+)", LOGINS)[1]
        names = re.findall(r"^  (\w+) ", LOGINS, re.MULTILINE)

        assert LOGINS in self.said
        assert len(names) == Officer.objects.count() == 7
        for name in names:
            assert authenticate(username=name, password=password)

    def test_the_printed_pin_opens_every_agency(self):
        pin = re.search(r"message: (\d+)", LOGINS)[1]
        [pin_hash] = set(Agency.objects.values_list("pin_hash", flat=True))

        assert check_password(pin, pin_hash)

    def test_the_officers_have_the_roles_that_the_list_says(self):
        held = {o.username: (o.role, o.agency.kind, o.agency.district_id) for o in Officer.objects.all()}

        assert held == {
            "anong": ("TRIAGE", "PSDHS", "9501"),
            "somchai": ("SUPERVISOR", "PSDHS", "9501"),
            "pim": ("AGENCY", "POLICE_STN", "9502"),
            "dao": ("TRIAGE", "DATIP", None),
            "mali": ("SUPERVISOR", "OSCC", None),
            "krit": ("ADMIN", "OSCC", None),
            "nida": ("ADMIN", "OSCC", None),
        }

    def test_officers_see_thai_and_one_of_them_english(self):
        languages = dict(Officer.objects.values_list("username", "language"))

        assert languages.pop("mali") == "en"
        assert set(languages.values()) == {settings.LANGUAGE_CODE}

    def test_every_name_template_was_filled_in(self):
        for agency in Agency.objects.all():
            assert "{" not in agency.name_th + agency.name_en
        assert demo.FILE.exists()
