"""Rooms above enter what the frame of an officer's page draws for them, and each officer sees what opens to them."""

import pytest

from agencies import frame
from agencies.frame import Entry, Slot
from agencies.models import Role
from tests.conftest import make_officer


@pytest.fixture
def register(monkeypatch):
    """A register of its own: what the rooms entered is left alone."""
    entries = []
    monkeypatch.setattr(frame, "_entries", entries)
    return entries


def pages(slot, officer):
    return [entry.page for entry in frame.entries(slot, officer)]


@pytest.mark.parametrize(
    ("role", "menu", "directory", "handing_over"),
    [
        (Role.AGENCY, ["responder-asked"], [], ["responder-hand-over"]),
        (Role.TRIAGE, ["desk-queue", "responder-asked", "map"], [], ["desk-hand-over"]),
        (
            Role.SUPERVISOR,
            ["desk-queue", "responder-asked", "map"],
            ["rings", "preflight"],
            ["desk-hand-over"],
        ),
        (Role.ADMIN, [], ["rings", "preflight", "texts"], []),
    ],
)
def test_each_role_is_shown_what_the_rooms_entered_for_it(yala_desk, role, menu, directory, handing_over):
    officer = make_officer("Anong", yala_desk, role)

    assert pages(Slot.MENU, officer) == menu
    assert pages(Slot.DIRECTORY, officer) == directory
    assert pages(Slot.HANDING_OVER, officer) == handing_over
    assert pages(Slot.LEAVING, officer) == ["logout"]


def test_the_rank_decides_and_not_who_started_first(register, anong):
    frame.enter(Entry(Slot.MENU, "desk-queue", "Queue", rank=20))
    frame.enter(Entry(Slot.MENU, "map", "Map", rank=10))

    assert pages(Slot.MENU, anong) == ["map", "desk-queue"]


def test_a_page_is_entered_once_in_a_slot(register):
    frame.enter(Entry(Slot.MENU, "map", "Map"), Entry(Slot.DIRECTORY, "map", "Map"))

    with pytest.raises(ValueError, match="map stands in menu already"):
        frame.enter(Entry(Slot.MENU, "map", "Map"))
    assert len(register) == 2


def test_an_entry_stands_on_the_page_with_its_badge(register, client, anong):
    frame.enter(Entry(Slot.MENU, "map", "Where it happens", badge="components/_state.html"))
    client.force_login(anong)

    page = client.get("/duty/").content.decode()

    assert '<a href="/map/">Where it happens</a>' in page
    assert '<span class="state state-' in page.split("Where it happens")[1].split("</li>")[0]


def test_a_desk_hears_of_changes_and_sees_the_red_light_and_others_do_not(client, anong, pim):
    for officer, is_desk in ((anong, True), (pim, False)):
        client.force_login(officer)
        page = client.get("/duty/").content.decode()

        assert ('data-live="/desk/live/"' in page) is is_desk
        assert ('id="red"' in page) is is_desk
