"""A stolen dump says little."""

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.db import connection

from agencies.models import ContactPoint, Officer

pytestmark = pytest.mark.django_db


def stored(contact_point: ContactPoint) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT address FROM agencies_contactpoint WHERE id = %s", [contact_point.pk])
        return cursor.fetchone()[0]


@pytest.fixture
def address(betong_police) -> ContactPoint:
    return betong_police.contact_points.get(audience="DUTY")


def test_the_column_holds_only_ciphertext(address):
    assert address.address == "betong-police-duty@agency.example"
    assert "betong" not in stored(address)
    assert "example" not in stored(address)


def test_the_same_text_is_never_the_same_ciphertext(address):
    before = stored(address)

    address.save()

    assert stored(address) != before
    assert ContactPoint.objects.get(pk=address.pk).address == "betong-police-duty@agency.example"


def test_with_a_wrong_key_reading_fails_and_shows_nothing(address, settings):
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]

    with pytest.raises(InvalidToken):
        ContactPoint.objects.get(pk=address.pk)


def test_after_a_rotation_the_old_is_read_and_the_new_key_writes(address, settings):
    old, new = settings.FIELD_KEYS[0], Fernet.generate_key().decode()

    settings.FIELD_KEYS = [new, old]
    again = ContactPoint.objects.get(pk=address.pk)
    again.save()

    settings.FIELD_KEYS = [new]
    assert ContactPoint.objects.get(pk=address.pk).address == "betong-police-duty@agency.example"


@pytest.mark.parametrize("name", ["อนงค์", "ຄຳ", "မြ", "a\U0001f6a8b", "x" * 100_000])
def test_any_script_comes_back_as_it_went_in(anong, name):
    anong.display_name = name
    anong.save()

    assert Officer.objects.get(pk=anong.pk).display_name == name


def test_nobody_searches_an_encrypted_column_by_mistake(address):
    with pytest.raises(TypeError, match="address is encrypted"):
        ContactPoint.objects.filter(address__icontains="betong").exists()
