"""One address of an agency on one transport. It counts once it is verified and a second person has confirmed it."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agencies.models.agency import Agency
from agencies.models.choices import StoredChoices
from agencies.models.officer import Officer
from vault import BlindIndexField, EncryptedTextField


class ContactPointQuerySet(models.QuerySet["ContactPoint"]):
    def usable(self) -> Self:
        """Return those that are verified, confirmed, not failing and of a configured transport, by priority."""
        ready = self.in_use().filter(
            transport__in=settings.TRANSPORTS, verified_at__isnull=False, failing_since__isnull=True
        )
        return ready.order_by("priority", "pk")

    def in_use(self) -> Self:
        """Return those that are confirmed and not removed. One that fails is still in use."""
        return self.listed().filter(confirmed_at__isnull=False)

    def listed(self) -> Self:
        """Return the agency's own that are in use or proposed. Removed ones and officers' browsers are left out."""
        return self.filter(removed_at__isnull=True, officer__isnull=True)

    def at(self, address: str) -> Self:
        """Return those with this address. The blind index finds them; no address is decrypted."""
        index = ContactPoint._meta.get_field("address_index")
        return self.filter(address_index__in=index.indexes_of(address))

    def of_officers(self) -> Self:
        return self.filter(removed_at__isnull=True, officer__isnull=False)

    def ready_to_push(self) -> Self:
        ready = self.of_officers().filter(transport__in=settings.TRANSPORTS, failing_since__isnull=True)
        return ready.filter(officer__is_active=True).order_by("pk")


class ContactPoint(models.Model):
    class Transport(StoredChoices):
        EMAIL = "EMAIL", _("e-mail")
        SMS = "SMS", _("SMS")
        LINE = "LINE", _("LINE")
        WEBHOOK = "WEBHOOK", _("the agency's own system")
        WEB_PUSH = "WEB_PUSH", _("an officer's browser")

    class Audience(StoredChoices):
        DUTY = "DUTY", _("those on duty")
        SUPERVISOR = "SUPERVISOR", _("the supervisor")  # told when nobody on duty answered

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="contact_points")
    # The officer whose browser it is. Empty for an address of the agency itself.
    officer = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="browsers")
    transport = models.CharField(max_length=10, choices=Transport.listed, default=Transport.EMAIL)
    # Never changed after verification: another address is another row. LINE's is empty until a code binds the chat.
    address = EncryptedTextField()
    address_index = BlindIndexField(source="address", purpose="contact-point")
    audience = models.CharField(max_length=10, choices=Audience.listed, default=Audience.DUTY)
    priority = models.PositiveSmallIntegerField(default=1)
    verified_at = models.DateTimeField(null=True, blank=True)  # somebody there read a code and it was entered
    confirmed_at = models.DateTimeField(null=True, blank=True)  # by a second person; from then on it counts
    failing_since = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)  # the row stays, because the history points to it

    objects = ContactPointQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="agencies_contactpoint_has_address",
                condition=~Q(address="") | Q(transport="LINE", verified_at__isnull=True),
            ),
            models.CheckConstraint(
                name="agencies_contactpoint_transport_known",
                condition=Q(transport__in=["EMAIL", "SMS", "LINE", "WEBHOOK", "WEB_PUSH"]),
            ),
            models.CheckConstraint(
                name="agencies_contactpoint_browser_has_officer",
                condition=Q(transport="WEB_PUSH", officer__isnull=False)
                | (~Q(transport="WEB_PUSH") & Q(officer__isnull=True)),
            ),
            models.CheckConstraint(
                name="agencies_contactpoint_verified_before_confirmed",
                condition=Q(confirmed_at__isnull=True) | Q(verified_at__isnull=False),
            ),
            models.UniqueConstraint(
                name="agencies_contactpoint_once_an_audience",
                fields=["agency", "audience", "transport", "address_index"],
                condition=Q(confirmed_at__isnull=False, removed_at__isnull=True) & ~Q(address_index=""),
            ),
        ]
        indexes = [models.Index(fields=["address_index"], name="agencies_contactpoint_index")]


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def waiting(self) -> Self:
        return self.filter(state=Proposal.State.WAITING).order_by("proposed_at", "pk")

    def touching(self, contact_point: ContactPoint) -> Self:
        """Return the proposals that would add, replace or remove this contact point."""
        return self.filter(Q(contact_point=contact_point) | Q(replaces=contact_point))


class Proposal(models.Model):
    """A change of a contact point, which takes a second person."""

    class Kind(StoredChoices):
        ADD = "ADD", _("a new contact point")
        REPLACE = "REPLACE", _("a replacement")
        REMOVE = "REMOVE", _("a removal")

    class State(StoredChoices):
        WAITING = "WAITING"
        CONFIRMED = "CONFIRMED"
        REFUSED = "REFUSED"
        WITHDRAWN = "WITHDRAWN"

    kind = models.CharField(max_length=10, choices=Kind.listed)
    # The new contact point; for REMOVE, the one to be removed.
    contact_point = models.ForeignKey(ContactPoint, models.PROTECT, related_name="proposals")
    replaces = models.ForeignKey(ContactPoint, models.PROTECT, null=True, blank=True, related_name="replacements")
    state = models.CharField(max_length=10, choices=State.listed, default=State.WAITING)
    proposed_by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = EncryptedTextField(blank=True)  # of a refusal

    objects = ProposalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="agencies_proposal_kind_known", condition=Q(kind__in=["ADD", "REPLACE", "REMOVE"])
            ),
            models.CheckConstraint(
                name="agencies_proposal_state_known",
                condition=Q(state__in=["WAITING", "CONFIRMED", "REFUSED", "WITHDRAWN"]),
            ),
            models.CheckConstraint(
                name="agencies_proposal_decided_has_who_and_when",
                condition=Q(state="WAITING", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(state="WAITING") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="agencies_proposal_takes_two_people",
                condition=Q(state__in=["WAITING", "WITHDRAWN"]) | ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="agencies_proposal_replaces_something",
                condition=Q(kind="REPLACE", replaces__isnull=False) | (~Q(kind="REPLACE") & Q(replaces__isnull=True)),
            ),
            models.CheckConstraint(
                name="agencies_proposal_refused_has_reason", condition=~Q(state="REFUSED") | ~Q(reason="")
            ),
            models.UniqueConstraint(
                name="agencies_proposal_one_waiting",
                fields=["contact_point"],
                condition=Q(state="WAITING"),
            ),
            models.UniqueConstraint(
                name="agencies_proposal_one_waiting_replacement",
                fields=["replaces"],
                condition=Q(state="WAITING", replaces__isnull=False),
            ),
        ]
