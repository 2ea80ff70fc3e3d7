"""Numbers that a person can call, whatever is down."""

from datetime import date

import pytest
from django.conf import settings
from django.db import OperationalError, connection

from agencies.models import Hotline


def down(execute, sql, params, many, context):
    raise OperationalError("the database is down")


def test_with_nothing_in_the_base_the_file_answers(db):
    assert [hotline.number for hotline in Hotline.shown_first()] == ["1300", "191"]


def test_what_the_base_says_goes_before_the_file(db):
    Hotline.objects.create(number="1999", name_th="ใหม่", name_en="New", is_shown_first=True, source="a letter")

    assert [hotline.number for hotline in Hotline.shown_first()] == ["1999"]


def test_while_the_base_is_down_the_file_answers(db):
    Hotline.objects.create(number="1999", name_th="ใหม่", name_en="New", is_shown_first=True, source="a letter")

    with connection.execute_wrapper(down):
        assert [hotline.number for hotline in Hotline.shown_first()] == ["1300", "191"]


@pytest.mark.parametrize("hotline", Hotline.from_file(), ids=str)
def test_every_number_has_names_and_says_where_it_is_from(hotline):
    assert hotline.name_th
    assert hotline.name_en
    assert {"th", "en", *hotline.names} == {code for code, _ in settings.LANGUAGES}
    assert isinstance(hotline.checked_on, date | None)
    assert hotline.source
    assert hotline.checked_on is None or not hotline.source.startswith("Not confirmed")
    hotline.clean_fields(exclude=["id"])
