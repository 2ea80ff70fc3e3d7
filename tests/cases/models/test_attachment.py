"""The database refuses a file that is not what its state says, and the same file twice."""

import pytest
from django.db import IntegrityError, transaction

from cases.models import Attachment
from cases.privacy.cleaning.made import Refused

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"kind": "FILM"}, "kind_known"),
        ({"state": "READY"}, "holds_what_its_state_says"),
        ({"state": "REFUSED", "refusal": "VIDEO"}, "holds_what_its_state_says"),
        ({"state": "REFUSED", "original": None}, "holds_what_its_state_says"),
        ({"state": "READY", "original": None, "content": b"x", "refusal": "VIDEO"}, "holds_what_its_state_says"),
        ({"state": "REFUSED", "original": None, "refusal": "UGLY"}, "refusal_known"),
    ],
)
def test_a_file_is_what_its_state_says(alert, fields, name, now):
    row = {"report": alert, "kind": "PHOTO", "size": 1, "original": b"x", "received_at": now, "due_at": now}

    with pytest.raises(IntegrityError, match=f"cases_attachment_{name}"), transaction.atomic():
        Attachment.objects.create(**{**row, **fields})


def test_the_same_file_of_the_same_page_cannot_stand_twice(alert, now):
    row = {"report": alert, "kind": "PHOTO", "size": 1, "original": b"x", "received_at": now, "due_at": now}
    Attachment.objects.create(**row, submission_digest="page")

    with pytest.raises(IntegrityError, match="cases_attachment_sent_once"), transaction.atomic():
        Attachment.objects.create(**row, submission_digest="page")


def test_a_refusal_that_the_cleaner_names_has_words():
    assert {Refused(reason).reason for reason in ("UNREADABLE", "TOO_LARGE", "VIDEO")} <= set(
        Attachment.Refusal.values
    )
