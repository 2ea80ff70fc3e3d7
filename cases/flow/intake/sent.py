"""What a person sent, shaped into fields. Nothing is decided here."""

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

from django.contrib.gis.geos import Point

from cases.flow.wishes import Reaching
from cases.models import Case, Position, Report
from vault import digest

# Rounding to 0.01 degrees, some 1.1 km, moves a place by 800 metres at most.
ROUGH_DECIMALS, ROUGH_M = 2, 800


@dataclass(frozen=True)
class Fix:
    """A measured, pinned or pasted place: degrees of WGS 84, accuracy in metres, and when it was measured."""

    longitude: float
    latitude: float
    accuracy_m: int | None = None
    captured_at: datetime | None = None
    source: Position.Source = Position.Source.GPS

    @property
    def point(self) -> Point:
        return Point(self.longitude, self.latitude, srid=4326)

    def rough(self) -> "Fix":
        """Round the place to 0.01 degrees, so that the exact one is stored nowhere."""
        return replace(
            self,
            longitude=round(self.longitude, ROUGH_DECIMALS),
            latitude=round(self.latitude, ROUGH_DECIMALS),
            accuracy_m=(self.accuracy_m or 0) + ROUGH_M,
        )


def roughly(fix: Fix | None) -> Fix | None:
    return fix.rough() if fix else None


@dataclass(frozen=True)
class Sent:
    """What the person sent, already cut to size; `marks` names what could not be used."""

    kind: Report.Kind
    language: str
    channel: Report.Channel = Report.Channel.WEB
    submission: str = ""  # the key that was signed into the page, or the chat's own
    may_tell: Report.MayTell = Report.MayTell.SOCIAL_WORKERS
    reporter_type: Report.ReporterType = Report.ReporterType.UNKNOWN
    in_danger_now: bool = False
    officials_involved: bool = False
    children_present: bool | None = None
    is_under_18: bool | None = None
    people_count: int | None = None
    exploitation: list[str] = field(default_factory=list)
    safe_contact: Report.SafeContact = Report.SafeContact.DO_NOT_CONTACT
    consents: dict[str, bool] = field(default_factory=dict)  # by Consent.Recipient; not in it: not said
    reaching: Reaching = field(default_factory=Reaching)
    interpreter: str = ""  # a Report.Interpreter
    narrative: str = ""
    wants: str = ""
    contact: str = ""
    place: str = ""
    area: str = ""  # TIS 1099
    fix: Fix | None = None
    place_read: Fix | None = None  # where `place` says it is
    is_place_rough: bool = False
    marks: list[str] = field(default_factory=list)
    is_exercise: bool = False
    is_canary: bool = False  # signed by us: only the test address is told

    @property
    def surest(self) -> Fix | None:
        """The place that the phone measured or, without it, the one read out of the words."""
        return self.fix or self.place_read

    @property
    def urgency(self) -> Case.Urgency:
        """EMERGENCY if the person pressed the button for danger or ticked the box, else URGENT."""
        if self.in_danger_now or self.may_tell == Report.MayTell.NEAREST_HELP:
            return Case.Urgency.EMERGENCY
        return Case.Urgency.URGENT

    def rough(self) -> "Sent":
        return replace(self, fix=roughly(self.fix), place_read=roughly(self.place_read))

    def payload_digest(self) -> str:
        content = {name: value for name, value in asdict(self).items() if name != "submission"}
        text = json.dumps(content, sort_keys=True, default=str)
        return digest(hashlib.sha256(text.encode("utf-8", "replace")).hexdigest(), purpose="payload")
