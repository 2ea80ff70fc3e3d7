"""The outbox: one message owed to one contact point."""

import uuid
from collections.abc import Iterable
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Self

from django.db import connection, models
from django.db.models import Q
from django.db.models.functions import Now

from agencies.models.choices import StoredChoices
from agencies.models.contact_point import ContactPoint
from vault import EncryptedTextField

GATHERED = "gathered/"  # begins the dedupe key of one into which others were gathered
GIVEN = ("SENT", "DELIVERED")  # the states in which somebody else has the message
CHANNEL = "outbox"  # PostgreSQL wakes `watch` on it at each commit that owes a message


NO_KEY_FITS = "InvalidToken"  # the last error of a message that this or another process could not read


def _given(*names: str) -> Q:
    """Return the condition that one of these was given; "" is the message itself, the others what it points to."""
    return reduce(or_, (Q(**{f"{name}__state__in".removeprefix("__"): GIVEN}) for name in names))


class NotificationQuerySet(models.QuerySet["Notification"]):
    def unread(self) -> Self:
        """Return what is owed and no key fitted when it was tried last."""
        return self.filter(state=Notification.State.QUEUED, last_error=NO_KEY_FITS)

    def due(self, *, for_longer_than: timedelta = timedelta()) -> Self:
        """Return what is owed now by the database's clock, and what a worker leased and did not finish in time."""
        moment = Now() - for_longer_than
        # A lease ends after its row was due. Said for both states, the index passes over what is not due.
        return self.filter(
            Q(state=Notification.State.QUEUED)
            | Q(state=Notification.State.SENDING, leased_until__lte=moment, is_last_try=False),
            due_at__lte=moment,
        )

    def leased_as(self, notification: "Notification") -> Self:
        """Return this one, unless another worker has taken over its lease."""
        return self.filter(pk=notification.pk, lease_token=notification.lease_token)

    def alerts(self) -> Self:
        """Return what is about cases that nobody holds."""
        return self.filter(precedence__lt=Precedence.REST)

    def unsent(self, *, owed_for: timedelta) -> Self:
        """Return what was owed longer ago and has not left, however often it was tried and put off since.

        Left out are messages about the address itself, and those that the agency's next address was given.
        """
        owed = self.filter(state__in=[Notification.State.QUEUED, Notification.State.SENDING])
        owed = owed.filter(created_at__lte=Now() - owed_for, is_about_address=False, is_last_try=False)
        return owed.exclude(_given("successor", "successor__successor"))

    def told(self) -> Self:
        """Return those that were sent, or that another one says which was sent."""
        said_by_others = ("passed_to", "passed_to__passed_to", "successor", "successor__passed_to")
        return self.filter(_given("", *said_by_others))

    def to_agencies(self) -> Self:
        """Leave out messages to single officers: an agency is told even when these are late."""
        return self.exclude(transport=ContactPoint.Transport.WEB_PUSH)

    def awaiting_receipt(self, *, sent_before: timedelta) -> Self:
        """Return those sent more than `sent_before` ago, by the database's clock, whose text is not blanked."""
        return self.filter(state=Notification.State.SENT, sent_at__lt=Now() - sent_before).exclude(body="")

    def owe(self, notifications: "Iterable[Notification]") -> "list[Notification]":
        """Store messages in the caller's transaction and wake `watch`. A dedupe_key owed twice: IntegrityError."""
        notifications = list(notifications)
        for notification in notifications:
            notification.transport = notification.contact_point.transport
        owed = self.bulk_create(notifications)  # type: ignore[arg-type]
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
        return owed  # type: ignore[return-value]

    def owe_once(self, notification: "Notification") -> "Notification":
        """Owe one message. When its dedupe_key is owed already, return the stored one unchanged."""
        notification.transport = notification.contact_point.transport
        self.bulk_create([notification], ignore_conflicts=True)  # type: ignore[list-item]
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
        return self.defer("body").get(dedupe_key=notification.dedupe_key)

    def gatherable(self) -> Self:
        """Return the queued ones, without those about the address itself and those gathered from others.

        One that may have been taken keeps its own key too, by which a mailbox knows the second copy.
        """
        owed = self.filter(state=Notification.State.QUEUED, is_about_address=False, times_given=0)
        return owed.exclude(dedupe_key__startswith=GATHERED)

    def owe_no_more(self) -> int:
        """Cancel what has not left. What a worker is sending now may still arrive, but is not tried again."""
        # One that is given up now may be owed again, when it turns out that the fault was ours.
        self.filter(state__in=[Notification.State.SENDING, Notification.State.FAILED]).update(is_last_try=True)
        return self.filter(state=Notification.State.QUEUED).update(state=Notification.State.CANCELLED)

    def left_behind(self) -> Self:
        """Return what was being sent for the last time by a worker that has not come back within its lease."""
        return self.filter(state=Notification.State.SENDING, is_last_try=True, leased_until__lte=Now())

    def may_have_arrived(self) -> Self:
        """Return what was sent, is being sent or was given without an answer, alone or gathered into another."""
        perhaps = [
            Q(**{f"{by}state": Notification.State.SENDING}) | Q(**{f"{by}times_given__gt": 0})
            for by in ("", "passed_to__", "passed_to__passed_to__")
        ]
        return self.filter(_given("", "passed_to", "passed_to__passed_to") | reduce(or_, perhaps))

    def pass_on_to(self, other: "Notification", *, reason: str = "") -> int:
        """Mark these PASSED_ON and blank their text: `other` says it now. Return how many they are."""
        passed_on = Notification.State.PASSED_ON
        nobody: dict[str, None] = {"lease_token": None, "leased_until": None}
        return self.update(state=passed_on, passed_to=other, body="", last_error=reason, **nobody)


class Precedence(models.IntegerChoices):
    """What leaves first; the smaller number before the larger. Whoever owes a message says it."""

    EMERGENCY = 1  # the first word of an emergency that nobody holds
    FIRST = 2  # the first word of any other case that nobody holds
    AGAIN = 3  # said once more about such a case, or to a supervisor
    REST = 4  # all else: exercises too, and what is about a held case


class Notification(models.Model):
    HELD_ON = timedelta(seconds=100)  # longer than any transport waits for an answer to what it has given

    class State(StoredChoices):
        QUEUED = "QUEUED"
        SENDING = "SENDING"  # leased by a worker
        SENT = "SENT"  # accepted by the provider
        DELIVERED = "DELIVERED"  # the provider, or the agency's own system, says that it has arrived
        FAILED = "FAILED"  # given up: the address does not exist, or too many attempts
        CANCELLED = "CANCELLED"  # no longer owed
        PASSED_ON = "PASSED_ON"  # another one says it: gathered with others, or to another contact point

    contact_point = models.ForeignKey(ContactPoint, models.PROTECT, related_name="notifications")
    # Copied from the contact point, so that each transport claims its own rows and none waits behind another's.
    # Processes of the release before know e-mail only; they need the db_default.
    transport = models.CharField(
        max_length=10, choices=ContactPoint.Transport.listed, default=ContactPoint.Transport.EMAIL, db_default="EMAIL"
    )
    subject = models.CharField(max_length=200)
    # Neutral, but encrypted, because the link stands in it. Blanked when it was sent. Where a receipt may still
    # report a failure, it is blanked when the receipt comes, or after an hour.
    body = EncryptedTextField()
    # About the address itself (a code, or its replacement): never passed on to another address. An SMS carries
    # the whole text, because it is short and has no link.
    is_about_address = models.BooleanField(default=False, db_default=False)
    # The first message of a case to this reader: it waits only seconds to be gathered with others.
    is_first = models.BooleanField(default=False, db_default=False)
    # Processes of the release before know none; they need the db_default.
    precedence = models.PositiveSmallIntegerField(default=Precedence.REST, db_default=4)
    # No longer owed, but a worker was sending it at that moment: when it fails, it is not tried again.
    is_last_try = models.BooleanField(default=False, db_default=False)
    # The same words at the agency's next address, while this one is tried on or after it was given up.
    successor = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    passed_to = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="stands_for")
    dedupe_key = models.CharField(max_length=120, unique=True)
    idempotency_key = models.UUIDField(default=uuid.uuid4, unique=True)
    state = models.CharField(max_length=10, choices=State.listed, default=State.QUEUED)
    due_at = models.DateTimeField()
    lease_token = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)
    # When the provider said last that the address will never take anything. Of several at once, that is not believed.
    refused_at = models.DateTimeField(null=True, blank=True)
    # Since when the provider says that nothing is there: 404, without another answer between.
    missing_since = models.DateTimeField(null=True, blank=True)
    # Given without an answer: it may have been taken, so it is given a few times only, and counts in a budget.
    given_at = models.DateTimeField(null=True, blank=True)
    times_given = models.PositiveSmallIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    # The provider's id of the message, which its receipt names.
    provider_id = models.CharField(max_length=100, blank=True, db_default="")

    objects = NotificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="agencies_notification_state_known",
                condition=Q(state__in=["QUEUED", "SENDING", "SENT", "DELIVERED", "FAILED", "CANCELLED", "PASSED_ON"]),
            ),
            models.CheckConstraint(
                name="agencies_notification_transport_known",
                condition=Q(transport__in=["EMAIL", "SMS", "LINE", "WEBHOOK", "WEB_PUSH"]),
            ),
            models.CheckConstraint(
                name="agencies_notification_leased_while_sending",
                condition=Q(state="SENDING", lease_token__isnull=False, leased_until__isnull=False)
                | (~Q(state="SENDING") & Q(lease_token__isnull=True, leased_until__isnull=True)),
            ),
            models.CheckConstraint(
                name="agencies_notification_sent_has_time",
                condition=Q(state__in=["SENT", "DELIVERED"], sent_at__isnull=False)
                | (~Q(state__in=["SENT", "DELIVERED"]) & Q(sent_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="agencies_notification_delivered_has_time",
                condition=Q(state="DELIVERED", delivered_at__isnull=False)
                | (~Q(state="DELIVERED") & Q(delivered_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="agencies_notification_delivered_says_no_more",
                condition=~Q(state="DELIVERED") | Q(body=""),
            ),
            models.CheckConstraint(
                name="agencies_notification_passed_on_to_another",
                condition=Q(state="PASSED_ON", passed_to__isnull=False, body="")
                | (~Q(state="PASSED_ON") & Q(passed_to__isnull=True)),
            ),
            models.CheckConstraint(
                name="agencies_notification_precedence_known",
                condition=Q(precedence__in=[1, 2, 3, 4]),
            ),
            models.CheckConstraint(
                name="agencies_notification_first_word_is_first",
                condition=Q(precedence__in=[3, 4]) | Q(is_first=True),
            ),
            models.CheckConstraint(
                name="agencies_notification_not_passed_to_itself",
                condition=Q(passed_to__isnull=True) | ~Q(passed_to=models.F("id")),
            ),
            models.CheckConstraint(
                name="agencies_notification_given_has_time",
                condition=Q(times_given=0, given_at__isnull=True) | Q(times_given__gt=0, given_at__isnull=False),
            ),
            models.CheckConstraint(name="agencies_notification_has_dedupe_key", condition=~Q(dedupe_key="")),
        ]
        indexes = [
            # In the order in which delivery claims them.
            models.Index(
                fields=["transport", "precedence", "due_at"],
                name="agencies_notification_owed_by",
                condition=Q(state__in=["QUEUED", "SENDING"]),
            ),
            # Removing a row asks who names it.
            models.Index(
                fields=["successor"],
                name="agencies_notification_instead",
                condition=Q(successor__isnull=False),
            ),
            # What a contact point was sent lately.
            models.Index(
                fields=["contact_point", "sent_at"],
                name="agencies_notification_told",
                condition=Q(sent_at__isnull=False),
            ),
            # What a transport has taken lately, and what a budget has paid for.
            models.Index(
                fields=["transport", "sent_at"],
                name="agencies_notification_taken",
                condition=Q(sent_at__isnull=False),
            ),
            models.Index(
                fields=["transport", "refused_at"],
                name="agencies_notification_refused",
                condition=Q(refused_at__isnull=False),
            ),
            # What a budget may have paid for besides.
            models.Index(
                fields=["transport", "given_at"],
                name="agencies_notification_given",
                condition=Q(given_at__isnull=False),
            ),
            models.Index(
                fields=["transport", "provider_id"],
                name="agencies_notification_receipt",
                condition=~Q(provider_id=""),
            ),
            models.Index(
                fields=["sent_at"],
                name="agencies_notification_legible",
                condition=Q(state="SENT") & ~Q(body=""),
            ),
        ]

    def hold_on(self) -> None:
        """Write down that it was given and that the answer takes long, and hold the lease until the answer is there.

        Should the worker die now, it is known that there may be a copy.
        """
        given = {"given_at": Now(), "times_given": self.times_given + 1}
        if self.lease_token:
            Notification.objects.leased_as(self).update(leased_until=Now() + self.HELD_ON, **given)

    @property
    def said_by(self) -> "Notification":
        """Return the notification that says it in the end: this one, or the last one it was passed on to."""
        return self.passed_to.said_by if self.passed_to else self
