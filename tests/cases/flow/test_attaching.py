"""Files that come with a report are taken, cleaned or destroyed, and the words beside them never wait for that."""

import itertools
from datetime import timedelta
from io import BytesIO

import pytest
from cryptography.fernet import InvalidToken
from django.db import connection
from PIL import Image

from agencies.models import Notification
from cases.flow import attaching, erasing, intake, triage
from cases.flow.attaching import Decline, Given
from cases.models import Attachment, Position
from cases.privacy import scanning
from cases.privacy.cleaning import apart
from cases.privacy.cleaning.made import Made
from cases.privacy.networks import network_of
from tests import files
from tests.conftest import make_alert
from tests.providers.clamd import clamd

pytestmark = pytest.mark.django_db

MADE = Made(b"\xff\xd8\xff clean", preview=b"\xff\xd8\xff blurred")


def given(content: bytes) -> Given:
    return Given(content, len(content))


@pytest.fixture
def photo():
    return given(files.photo())


@pytest.fixture
def quick(monkeypatch):
    """A cleaner that takes no time; what it is given stands in the list."""
    seen = []

    def clean(kind, original, *, keeps_place=False):
        seen.append((kind, original))
        return MADE

    monkeypatch.setattr(apart, "clean", clean)
    return seen


def attach(report, *given_files, now, **fields):
    return attaching.attach(report=report, files=given_files, now=now, **fields)


def test_what_comes_in_waits_and_then_only_what_was_made_of_it_is_kept(alert, photo, now):
    taken = attach(alert, photo, now=now)
    waiting = alert.attachments.get()
    assert (taken.count, taken.declined) == (1, [])
    assert (waiting.state, waiting.kind, waiting.size) == ("WAITING", "PHOTO", photo.size)

    assert attaching.clean_waiting(now=now) == 1

    ready = alert.attachments.get()
    assert (ready.state, ready.original) == ("READY", None)
    assert not Image.open(BytesIO(ready.content)).getexif()
    assert Image.open(BytesIO(ready.preview)).size == (32, 24)


def test_nothing_of_a_file_can_be_read_in_the_table(alert, photo, now):
    attach(alert, photo, now=now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT original FROM cases_attachment")
        stored = bytes(cursor.fetchone()[0])

    assert files.CAMERA.encode() not in stored
    assert photo.content[:20] not in stored
    assert len(stored) < photo.size + 100  # and it is not kept in letters


def test_the_desk_reads_of_it_in_the_history(case, alert, photo, now):
    attach(alert, photo, given(files.pdf()), now=now)

    added = case.events.filter(kind="FILE_ADDED")
    assert [event.facts for event in added] == [{"kind": "PHOTO"}, {"kind": "PDF"}]
    assert {event.actor for event in added} == {"REPORTER"}


def test_where_nobody_looks_any_more_the_desk_is_told(directory, anong, photo, now):
    report = intake.receive(sent=intake.Sent(kind="WRITTEN", language="th", area="95", narrative="x"), now=now)
    triage.dismiss(report=report, reason=triage.DismissReason.SPAM, by=anong, now=now)
    before = Notification.objects.count()

    attach(report, photo, now=now)

    assert Notification.objects.count() > before


def test_the_same_file_sent_again_from_the_same_page_is_one(alert, photo, now):
    first = attach(alert, photo, submission="page", now=now)
    again = attach(alert, photo, submission="page", now=now)
    other_page = attach(alert, photo, submission="other", now=now)

    assert (first.count, again.count, other_page.count) == (1, 1, 1)
    assert alert.attachments.count() == 2


@pytest.mark.parametrize(
    ("content", "size", "no"),
    [
        (b"", 0, Decline.EMPTY),
        (b"", 10_000_001, Decline.TOO_BIG),
        (b"MZ\x90\x00 a program", 16, Decline.WRONG_TYPE),
        (b"<html><script>", 14, Decline.WRONG_TYPE),
        (b"PK\x03\x04" + bytes(50), 54, Decline.WRONG_TYPE),
    ],
)
def test_what_cannot_be_taken_is_said_at_once(alert, content, size, no, now):
    taken = attach(alert, Given(content, size), now=now)

    assert taken.declined == [no]
    assert not alert.attachments.exists()


def test_the_sixth_file_is_not_taken(alert, photo, now):
    taken = attach(alert, *[photo] * 6, now=now)

    assert (taken.count, taken.declined) == (5, [Decline.TOO_MANY])


def test_when_the_day_is_full_no_more_files_are_taken(alert, photo, now, settings):
    settings.ATTACHMENT_BYTES_A_DAY = photo.size + 10

    assert attach(alert, photo, photo, now=now).declined == [Decline.FULL]
    assert attach(alert, photo, now=now + timedelta(days=1, seconds=1)).declined == []


def test_one_network_cannot_use_up_the_room_of_all(alert, photo, now, settings):
    settings.ATTACHMENT_BYTES_AN_HOUR = photo.size + 10
    crowd, other = network_of("203.0.113.9", now=now), network_of("198.51.100.1", now=now)

    assert attach(alert, photo, photo, network=crowd, now=now).declined == [Decline.FULL]
    assert attach(alert, photo, network=other, now=now).declined == []


def test_the_network_is_forgotten_with_those_of_reports(alert, photo, now):
    attach(alert, photo, network=network_of("203.0.113.9", now=now), now=now)

    erasing.forget_networks(now=now + timedelta(hours=3))

    assert alert.attachments.get().network == ""


def test_the_place_in_a_photo_is_kept_only_if_the_person_says_so(directory, now):
    photo = given(files.photo())
    asked, silent = make_alert(at=None), make_alert(at=None)
    attach(asked, photo, keeps_place=True, now=now)
    attach(silent, photo, now=now)

    attaching.clean_waiting(now=now)

    position = asked.positions.get()
    assert (position.source, round(position.point.x, 4), round(position.point.y, 4)) == ("PHOTO", 101.0725, 5.774)
    assert not silent.positions.exists()
    asked.refresh_from_db()
    assert asked.district_id == "9502"
    assert asked.case.events.get(kind="PLACE_ADDED").facts == {"source": "PHOTO"}


def test_the_place_in_a_photo_decides_nothing_beside_another(alert, now):
    far = {**files.BETONG_GPS, 2: (13.0, 45.0, 0.0), 4: (100.0, 30.0, 0.0)}
    attach(alert, given(files.photo(gps=far)), keeps_place=True, now=now)

    attaching.clean_waiting(now=now)

    alert.refresh_from_db()
    assert alert.district_id == "9502"
    assert [place.source for place in Position.objects.filter(report=alert).surest_first()] == ["GPS", "PHOTO"]


def test_who_wants_only_a_rough_place_gets_only_a_rough_place_of_a_photo(directory, now):
    report = make_alert(at=None, is_place_rough=True)
    attach(report, given(files.photo()), keeps_place=True, now=now)

    attaching.clean_waiting(now=now)

    assert report.positions.get().point.coords == (101.07, 5.77)


def test_what_nothing_can_be_made_of_is_destroyed_and_stays_in_the_history(case, alert, now):
    attach(alert, given(files.photo()[:3000]), now=now)

    attaching.clean_waiting(now=now)

    gone = alert.attachments.get()
    assert (gone.state, gone.refusal, gone.original, gone.content) == ("REFUSED", "UNREADABLE", None, None)
    assert case.events.get(kind="FILE_REFUSED").facts == {"kind": "PHOTO", "reason": "UNREADABLE"}


def test_a_poisoned_file_never_stops_the_next_and_is_given_up_in_the_end(alert, photo, monkeypatch, now):
    def clean(kind, original, **options):
        if kind == "PDF":
            raise apart.Broke
        return MADE

    monkeypatch.setattr(apart, "clean", clean)
    attach(alert, given(files.pdf()), photo, now=now)

    attaching.clean_waiting(now=now)
    assert [one.state for one in alert.attachments.all()] == ["WAITING", "READY"]
    for minutes in (2, 4, 6):
        attaching.clean_waiting(now=now + timedelta(minutes=minutes))

    assert [(one.state, one.refusal) for one in alert.attachments.all()] == [("REFUSED", "UNREADABLE"), ("READY", "")]


@pytest.fixture
def killed(monkeypatch):
    """The kernel ends every cleaner, for want of memory. Which file was tried when stands in the list."""
    tried = []

    def clean(kind, original, **options):
        tried.append(kind)
        raise apart.Killed(9)

    monkeypatch.setattr(apart, "clean", clean)
    return tried


def sweep_for(hours, *, now):
    """As beat asks for it again and again, but only when something is due."""
    at = now
    while at < now + timedelta(hours=hours):
        attaching.clean_waiting(now=at)
        at = max(Attachment.objects.get().due_at, at + timedelta(seconds=5))


def test_a_good_photo_outlives_a_machine_without_memory(alert, photo, killed, monkeypatch, now):
    attach(alert, photo, now=now)

    sweep_for(24, now=now)

    waiting = alert.attachments.get()
    assert waiting.state == "WAITING"
    assert 8 <= len(killed) <= 12  # later each time
    monkeypatch.setattr(apart, "clean", lambda *args, **options: MADE)
    attaching.clean_waiting(now=now + timedelta(hours=31))
    assert alert.attachments.get().state == "READY"


def test_a_file_whose_cleaner_was_killed_is_cleaned_alone(alert, photo, killed, now):
    attach(alert, photo, given(files.pdf()), now=now)
    attaching.clean_waiting(now=now)
    assert killed == ["PHOTO", "PDF"]
    later = now + timedelta(minutes=3)

    first = attaching._claim_next(now=later)

    assert first.setbacks == 1
    assert attaching._claim_next(now=later) is None


def test_while_another_is_cleaned_one_that_was_set_back_waits(alert, photo, killed, now):
    attach(alert, photo, now=now)
    attaching.clean_waiting(now=now)
    attach(alert, given(files.pdf()), now=now)
    later = now + timedelta(minutes=3)
    alert.attachments.filter(kind="PDF").update(due_at=now - timedelta(minutes=1))

    first = attaching._claim_next(now=later)

    assert first.kind == "PDF"
    assert attaching._claim_next(now=later) is None


def test_a_file_whose_cleaner_is_always_killed_is_destroyed_after_days(alert, photo, killed, now):
    attach(alert, photo, now=now)
    Attachment.objects.update(setbacks=attaching.MOST_SETBACKS)

    attaching.clean_waiting(now=now + timedelta(days=3))
    assert alert.attachments.get().state == "WAITING"
    attaching.clean_waiting(now=now + timedelta(days=4))

    assert alert.attachments.get().refusal == "UNREADABLE"
    assert killed == ["PHOTO"]


def test_a_file_that_takes_the_worker_with_it_is_tried_later_each_time_and_not_destroyed_soon(alert, photo, now):
    """The worker never comes back to say so: only its lease ends."""
    attach(alert, photo, now=now)
    claims = [minute for minute in range(240) if attaching._claim_next(now=now + timedelta(minutes=minute))]

    pauses = [later - earlier for earlier, later in itertools.pairwise(claims)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (5, 64)
    waiting = alert.attachments.get()
    assert (waiting.state, waiting.tries, waiting.setbacks) == ("WAITING", 1, len(pauses))


@pytest.mark.parametrize("error", [OSError(12, "Cannot allocate memory"), InvalidToken()])
def test_what_keeps_us_from_trying_destroys_no_file(alert, photo, monkeypatch, now, error):
    """There is no memory to start the cleaner, or no key fits: a worker that was not restarted after a change."""

    def clean(*args, **options):
        raise error

    monkeypatch.setattr(apart, "clean", clean)
    attach(alert, photo, now=now)

    sweep_for(24, now=now)

    assert alert.attachments.get().state == "WAITING"


def test_an_error_that_nobody_thought_of_loses_no_file_and_names_nothing(alert, photo, monkeypatch, now, caplog):
    def clean(*args, **options):
        raise RuntimeError("the face of Malee")

    monkeypatch.setattr(apart, "clean", clean)
    attach(alert, photo, now=now)

    attaching.clean_waiting(now=now)

    assert alert.attachments.get().state == "WAITING"
    assert "RuntimeError" in caplog.text
    assert "Malee" not in caplog.text


def test_no_more_than_two_are_cleaned_at_a_time(alert, photo, now):
    attach(alert, photo, photo, photo, now=now)

    claimed = [attaching._claim_next(now=now) for _ in range(3)]

    assert [bool(one) for one in claimed] == [True, True, False]


def test_without_a_sandbox_files_wait_as_long_as_it_takes(alert, photo, monkeypatch, now, caplog):
    def clean(*args, **options):
        raise apart.NoSandbox

    monkeypatch.setattr(apart, "clean", clean)
    attach(alert, photo, now=now)

    for minutes in range(0, 20, 2):
        attaching.clean_waiting(now=now + timedelta(minutes=minutes))

    waiting = alert.attachments.get()
    assert (waiting.state, waiting.tries) == ("WAITING", 0)
    assert waiting.original == photo.content
    assert "NoSandbox" in caplog.text


def test_who_lost_the_lease_changes_nothing(alert, photo, monkeypatch, now):
    attach(alert, photo, now=now)
    slow = attaching._claim_next(now=now)
    other = attaching._claim_next(now=now + timedelta(minutes=6))

    attaching._refuse(slow, Attachment.Refusal.UNREADABLE, now=now)
    assert alert.attachments.get().state == "WAITING"
    attaching._keep(other, MADE, now=now)

    assert alert.attachments.get().state == "READY"


# ---- With a scanner -------------------------------------------------------------------------------------


@pytest.fixture
def scanner(settings):
    with clamd() as scanner:
        settings.CLAMD_ADDRESS = scanner.address
        yield scanner


def test_a_scanner_sees_what_came_in_before_anybody_opens_it(alert, photo, scanner, quick, now):
    attach(alert, photo, now=now)

    attaching.clean_waiting(now=now)

    assert scanner.seen == [photo.content]
    assert (alert.attachments.get().state, alert.attachments.get().scanned_at) == ("READY", now)


def test_what_the_scanner_finds_is_destroyed_unopened(case, alert, photo, scanner, quick, now):
    scanner.answer = b"stream: Eicar-Test-Signature FOUND\0"
    attach(alert, photo, now=now)

    attaching.clean_waiting(now=now)

    gone = alert.attachments.get()
    assert (gone.state, gone.refusal, gone.original) == ("REFUSED", "INFECTED", None)
    assert quick == []


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b"", b"\0"])
def test_while_the_scanner_cannot_say_files_wait(alert, photo, scanner, quick, answer, now):
    scanner.answer = answer
    attach(alert, photo, now=now)

    for minutes in range(0, 10, 2):
        attaching.clean_waiting(now=now + timedelta(minutes=minutes))
    assert (alert.attachments.get().state, quick) == ("WAITING", [])

    scanner.answer = b"stream: OK\0"
    attaching.clean_waiting(now=now + timedelta(minutes=12))
    assert alert.attachments.get().state == "READY"


def test_while_the_scanner_is_dead_files_wait(alert, photo, quick, settings, now):
    settings.CLAMD_ADDRESS = "127.0.0.1:1"
    attach(alert, photo, now=now)

    attaching.clean_waiting(now=now)

    waiting = alert.attachments.get()
    assert (waiting.state, waiting.tries, quick) == ("WAITING", 0, [])


def test_a_scanner_that_trickles_is_waited_for_so_long_and_no_longer(alert, photo, scanner, quick, monkeypatch, now):
    monkeypatch.setattr(scanning, "PATIENCE_SECONDS", 0.3)
    scanner.trickles = True
    attach(alert, photo, now=now)

    attaching.clean_waiting(now=now)

    waiting = alert.attachments.get()
    assert (waiting.state, waiting.tries, quick) == ("WAITING", 0, [])
