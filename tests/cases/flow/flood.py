"""Many alerts from one network."""

from datetime import timedelta

from cases.flow import intake
from cases.flow.intake import Fix, Sent
from cases.models import Case, Report
from cases.privacy.networks import network_of
from tests.conftest import BETONG, NOW

SHELTER, ELSEWHERE = "203.0.113.7", "198.51.100.9"
THREE_MINUTES = timedelta(minutes=3)
SOCIAL_WORKERS, NEAREST_HELP = Report.MayTell.SOCIAL_WORKERS, Report.MayTell.NEAREST_HELP


def press(*, at=BETONG, now=NOW, address=SHELTER, may_tell=SOCIAL_WORKERS, **fields) -> Report:
    fix = Fix(longitude=at.x, latitude=at.y, accuracy_m=25, captured_at=now) if at else None
    sent = Sent(kind=Report.Kind.LOCATION_ALERT, language="th", may_tell=may_tell, fix=fix, **fields)
    return intake.receive(sent=sent, now=now, network=network_of(address, now=now))


def fill(count=3, **how) -> None:
    for _ in range(count):
        press(**how)


def asked(case: Case) -> set[str]:
    return {dispatch.agency.name_en for dispatch in case.dispatches.all()}
