"""A small Deep South: real areas, synthetic agencies, officers with names."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.contrib.gis.geos import Point
from django.core.cache import cache
from django.db import connection, connections
from django.utils import translation

from agencies.models import Agency, Area, Capability, ContactPoint, Officer, Role
from agencies.pages import alarm, on_duty
from cases.flow import intake
from cases.flow.intake import Fix, Sent
from cases.models import Report
from cases.privacy import codes
from cases.reads import red
from tests import choices, hashers
from tests.databases import Databases
from tests.stack import Stack

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# The clock of the tests: 21:02 in Yala, on a Monday.
NOW = datetime(2026, 11, 23, 14, 2, tzinfo=UTC)

BETONG = Point(101.0725, 5.7740, srid=4326)  # the town of Betong, Yala

AREAS = [
    # code, level, Thai, English, longitude, latitude
    ("95", "PROVINCE", "ยะลา", "Yala", 101.21, 6.30),
    ("9501", "DISTRICT", "เมืองยะลา", "Mueang Yala", 101.28, 6.54),
    ("950101", "SUB_DISTRICT", "สะเตง", "Sateng", 101.282, 6.549),
    ("9502", "DISTRICT", "เบตง", "Betong", 101.08, 5.80),
    ("950201", "SUB_DISTRICT", "เบตง", "Betong", 101.072, 5.773),
    ("950202", "SUB_DISTRICT", "ยะรม", "Yarom", 101.13, 5.83),
    ("94", "PROVINCE", "ปัตตานี", "Pattani", 101.35, 6.75),
    ("9401", "DISTRICT", "เมืองปัตตานี", "Mueang Pattani", 101.25, 6.87),
    ("940101", "SUB_DISTRICT", "สะบารัง", "Sabarang", 101.254, 6.868),
    ("90", "PROVINCE", "สงขลา", "Songkhla", 100.55, 6.95),
    ("9001", "DISTRICT", "เมืองสงขลา", "Mueang Songkhla", 100.59, 7.20),
    ("900101", "SUB_DISTRICT", "บ่อยาง", "Bo Yang", 100.593, 7.199),
    ("MY01", "ABROAD", "เปิงกาลันฮูลู", "Pengkalan Hulu", 101.005, 5.704),
    ("MY02", "ABROAD", "โกตาบารู", "Kota Bharu", 102.239, 6.125),
]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browsers last: their driver keeps an event loop in this thread, in which nothing of asyncio can start."""
    items.sort(key=lambda item: "browser" in getattr(item, "fixturenames", ()))


def pytest_configure(config: pytest.Config) -> None:
    """Passwords, PINs and codes are hashed at the lowest price; tests marked `argon2` pay the real one."""
    settings.PASSWORD_HASHERS = ["tests.hashers.CheapArgon2"]


@pytest.fixture(autouse=True)
def price_of_hashing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "argon2" in request.keywords:
        request.getfixturevalue("settings").PASSWORD_HASHERS = hashers.REAL
    else:
        monkeypatch.setattr(codes, "_hasher", hashers.CHEAP)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None) -> Iterator[None]:
    """A database of this process's own, copied in a moment from the migrated template."""
    databases = Databases(os.environ["DATABASE_URL"])
    name = f"test_{os.getpid()}"
    databases.drop_left_behind()
    databases.copy(databases.migrated(), name)
    connection.close()
    connection.settings_dict["NAME"] = name
    yield
    connections.close_all()
    databases.drop(name)


@pytest.fixture(scope="session")
def browser(django_db_setup: None) -> Iterator["Browser"]:
    """One for the whole run; each test opens a context of its own in it."""
    from tests.browser import launched  # only where it is needed: the import takes half a second

    with launched() as browser:
        yield browser


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(autouse=True)
def calm(monkeypatch: pytest.MonkeyPatch) -> None:
    """No process beats in a test: without this, each page would say so, and ask the database for it.

    Nor does a page ask who is on duty: what one agency's head says is kept for seconds, so counts would vary.
    """
    cache.clear()
    cache.set(alarm.KEY, [], None)
    cache.set(red.KEY, [], None)
    monkeypatch.setattr(on_duty, "at", lambda agency, *, now: on_duty.OnDuty())


@pytest.fixture(autouse=True)
def strangers(every_choice: list[str]) -> Iterator[list[str]]:
    """What this test writes into a column with choices, and is none of them. A test that means to, clears it."""
    every_choice.clear()
    yield every_choice
    assert every_choice == []


@pytest.fixture(scope="session")
def every_choice() -> Iterator[list[str]]:
    with choices.watched() as strangers:
        yield strangers


@pytest.fixture
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def areas(db) -> dict[str, Area]:
    made: dict[str, Area] = {}
    for code, level, thai, english, longitude, latitude in AREAS:
        parent = made.get(code[:-2]) if level != "ABROAD" else None
        centroid = Point(longitude, latitude, srid=4326)
        made[code] = Area.objects.create(
            code=code, level=level, parent=parent, name_th=thai, name_en=english, centroid=centroid
        )
    return made


def make_agency(kind: str, name: str, *capabilities: str, at: Point | None = None, **fields) -> Agency:
    """An agency with one verified e-mail address for duty and one for its supervisor."""
    agency = Agency.objects.create(
        kind=kind, name_th=name, name_en=name, point=at, capabilities=list(capabilities), is_demo=True, **fields
    )
    slug = name.lower().replace(" ", "-")
    for audience in ContactPoint.Audience:
        ContactPoint.objects.create(
            agency=agency,
            audience=audience,
            address=f"{slug}-{audience.lower()}@agency.example",
            verified_at=NOW,
            confirmed_at=NOW,
        )
    return agency


@pytest.fixture
def yala_desk(areas) -> Agency:
    return make_agency(
        "PSDHS",
        "Yala Desk",
        Capability.SOCIAL_WORK,
        at=Point(101.28, 6.54, srid=4326),
        province=areas["95"],
        district=areas["9501"],
    )


@pytest.fixture
def pattani_desk(areas) -> Agency:
    point = Point(101.25, 6.87, srid=4326)
    return make_agency("PSDHS", "Pattani Desk", Capability.SOCIAL_WORK, at=point, province=areas["94"])


@pytest.fixture
def national_desk(areas) -> Agency:
    point = Point(100.52, 13.75, srid=4326)
    return make_agency("OSCC", "National Desk", Capability.SOCIAL_WORK, at=point, is_last_resort=True)


@pytest.fixture
def custodian(areas) -> Agency:
    return make_agency("DATIP", "Custodian", Capability.SOCIAL_WORK, is_custodian=True)


@pytest.fixture
def betong_police(areas) -> Agency:
    point = Point(101.0700, 5.7760, srid=4326)  # some 350 m from BETONG
    return make_agency(
        "POLICE_STN", "Betong Police", Capability.RESPOND, at=point, province=areas["95"], district=areas["9502"]
    )


@pytest.fixture
def betong_hospital(areas) -> Agency:
    point = Point(101.0600, 5.7800, srid=4326)  # some 1.5 km
    abilities = (Capability.RESPOND, Capability.MEDICAL)
    return make_agency(
        "HOSPITAL", "Betong Hospital", *abilities, at=point, province=areas["95"], district=areas["9502"]
    )


@pytest.fixture
def yala_shelter(areas) -> Agency:
    """Its address is secret."""
    point = Point(101.0900, 5.7800, srid=4326)  # some 2 km
    abilities = (Capability.SHELTER, Capability.SOCIAL_WORK)
    return make_agency(
        "SHELTER_PROV", "Yala Shelter", *abilities, at=point, province=areas["95"], location_secret=True
    )


@pytest.fixture
def directory(yala_desk, national_desk, custodian, betong_police, betong_hospital, yala_shelter):
    """All agencies above but Pattani's desk."""
    return Agency.objects.all()


def make_officer(name: str, agency: Agency, role: Role) -> Officer:
    # A fast, unusable password: tests log in with force_login.
    officer = Officer(username=name.lower(), display_name=name, agency=agency, role=role, language="en")
    officer.set_unusable_password()
    officer.save()
    return officer


@pytest.fixture
def anong(yala_desk) -> Officer:
    """Triage officer in Yala."""
    return make_officer("Anong", yala_desk, Role.TRIAGE)


@pytest.fixture
def somchai(yala_desk) -> Officer:
    """Supervisor in Yala."""
    return make_officer("Somchai", yala_desk, Role.SUPERVISOR)


@pytest.fixture
def pim(betong_police) -> Officer:
    """Agency officer at the police station."""
    return make_officer("Pim", betong_police, Role.AGENCY)


@pytest.fixture
def krit(national_desk) -> Officer:
    """Administrator: the directory and no cases."""
    return make_officer("Krit", national_desk, Role.ADMIN)


@pytest.fixture
def dao(custodian) -> Officer:
    """Triage officer of the national custodian of sealed cases."""
    return make_officer("Dao", custodian, Role.TRIAGE)


def make_alert(*, now: datetime = NOW, at: Point | None = BETONG, **fields) -> Report:
    """An alert as it comes from the page, at Betong unless told otherwise."""
    fields.setdefault("may_tell", Report.MayTell.NEAREST_HELP)
    fix = Fix(longitude=at.x, latitude=at.y, accuracy_m=25, captured_at=now) if at else None
    sent = Sent(kind=Report.Kind.LOCATION_ALERT, language="th", fix=fix, **fields)
    return intake.receive(sent=sent, now=now)


def make_code(report: Report, *, now: datetime) -> codes.Code:
    """One more code of this report, however many it has."""
    code, proof_hash = codes.draw()
    codes.keep(code, proof_hash, report=report, now=now)
    return code


@pytest.fixture
def alert(directory) -> Report:
    return make_alert()


@pytest.fixture
def case(alert):
    return alert.case


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Real processes, started once for journeys and faults; each test looks at its own alert only."""
    stack = Stack(tmp_path_factory.mktemp("stack"))
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()
