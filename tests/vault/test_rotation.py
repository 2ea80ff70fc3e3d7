"""Keys rotate while the portal runs, and the old one is needed no longer."""

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection

from agencies.models import ContactPoint, Notification, Officer
from cases.models import AcknowledgementLink, Attachment, Message, Note
from vault import rotation

pytestmark = pytest.mark.django_db


@pytest.fixture
def new_key(settings) -> str:
    """Put first, as the procedure says; the old one stays behind it."""
    key = Fernet.generate_key().decode()
    settings.FIELD_KEYS = [key, *settings.FIELD_KEYS]
    return key


@pytest.fixture
def words(case, anong, now):
    """Something in every kind of row, written under the old key."""
    report = case.reports.get()
    Message.objects.create(report=report, text="เขาพาไปที่ท่าเรือ", at=now)
    file = {"kind": "PDF", "size": 3, "original": b"\x00\xffa", "received_at": now, "due_at": now}
    Attachment.objects.bulk_create(Attachment(report=report, **file) for _ in range(rotation.BATCH_OF_FILES + 1))
    return Note.objects.create(case=case, event=case.events.first(), by=anong, text="called twice", at=now)


@pytest.fixture
def words_then_new_key(words, new_key):
    return words


def test_afterwards_the_old_key_is_needed_no_longer(words_then_new_key, settings, capsys):
    settings.FIELD_KEYS, both = settings.FIELD_KEYS[:1], settings.FIELD_KEYS
    with pytest.raises(CommandError, match="no key of FIELD_KEYS"):
        call_command("rotate_keys", "--check")

    settings.FIELD_KEYS = both
    call_command("rotate_keys")

    settings.FIELD_KEYS = both[:1]
    call_command("rotate_keys", "--check")
    assert "needed no longer" in capsys.readouterr().out
    assert Message.objects.get().text == "เขาพาไปที่ท่าเรือ"
    assert Note.objects.get().text == "called twice"
    assert {bytes(file.original) for file in Attachment.objects.all()} == {b"\x00\xffa"}
    assert {officer.display_name for officer in Officer.objects.all()} == {"Anong"}
    assert all("@agency.example" in contact.address for contact in ContactPoint.objects.all())
    assert all("/a/" in message.body for message in Notification.objects.all())


def test_the_check_changes_nothing_and_says_that_something_is_left(words_then_new_key):
    before = list(_stored())

    with pytest.raises(CommandError, match="still under an older key"):
        call_command("rotate_keys", "--check")

    assert list(_stored()) == before


def test_what_is_under_the_new_key_already_is_not_written_again(words_then_new_key):
    call_command("rotate_keys")
    before = list(_stored())

    call_command("rotate_keys")

    assert list(_stored()) == before


def test_it_goes_on_where_it_was_stopped(words_then_new_key, monkeypatch, directory):
    monkeypatch.setattr(rotation, "BATCH", 2)
    column = next(one for one in rotation.columns() if str(one) == "agencies.ContactPoint.address")
    batches = rotation._batches(column)
    monkeypatch.setattr(rotation, "_batches", lambda _: [next(batches)])
    assert rotation.rotate(column).rotated == 2
    monkeypatch.undo()

    again = rotation.rotate(next(one for one in rotation.columns() if str(one) == str(column)))

    assert again.rotated == again.read - 2
    assert again.left == 0


def test_what_somebody_wrote_meanwhile_is_left_as_they_wrote_it(words_then_new_key, monkeypatch):
    column = next(one for one in rotation.columns() if str(one) == "cases.Note.text")
    read = list(rotation._batches(column))
    words_then_new_key.text = "and a third time"
    words_then_new_key.save()
    monkeypatch.setattr(rotation, "_batches", lambda _: read)

    rotation.rotate(column)

    assert (column.old, column.rotated, column.left) == (1, 0, 1)
    assert Note.objects.get().text == "and a third time"


def test_every_encrypted_column_of_the_house_is_rotated():
    names = {str(column) for column in rotation.columns()}

    assert {"cases.Report.narrative", "agencies.Notification.body", "agencies.Officer.display_name"} <= names


def test_a_link_that_was_sent_before_the_index_key_changed_still_opens(case, settings, now):
    dispatch = case.dispatches.first()
    link, token = AcknowledgementLink.mint(dispatch, now=now)
    link.save()

    settings.INDEX_KEY, settings.INDEX_KEY_FALLBACKS = "a-new-key", [settings.INDEX_KEY]
    found = AcknowledgementLink.objects.of_token(token).get()
    settings.INDEX_KEY_FALLBACKS = []

    assert found == link
    assert not AcknowledgementLink.objects.of_token(token).exists()


def _stored():
    for column in rotation.columns():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT id, {column.name} FROM {column.model._meta.db_table} ORDER BY id")
            yield str(column), cursor.fetchall()


def test_an_address_is_found_by_the_new_index_key_alone_after_the_rotation(betong_police, settings):
    settings.INDEX_KEY, settings.INDEX_KEY_FALLBACKS = "a-new-key", [settings.INDEX_KEY]
    during = ContactPoint.objects.at("betong-police-duty@agency.example").count()

    call_command("rotate_keys")
    settings.INDEX_KEY_FALLBACKS = []

    assert during == 1
    assert ContactPoint.objects.at("betong-police-duty@agency.example").count() == 1
