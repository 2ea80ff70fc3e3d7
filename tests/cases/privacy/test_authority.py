"""What an officer may decide about cases and alerts."""

import pytest

from agencies.models import Role
from cases.privacy.authority import may_keep_track, ring_scope_of
from tests.conftest import make_officer

pytestmark = pytest.mark.django_db


def test_an_administrator_decides_about_all_rings(krit):
    assert ring_scope_of(krit) is None


def test_a_supervisor_decides_about_the_rings_of_the_own_provinces(somchai):
    assert ring_scope_of(somchai) == {"95"}


def test_nobody_else_decides_about_rings(anong, pim):
    assert ring_scope_of(anong) == ring_scope_of(pim) == frozenset()


def test_the_owner_of_a_case_or_a_supervisor_keeps_a_track(anong, somchai, yala_desk):
    colleague = make_officer("Malee", yala_desk, Role.TRIAGE)

    assert may_keep_track(anong, owner=anong.pk)
    assert may_keep_track(somchai, owner=anong.pk)
    assert not may_keep_track(colleague, owner=anong.pk)
    assert not may_keep_track(colleague, owner=None)


def test_an_agency_or_an_administrator_keeps_no_track_even_as_its_owner(pim, krit):
    assert not may_keep_track(pim, owner=pim.pk)
    assert not may_keep_track(krit, owner=krit.pk)
