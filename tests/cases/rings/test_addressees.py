"""Which contact points get a message."""

import pytest

from agencies.models import ContactPoint
from cases.models import Report
from cases.rings.addressees import first_contacts, who_reads

pytestmark = pytest.mark.django_db

Audience = ContactPoint.Audience


def readers(**fields) -> list[str]:
    return [contact.agency.name_en for contact in who_reads(Report(**fields))]


def test_each_agency_has_one_for_those_on_duty_and_one_for_their_supervisor(yala_desk, betong_police):
    agencies = [yala_desk.pk, betong_police.pk]

    for audience in Audience:
        found = first_contacts(agencies, audience)
        assert found.keys() == set(agencies)
        assert {contact.audience for contact in found.values()} == {audience}


def test_an_address_that_nobody_has_confirmed_gets_no_message(yala_desk, betong_police):
    ContactPoint.objects.filter(agency=yala_desk).update(confirmed_at=None)

    assert first_contacts([yala_desk.pk, betong_police.pk]).keys() == {betong_police.pk}


def test_a_report_is_read_at_the_desk_of_its_province(directory, pattani_desk):
    assert readers(province_id="95") == ["Yala Desk"]
    assert sorted(readers(province_id="95", second_province_id="94")) == ["Pattani Desk", "Yala Desk"]


def test_where_a_province_has_no_desk_the_national_desk_reads(directory):
    assert readers(province_id="94") == ["National Desk"]
    assert readers() == ["National Desk"]


def test_a_sealed_report_is_read_by_the_custodians_only(directory):
    assert readers(province_id="95", officials_involved=True) == ["Custodian"]
