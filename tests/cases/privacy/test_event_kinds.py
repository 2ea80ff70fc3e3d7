"""The register of kinds: only what a room registered is recorded, and whatever was recorded can be read."""

import pytest
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from cases.models import CaseEvent
from cases.privacy import event_kinds, history
from cases.privacy.actor import SYSTEM
from cases.reads import timeline

GLOSSARY = settings.BASE_DIR / "docs" / "glossary.md"
# What the history may hold. A kind is never taken out of this list: lines of the past stay, and need their wording.
# fmt: off
EVER_RECORDED = [
    "OPENED", "REPORT_JOINED", "PLACE_ADDED", "SHARING_STARTED", "SHARING_LONGER", "SHARING_STOPPED",
    "MOVED_AWAY", "TRACK_KEPT", "MESSAGE_ADDED", "FILE_ADDED", "FILE_REFUSED", "ANSWERED", "WITHDRAWN",
    "CONTACT_HIDDEN", "CONTACT_SHOWN", "CONTACT_RULE", "CONTACT_RULE_HEARD", "CONTACT_OPENED", "CONTACT_REVIEWED",
    "CONTACTED", "CONSENT", "CONSENT_HEARD", "TAKEN", "HELD_BACK", "RELEASED", "ASKED", "ASKED_AGAIN",
    "NOBODY_TO_ASK", "ESCALATED", "RED", "ACKNOWLEDGED", "DECLINED", "HELD", "NO_LONGER_HELD", "REMINDED",
    "ARRIVED", "OUTCOME", "NOTED", "CALLED", "CALL_DONE", "WIDENED", "WIDENING_REVIEWED", "REROUTED", "CLOSED",
]
# fmt: on


@pytest.fixture
def only_here(monkeypatch):
    """What a test registers is forgotten after it."""
    monkeypatch.setattr(event_kinds, "_kinds", dict(event_kinds._kinds))


@pytest.mark.parametrize("code", EVER_RECORDED)
def test_whatever_was_ever_recorded_has_a_wording(code):
    assert str(event_kinds.kind_of(code).wording) not in ("", code)


def test_each_kind_is_in_the_list_and_fits_its_column():
    assert set(event_kinds.codes()) == set(EVER_RECORDED)
    longest = CaseEvent._meta.get_field("kind").max_length
    assert max(map(len, event_kinds.codes())) <= longest


def test_the_glossary_says_what_the_register_says(in_english):
    """When this fails, a kind, a wording or a fact changed: say it in docs/glossary.md too."""
    _, table = GLOSSARY.read_text().split("| kind | wording | facts |\n|---|---|---|\n")
    said = [row.strip("| ").split(" | ") for row in table.split("\n\n")[0].splitlines()]

    kinds = {code: event_kinds.kind_of(code) for code in event_kinds.codes()}
    assert {code: (wording, facts) for code, wording, facts in said} == {
        code: (str(kind.wording), ", ".join(kind.facts) or "-") for code, kind in kinds.items()
    }


def test_two_rooms_cannot_take_one_code():
    with pytest.raises(ValueError, match="OPENED"):
        event_kinds.register("OPENED", _("opened"))


@pytest.mark.django_db
def test_a_kind_that_nobody_registered_is_not_recorded(case, now):
    before = case.events.count()

    with pytest.raises(event_kinds.UnknownKind):
        history.record(case, history.EventDraft("SCREENED"), by=SYSTEM, now=now)

    assert case.events.count() == before


@pytest.mark.django_db
def test_a_fact_that_its_kind_does_not_name_is_not_recorded(case, now):
    """Else a name or a number could slip into the history, which nobody can erase."""
    line = history.EventDraft("ESCALATED", facts={"ring": 2, "contact": "081 234 5678"})

    with pytest.raises(event_kinds.UnknownFact, match="contact"):
        history.record(case, line, by=SYSTEM, now=now)


@pytest.mark.django_db
@pytest.mark.usefixtures("only_here", "in_english")
def test_another_room_registers_a_kind_and_the_timeline_says_it(case, now):
    screened = event_kinds.register("SCREENED", "screened", {"signs": lambda n, _told: f"{n} signs", "form": None})
    history.record(case, history.EventDraft(screened, facts={"signs": 3, "form": "F2"}), by=SYSTEM, now=now)

    last = timeline.lines(case)[-1]

    assert (last.kind, last.label, last.details) == ("SCREENED", "screened", "3 signs")


@pytest.mark.django_db
def test_a_kind_whose_room_is_gone_is_shown_as_its_code(case, now, monkeypatch):
    with monkeypatch.context() as while_it_is_there:
        while_it_is_there.setattr(event_kinds, "_kinds", dict(event_kinds._kinds))
        event_kinds.register("SCREENED", "screened", {"signs": None})
        history.record(case, history.EventDraft("SCREENED", facts={"signs": 3}), by=SYSTEM, now=now)

    assert timeline.lines(case)[-1].label == "SCREENED"
