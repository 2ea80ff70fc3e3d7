"""A track is erased three days after the end unless it is kept as evidence. The first place stays."""

from datetime import timedelta

import pytest

from cases.flow import casework, erasing, sharing
from cases.flow.intake import Fix
from cases.models import Erasure, LiveShare, Position
from cases.tasks import erase_tracks

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def share(alert, anong, now):
    """Two points, and a case that was closed an hour later."""
    share = sharing.start_sharing(report=alert, now=now)
    for minutes in (1, 2):
        fix = Fix(longitude=101.0725, latitude=5.774 + minutes / 1000, accuracy_m=12)
        sharing.add_point(share=share, fix=fix, now=now + timedelta(minutes=minutes))
    return share


@pytest.fixture
def close(case, anong, now):
    return lambda: casework.close(case=case, reason="HELPED", text="", by=anong, now=now + HOUR)


def points(share) -> int:
    return share.positions.filter(point__isnull=False).count()


def test_a_track_is_there_for_72_hours_and_then_gone(share, close, now):
    close()

    erasing.erase_due(now=now + 72 * HOUR)
    before = points(share)
    erasing.erase_due(now=now + 73 * HOUR)

    assert (before, points(share)) == (2, 0)
    assert set(share.positions.values_list("area", "accuracy_m")) == {("9502", None)}


def test_the_place_of_the_alert_stays_as_long_as_any(share, close, now):
    close()

    erasing.erase_due(now=now + 4 * DAY)
    assert Position.objects.places().get().point is not None
    erasing.erase_due(now=now + 92 * DAY)

    assert Position.objects.places().get().point is None


def test_while_the_case_is_open_nothing_goes(share, now):
    erasing.erase_due(now=now + 100 * DAY)

    assert points(share) == 2


def test_what_is_kept_as_evidence_stays_with_the_case_file(share, case, close, somchai, now):
    casework.keep_track(case=case, reason="The way to the pier", by=somchai, now=now + HOUR)
    close()

    erasing.erase_due(now=now + 365 * DAY)
    assert points(share) == 2
    erasing.erase_due(now=now + 3651 * DAY)

    assert points(share) == 0
    share.refresh_from_db()
    assert share.kept_reason == erasing.ERASED


def test_it_can_be_kept_after_the_end_too_as_long_as_it_is_there(share, case, close, somchai, now):
    close()
    casework.keep_track(case=case, reason="x", by=somchai, now=now + 2 * DAY)

    erasing.erase_due(now=now + 10 * DAY)

    assert points(share) == 2


def test_the_hourly_run_erases_places_and_nothing_else(share, close, now, monkeypatch):
    close()
    monkeypatch.setattr("agencies.clock.now", lambda: now + 4000 * DAY)

    erase_tracks()

    assert set(Erasure.objects.values_list("column", flat=True)) == {"cases.Position.point"}
    assert points(share) == 0


def test_a_track_that_a_restore_brought_back_is_erased_again(share, close, now, tmp_path, settings):
    settings.ERASURE_LEDGER = str(tmp_path / "ledger")
    close()
    old = {position.pk: position.point for position in share.positions.all()}
    erasing.erase_and_export(now=now + 74 * HOUR)
    Erasure.objects.all().delete()
    for pk, point in old.items():
        Position.objects.filter(pk=pk).update(point=point)

    erasing.replay(tmp_path / "ledger")

    assert points(share) == 0
    assert LiveShare.objects.count() == 1
