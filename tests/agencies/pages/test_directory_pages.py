"""The directory: who can help, where, with what, and whether a message would reach them."""

import pytest
from django.db import connection

from agencies.pages import listing
from tests.conftest import make_agency

pytestmark = pytest.mark.django_db


@pytest.fixture
def krits(client, krit, directory):
    """The directory as Krit sees it."""
    client.force_login(krit)

    def ask(**asked: str) -> str:
        answer = client.get("/directory/", asked)
        assert answer.status_code == 200
        return answer.text

    return ask


def row(page: str, name: str) -> str:
    """The table row of the agency of this name."""
    [found] = [part for part in page.split("<tr>") if f"<strong>{name}</strong>" in part]
    return found


def test_each_agency_says_what_it_is_where_and_what_it_can_do(krits):
    police = row(krits(), "Betong Police")

    assert "Police station" in police
    assert "Betong, Yala" in police
    assert "goes to the place" in police
    assert "● " in police.replace("</span>", "")
    assert "verified" in police


def test_a_synthetic_agency_says_demo_and_a_real_one_does_not(krits, betong_police):
    assert ">demo<" in row(krits(), "Betong Police")

    betong_police.is_demo = False
    betong_police.save()

    assert ">demo<" not in row(krits(), "Betong Police")


@pytest.mark.parametrize(
    "change", [{"verified_at": None, "confirmed_at": None}, {"failing_since": "2026-11-23T14:02Z"}]
)
def test_an_agency_that_no_message_reaches_is_red_with_a_word(krits, betong_police, change):
    betong_police.contact_points.filter(audience="DUTY").update(**change)

    police = row(krits(), "Betong Police")

    assert "▲" in police
    assert "no verified contact" in police
    assert "▲" not in row(krits(), "Betong Hospital")


def test_those_that_no_message_reaches_can_be_listed(krits, betong_police):
    betong_police.contact_points.filter(audience="DUTY").update(verified_at=None, confirmed_at=None)

    page = krits(contact="none")

    assert "Betong Police" in page
    assert "Betong Hospital" not in page


def test_no_address_is_shown_and_none_is_decrypted(krits):
    assert "agency.example" not in krits()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE agencies_contactpoint SET address = 'no key fits'")

    assert "verified" in row(krits(), "Betong Police")


def test_a_secret_place_is_named_by_district_only(krits, yala_shelter, areas):
    yala_shelter.district = areas["9502"]
    yala_shelter.save()

    shelter = row(krits(), "Yala Shelter")

    assert "Betong, Yala" in shelter
    assert "The address is secret" in shelter
    assert "5.78" not in shelter


def test_a_part_of_the_name_is_enough_in_any_script(krits, areas):
    make_agency("NGO", "เพื่อนแรงงานชายแดนใต้", province=areas["94"])

    page = krits(q="แรงงาน")

    assert "เพื่อนแรงงานชายแดนใต้" in page
    assert "Betong Police" not in page
    assert 'value="แรงงาน"' in page
    assert "Betong Police" in krits(q="bETONG")


def test_a_province_narrows_it(krits, pattani_desk):
    page = krits(province="94")

    assert "Pattani Desk" in page
    assert "Yala Desk" not in page
    assert '<option value="94" selected>' in page


def test_a_closed_agency_is_not_in_the_directory(krits, betong_police):
    betong_police.is_active = False
    betong_police.save()

    assert "Betong Police" not in krits()


def test_nothing_found_says_what_to_try(krits):
    assert "Try a shorter part of the name" in krits(q="nobody has this name")


@pytest.mark.parametrize("asked", [{"q": "a\x00b"}, {"q": "x" * 5_000}, {"province": "zz"}, {"contact": "zz"}])
def test_what_cannot_be_asked_is_said_beside_the_field(krits, asked):
    page = krits(**asked)

    assert 'class="error"' in page
    assert "Betong Police" in page


def test_a_long_list_is_cut_and_says_so(krits, monkeypatch):
    monkeypatch.setattr(listing, "MOST", 2)

    page = krits()

    assert page.count("<strong>") == 2
    assert "The first 2 of 6 agencies" in page


def test_the_number_of_queries_does_not_grow_with_the_list(client, krit, directory, areas, django_assert_num_queries):
    client.force_login(krit)
    with django_assert_num_queries(7):  # session, officer, provinces, agencies, contact points, how many, what waits
        client.get("/directory/")

    for number in range(30):
        make_agency("NGO", f"Helper {number}", province=areas["94"], district=areas["9401"])

    with django_assert_num_queries(7):
        client.get("/directory/")


def test_provinces_stand_in_the_order_of_the_thai_dictionary(areas):
    assert [area.name_th for area in listing.provinces()] == ["ปัตตานี", "ยะลา", "สงขลา"]

    areas["94"].name_th = "เลย"  # sorted under ล
    areas["94"].save()

    assert [area.name_th for area in listing.provinces()] == ["ยะลา", "เลย", "สงขลา"]


def test_triage_and_agency_officers_have_no_directory(client, anong, pim):
    for officer in (anong, pim):
        client.force_login(officer)
        assert client.get("/directory/").status_code == 403


def test_a_supervisor_has(client, somchai):
    client.force_login(somchai)

    assert client.get("/directory/").status_code == 200
