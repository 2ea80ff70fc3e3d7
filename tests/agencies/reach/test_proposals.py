"""Adding, replacing or removing a contact point takes two people, and whoever is reached today hears of it."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied

from agencies.models import ContactPoint, DirectoryEvent, Notification, Proposal, Role
from agencies.reach import delivery, proposals, verification
from agencies.reach.proposals import AlreadyDecided, AlreadyKnown, AlreadyProposed, LastOne, NotVerified
from tests.agencies.reach.conftest import GROUP, code_to, owed
from tests.conftest import make_officer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("all_transports")]

NEW = "night@agency.example"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)  # delivery goes by the database's clock
OLD = "betong-police-duty@agency.example"


@pytest.fixture
def duty(betong_police) -> ContactPoint:
    return betong_police.contact_points.get(audience="DUTY")


@pytest.fixture
def added(betong_police, pim, now) -> Proposal:
    """Pim proposes another address for those on duty."""
    return proposals.propose_new(
        agency=betong_police, transport="EMAIL", address=NEW, audience="DUTY", priority=0, by=pim, now=now
    )


@pytest.fixture
def replaced(duty, pim, now) -> Proposal:
    """Pim proposes another address instead of the first one."""
    return proposals.propose_replacement(
        contact_point=duty, transport="EMAIL", address=NEW, priority=1, by=pim, now=now
    )


@pytest.fixture
def removed(betong_police, duty, pim, now) -> Proposal:
    """Pim proposes that the first address goes; another one stays."""
    betong_police.contact_points.create(address="spare@agency.example", verified_at=now, confirmed_at=now)
    return proposals.propose_removal(contact_point=duty, by=pim, now=now)


def verified(proposal: Proposal, by, now) -> Proposal:
    point = proposal.contact_point
    verification.enter_code(contact_point=point, code=code_to(point), by=by, now=now)
    return proposal


def usable(agency) -> list[str]:
    return [point.address for point in agency.contact_points.usable().filter(audience="DUTY")]


def test_a_new_address_counts_after_its_code_and_a_second_person(betong_police, added, pim, nok, now):
    assert usable(betong_police) == [OLD]
    verified(added, pim, now)
    assert usable(betong_police) == [OLD]

    proposals.confirm(proposal=added, by=nok, now=now)

    assert usable(betong_police) == [NEW, OLD]


def test_before_its_code_nobody_can_confirm_it(added, nok, now):
    with pytest.raises(NotVerified):
        proposals.confirm(proposal=added, by=nok, now=now)


def test_an_address_that_began_to_fail_meanwhile_is_not_confirmed(added, pim, nok, now):
    verified(added, pim, now)
    ContactPoint.objects.filter(pk=added.contact_point_id).update(failing_since=now)

    with pytest.raises(NotVerified):
        proposals.confirm(proposal=added, by=nok, now=now)


def test_who_proposed_it_does_not_confirm_it(added, pim, now):
    verified(added, pim, now)

    with pytest.raises(PermissionDenied):
        proposals.confirm(proposal=added, by=pim, now=now)
    with pytest.raises(PermissionDenied):
        proposals.refuse(proposal=added, reason="no", by=pim, now=now)


def test_an_administrator_is_a_second_person_and_not_to_their_own_proposal(betong_police, added, pim, krit, now):
    proposals.confirm(proposal=verified(added, pim, now), by=krit, now=now)
    by_krit = proposals.propose_new(
        agency=betong_police, transport="EMAIL", address="x@y.example", audience="DUTY", priority=1, by=krit, now=now
    )

    with pytest.raises(PermissionDenied):
        proposals.confirm(proposal=verified(by_krit, krit, now), by=krit, now=now)


@pytest.mark.parametrize("name", ["anong", "somchai", "dao"])
def test_officers_of_elsewhere_have_no_part_in_it(request, betong_police, added, pim, name, now):
    stranger = request.getfixturevalue(name)
    verified(added, pim, now)

    with pytest.raises(PermissionDenied):
        proposals.confirm(proposal=added, by=stranger, now=now)
    with pytest.raises(PermissionDenied):
        proposals.propose_new(
            agency=betong_police,
            transport="EMAIL",
            address="a@b.example",
            audience="DUTY",
            priority=1,
            by=stranger,
            now=now,
        )


def test_a_triage_officer_changes_nothing_of_the_own_desk(yala_desk, anong, somchai, now):
    asked = {"agency": yala_desk, "transport": "EMAIL", "address": NEW, "audience": "DUTY", "priority": 1, "now": now}

    with pytest.raises(PermissionDenied):
        proposals.propose_new(**asked, by=anong)
    assert proposals.propose_new(**asked, by=somchai)


def test_a_replacement_takes_the_place_of_the_old_one_at_once(betong_police, duty, replaced, pim, nok, now):
    assert usable(betong_police) == [OLD]

    proposals.confirm(proposal=verified(replaced, pim, now), by=nok, now=now)

    assert usable(betong_police) == [NEW]
    duty.refresh_from_db()
    assert duty.removed_at == now


def test_the_old_address_is_told_when_it_is_proposed_and_when_it_was_done(
    betong_police, duty, replaced, pim, nok, now
):
    proposals.confirm(proposal=verified(replaced, pim, now), by=nok, now=now)

    said = [message.body for message in owed(betong_police, "proposal/") if message.contact_point == duty]
    assert "is to be replaced" in said[0]
    assert "was replaced" in said[1]
    assert all(NEW not in body and OLD not in body for body in said)


def test_so_is_an_old_address_that_fails(betong_police, duty, pim, now):
    ContactPoint.objects.filter(pk=duty.pk).update(failing_since=now)

    proposals.propose_replacement(contact_point=duty, transport="EMAIL", address=NEW, priority=1, by=pim, now=now)

    assert duty in [message.contact_point for message in owed(betong_police, "proposal/")]


def test_an_addition_is_told_to_those_who_are_reached_already(betong_police, added):
    told = {message.contact_point.address for message in owed(betong_police, "proposal/")}

    assert told == {OLD, "betong-police-supervisor@agency.example"}


def test_a_message_about_an_address_is_passed_on_to_no_other(betong_police, duty, removed, mail):
    mail.refusals[OLD] = "550 no such mailbox"
    delivery.deliver_due()

    notices = owed(betong_police, "proposal/")
    assert {message.state for message in notices if message.contact_point == duty} == {"FAILED"}
    assert len(notices) == len({message.contact_point for message in notices})


def test_what_is_owed_to_a_removed_address_goes_to_the_next_one(betong_police, duty, removed, nok, now):
    alert = Notification(
        contact_point=duty,
        subject="s",
        body="the link",
        dedupe_key=f"dispatch:1>{duty.pk}",
        due_at=now,
        created_at=now,
    )
    Notification.objects.owe([alert])

    proposals.confirm(proposal=removed, by=nok, now=now)

    old, new = owed(betong_police, "dispatch:1")
    assert (old.state, old.body, old.passed_to) == ("PASSED_ON", "", new)
    assert (new.state, new.contact_point.address, new.body) == ("QUEUED", "spare@agency.example", "the link")


def test_the_last_address_for_duty_goes_only_when_that_is_said(betong_police, duty, pim, nok, now):
    with pytest.raises(LastOne):
        proposals.propose_removal(contact_point=duty, by=pim, now=now)
    proposal = proposals.propose_removal(contact_point=duty, by=pim, now=now, although_last=True)

    with pytest.raises(LastOne):
        proposals.confirm(proposal=proposal, by=nok, now=now)
    proposals.confirm(proposal=proposal, by=nok, now=now, although_last=True)

    assert usable(betong_police) == []


def test_it_may_have_become_the_last_one_since_it_was_proposed(betong_police, removed, nok, now):
    betong_police.contact_points.filter(priority=1).exclude(pk=removed.contact_point_id).update(failing_since=now)

    with pytest.raises(LastOne):
        proposals.confirm(proposal=removed, by=nok, now=now)


def test_a_refusal_has_a_reason_and_the_address_is_gone(betong_police, added, pim, nok, now):
    verified(added, pim, now)

    proposals.refuse(proposal=added, reason="Nobody reads it at night.", by=nok, now=now)

    added.refresh_from_db()
    assert (added.state, added.reason, added.decided_by) == ("REFUSED", "Nobody reads it at night.", nok)
    assert ContactPoint.objects.get(pk=added.contact_point_id).removed_at == now
    assert "was dropped" in owed(betong_police, f"proposal/{added.pk}/REFUSED")[0].body


def test_who_proposed_it_takes_it_back_and_nobody_else_does(added, pim, nok, now):
    with pytest.raises(PermissionDenied):
        proposals.withdraw(proposal=added, by=nok, now=now)

    proposals.withdraw(proposal=added, by=pim, now=now)

    with pytest.raises(AlreadyDecided):
        proposals.confirm(proposal=added, by=nok, now=now)


def test_a_dropped_removal_leaves_the_address_in_use(betong_police, removed, nok, now):
    proposals.refuse(proposal=removed, reason="We need it.", by=nok, now=now)

    assert OLD in usable(betong_police)


def test_one_change_at_a_time(duty, replaced, pim, now):
    with pytest.raises(AlreadyProposed):
        proposals.propose_removal(contact_point=duty, by=pim, now=now)
    with pytest.raises(AlreadyProposed):
        proposals.propose_replacement(
            contact_point=duty, transport="EMAIL", address="z@y.example", priority=1, by=pim, now=now
        )


def test_the_same_address_is_not_added_twice_in_capitals_either(betong_police, added, pim, now):
    for address in (OLD.upper(), NEW):
        with pytest.raises(AlreadyKnown):
            proposals.propose_new(
                agency=betong_police, transport="EMAIL", address=address, audience="DUTY", priority=1, by=pim, now=now
            )


def test_a_group_that_is_bound_already_is_not_confirmed_again(betong_police, unbound, pim, nok, now):
    betong_police.contact_points.create(transport="LINE", address=GROUP, verified_at=now, confirmed_at=now)
    code = verification.make_line_code(contact_point=unbound, by=pim, now=now)
    verification.bind_line(code=code, line_id=GROUP, now=now)
    proposal = Proposal.objects.create(kind="ADD", contact_point=unbound, proposed_by=pim, proposed_at=now)

    with pytest.raises(AlreadyKnown):
        proposals.confirm(proposal=proposal, by=nok, now=now)


def test_the_history_says_who_did_what_and_holds_no_address(added, pim, nok, now):
    proposals.confirm(proposal=verified(added, pim, now), by=nok, now=now)

    events = list(DirectoryEvent.objects.order_by("pk"))
    assert [(event.kind, event.officer) for event in events] == [
        ("CODE_MADE", pim),
        ("PROPOSED", pim),
        ("VERIFIED", pim),
        ("CONFIRMED", nok),
    ]
    assert "@" not in str([event.facts for event in events])


def test_an_officer_who_changed_agency_lost_the_say_in_the_old_one(added, pim, nok, betong_hospital, now):
    verified(added, pim, now)
    nok.agency = betong_hospital
    nok.save()

    with pytest.raises(PermissionDenied):
        proposals.confirm(proposal=added, by=nok, now=now)


def test_a_second_officer_of_another_role_at_the_agency_has_no_say(betong_police, added, pim, now):
    triage = make_officer("Tanya", betong_police, Role.TRIAGE)
    verified(added, pim, now)

    with pytest.raises(PermissionDenied):
        proposals.confirm(proposal=added, by=triage, now=now)
