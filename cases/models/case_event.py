"""One line of the history. Added, never changed: codes and commitments, no personal data."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models import Officer, StoredChoices
from cases.models.case import Case
from cases.models.dispatch import Dispatch


class CaseEvent(models.Model):
    class Kind(StoredChoices):
        OPENED = "OPENED", _("opened")
        REPORT_JOINED = "REPORT_JOINED", _("report joined")
        PLACE_ADDED = "PLACE_ADDED", _("place added")
        SHARING_STARTED = "SHARING_STARTED", _("shares where they are")
        SHARING_LONGER = "SHARING_LONGER", _("shares for longer where they are")
        SHARING_STOPPED = "SHARING_STOPPED", _("shares no longer where they are")
        MOVED_AWAY = "MOVED_AWAY", _("moved into another province")
        TRACK_KEPT = "TRACK_KEPT", _("the track is held as evidence")
        MESSAGE_ADDED = "MESSAGE_ADDED", _("message from the reporter")
        FILE_ADDED = "FILE_ADDED", _("file from the reporter")
        FILE_REFUSED = "FILE_REFUSED", _("file destroyed: it cannot be shown")
        ANSWERED = "ANSWERED", _("message to the reporter")
        WITHDRAWN = "WITHDRAWN", _("the reporter asks us to stop")
        CONTACT_HIDDEN = "CONTACT_HIDDEN", _("contact details hidden by the reporter")
        CONTACT_SHOWN = "CONTACT_SHOWN", _("contact details shown again by the reporter")
        CONTACT_RULE = "CONTACT_RULE", _("the reporter says anew how they may be contacted")
        CONTACT_RULE_HEARD = "CONTACT_RULE_HEARD", _("written down as told: how the reporter may be contacted")
        CONTACT_OPENED = "CONTACT_OPENED", _("contact details opened although the reporter said no")
        CONTACT_REVIEWED = "CONTACT_REVIEWED", _("opening of the contact details reviewed by a second person")
        CONTACTED = "CONTACTED", _("the reporter was contacted")
        CONSENT = "CONSENT", _("the reporter says anew who may know")
        CONSENT_HEARD = "CONSENT_HEARD", _("written down as told: who may know")
        TAKEN = "TAKEN", _("an officer answers for it")
        HELD_BACK = "HELD_BACK", _("one of many from one network: the desk looks first")
        RELEASED = "RELEASED", _("told to the others as well")
        ASKED = "ASKED", _("agency asked")
        ASKED_AGAIN = "ASKED_AGAIN", _("agency asked again")
        NOBODY_TO_ASK = "NOBODY_TO_ASK", _("nobody left to ask in this ring")
        ESCALATED = "ESCALATED", _("next ring")
        RED = "RED", _("red: nobody holds it")
        ACKNOWLEDGED = "ACKNOWLEDGED", _("acknowledged")
        DECLINED = "DECLINED", _("declined")
        HELD = "HELD", _("held")
        NO_LONGER_HELD = "NO_LONGER_HELD", _("no longer held")
        REMINDED = "REMINDED", _("reminded: no word since it was taken")
        ARRIVED = "ARRIVED", _("arrived")
        OUTCOME = "OUTCOME", _("outcome")
        NOTED = "NOTED", _("note")
        CALLED = "CALLED", _("call")
        CALL_DONE = "CALL_DONE", _("called down the list")
        WIDENED = "WIDENED", _("told beyond what the person allowed")
        WIDENING_REVIEWED = "WIDENING_REVIEWED", _("widening reviewed by a second person")
        REROUTED = "REROUTED", _("moved to another province")
        CLOSED = "CLOSED", _("closed")

    class Actor(StoredChoices):
        OFFICER = "OFFICER", _("officer")
        LINK_HOLDER = "LINK_HOLDER", _("holder of the link")
        REPORTER = "REPORTER", _("reporter")
        SYSTEM = "SYSTEM", _("the system")

    case = models.ForeignKey(Case, models.PROTECT, related_name="events")
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=Kind.listed)
    actor = models.CharField(max_length=12, choices=Actor.listed)
    officer = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    dispatch = models.ForeignKey(Dispatch, models.PROTECT, null=True, blank=True, related_name="events")
    facts = models.JSONField(default=dict)  # codes, numbers, salted commitments
    at = models.DateTimeField()
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["case", "sequence"]
        constraints = [
            models.UniqueConstraint(name="cases_caseevent_one_line_a_number", fields=["case", "sequence"]),
            models.CheckConstraint(
                name="cases_caseevent_officer_is_named",
                condition=~models.Q(actor="OFFICER") | models.Q(officer__isnull=False),
            ),
            models.CheckConstraint(
                name="cases_caseevent_chained",
                condition=models.Q(sequence=1, previous_hash="")
                | (models.Q(sequence__gt=1) & ~models.Q(previous_hash="")),
            ),
        ]
