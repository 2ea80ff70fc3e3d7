"""When the database's disk is full, pages can still be read, and a person who presses hears that nothing was sent."""

import pytest
from django.db import connection

from cases.models import Report
from tests.cases.pages.public.conftest import text_of

FULL = """
CREATE FUNCTION pg_temp.full() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER disk_full BEFORE INSERT ON cases_report FOR EACH ROW EXECUTE FUNCTION pg_temp.full();
"""


@pytest.fixture
def full_disk(directory):
    with connection.cursor() as cursor:
        cursor.execute(FULL)


def test_a_press_is_said_not_to_be_sent_and_pages_still_open(phone, full_disk, client):
    response = phone.press("en", latitude="5.774", longitude="101.0725")

    assert response.status_code == 503
    assert "This was NOT sent" in text_of(response)
    assert client.get("/en/now/").status_code == 200
    assert client.get("/health/live/").status_code == 200
    assert not Report.objects.exists()
