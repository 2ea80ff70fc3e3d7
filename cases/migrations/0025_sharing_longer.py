"""Somebody shares for longer where they are."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0024_told"),
    ]

    operations = [
        migrations.AlterField(
            model_name="caseevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("OPENED", "opened"),
                    ("REPORT_JOINED", "report joined"),
                    ("PLACE_ADDED", "place added"),
                    ("SHARING_STARTED", "shares where they are"),
                    ("SHARING_LONGER", "shares for longer where they are"),
                    ("SHARING_STOPPED", "shares no longer where they are"),
                    ("MOVED_AWAY", "moved into another province"),
                    ("TRACK_KEPT", "the track is held as evidence"),
                    ("MESSAGE_ADDED", "message from the reporter"),
                    ("FILE_ADDED", "file from the reporter"),
                    ("FILE_REFUSED", "file destroyed: it cannot be shown"),
                    ("ANSWERED", "message to the reporter"),
                    ("WITHDRAWN", "the reporter asks us to stop"),
                    ("CONTACT_HIDDEN", "contact details hidden by the reporter"),
                    ("CONTACT_SHOWN", "contact details shown again by the reporter"),
                    ("CONTACT_RULE", "the reporter says anew how they may be contacted"),
                    ("CONTACT_RULE_HEARD", "written down as told: how the reporter may be contacted"),
                    ("CONTACT_OPENED", "contact details opened although the reporter said no"),
                    ("CONTACT_REVIEWED", "opening of the contact details reviewed by a second person"),
                    ("CONTACTED", "the reporter was contacted"),
                    ("CONSENT", "the reporter says anew who may know"),
                    ("CONSENT_HEARD", "written down as told: who may know"),
                    ("TAKEN", "an officer answers for it"),
                    ("HELD_BACK", "one of many from one network: the desk looks first"),
                    ("RELEASED", "told to the others as well"),
                    ("ASKED", "agency asked"),
                    ("ASKED_AGAIN", "agency asked again"),
                    ("NOBODY_TO_ASK", "nobody left to ask in this ring"),
                    ("ESCALATED", "next ring"),
                    ("RED", "red: nobody holds it"),
                    ("ACKNOWLEDGED", "acknowledged"),
                    ("DECLINED", "declined"),
                    ("HELD", "held"),
                    ("NO_LONGER_HELD", "no longer held"),
                    ("REMINDED", "reminded: no word since it was taken"),
                    ("ARRIVED", "arrived"),
                    ("OUTCOME", "outcome"),
                    ("NOTED", "note"),
                    ("CALLED", "call"),
                    ("CALL_DONE", "called down the list"),
                    ("WIDENED", "told beyond what the person allowed"),
                    ("WIDENING_REVIEWED", "widening reviewed by a second person"),
                    ("REROUTED", "moved to another province"),
                    ("CLOSED", "closed"),
                ],
                max_length=20,
            ),
        ),
    ]
