"""Who had many messages lately gets what waits as one, and every link stands in it. The SMTP server is a real one."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as configured
from django.db.models.functions import Now

from agencies.models import Agency, ContactPoint, Notification, Precedence
from agencies.reach import delivery, gathering
from cases.flow import dispatching
from cases.models import Case
from cases.reads import case_file
from tests.agencies.reach.test_delivery import POLICE, SECOND, spoil, text_of
from tests.agencies.smtp import MailServer
from tests.conftest import NOW, make_alert

pytestmark = pytest.mark.django_db

State = Notification.State
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def two_apart(settings):
    settings.MESSAGES_APART = 2


def owe(agency: Agency, *numbers: int, **fields) -> list[Notification]:
    to = agency.contact_points.filter(audience="DUTY").order_by("pk")[0]
    return [
        Notification.objects.create(
            contact_point=to,
            transport=to.transport,
            subject=f"PROTECT-U AAAA-{number:04}",
            body=f"Open it.\n\n{configured.PUBLIC_URL}/a/token-{number}/\n\nEnd.\n",
            dedupe_key=f"dispatch/{number}>{to.pk}",
            **{"created_at": LONG_AGO, "due_at": LONG_AGO, **fields},
        )
        for number in numbers
    ]


def time_passes(seconds: int) -> None:
    """What was to be due within these seconds is due."""
    Notification.objects.filter(state=State.QUEUED, due_at__lte=Now() + timedelta(seconds=seconds)).update(
        due_at=Now()
    )


def states() -> list[str]:
    return list(Notification.objects.order_by("pk").values_list("state", flat=True))


def test_the_first_ones_come_one_by_one_and_the_others_as_one(mail: MailServer, betong_police):
    owe(betong_police, *range(10))

    delivery.deliver_due()
    before = len(mail.taken)
    time_passes(60)
    delivery.deliver_due()

    assert before == 2
    assert [message["Subject"] for _, message in mail.taken[:2]] == ["PROTECT-U AAAA-0000", "PROTECT-U AAAA-0001"]
    [(recipients, together)] = mail.taken[2:]
    assert recipients == [POLICE]
    assert "8 MESSAGES FOR YOU" in Notification.objects.latest("pk").subject
    for number in range(2, 10):
        assert f"PROTECT-U AAAA-{number:04}" in text_of(together)
        assert f"{configured.PUBLIC_URL}/a/token-{number}/" in text_of(together)
    assert states() == ["SENT"] * 2 + ["PASSED_ON"] * 8 + ["SENT"]


def test_what_was_gathered_says_nothing_itself_and_knows_who_says_it(mail, betong_police):
    owe(betong_police, *range(4))
    delivery.deliver_due()
    time_passes(60)

    delivery.deliver_due()

    together = Notification.objects.get(dedupe_key__startswith="gathered/")
    for row in together.stands_for.all():
        assert (row.body, row.said_by.sent_at) == ("", together.sent_at)
    assert together.stands_for.count() == 2
    assert together.body == ""


@pytest.mark.parametrize("precedence", [Precedence.EMERGENCY, Precedence.FIRST])
def test_the_first_word_of_a_case_waits_three_seconds_and_takes_along_what_waits(mail, betong_police, precedence):
    owe(betong_police, 0, 1)
    delivery.deliver_due()
    owe(betong_police, 2, 3)
    owe(betong_police, 4, is_first=True, precedence=precedence)
    delivery.deliver_due()

    assert len(mail.taken) == 2
    time_passes(3)
    delivery.deliver_due()

    assert len(mail.taken) == 3
    assert states()[2:] == ["PASSED_ON"] * 3 + ["SENT"]
    together = Notification.objects.latest("pk")
    assert together.precedence == precedence
    assert ("EMERGENCY" in together.subject) == (precedence == Precedence.EMERGENCY)


def test_one_that_waited_alone_comes_as_it_is(mail, betong_police):
    owe(betong_police, 0, 1, 2)
    delivery.deliver_due()
    time_passes(60)

    delivery.deliver_due()

    assert [message["Subject"] for _, message in mail.taken][2] == "PROTECT-U AAAA-0002"
    assert states() == ["SENT"] * 3


def test_another_contact_point_waits_for_nothing(mail, betong_police, yala_desk):
    owe(betong_police, *range(6))
    owe(yala_desk, 7, due_at=LONG_AGO + timedelta(days=1), created_at=LONG_AGO + timedelta(days=1))

    delivery.deliver_due()

    assert "yala-desk-duty@agency.example" in mail.told()


def test_ten_minutes_later_they_come_one_by_one_again(mail, betong_police):
    owe(betong_police, 0, 1)
    delivery.deliver_due()
    Notification.objects.update(sent_at=Now() - timedelta(minutes=11))
    owe(betong_police, 2)

    delivery.deliver_due()

    assert len(mail.taken) == 3


def test_after_a_night_without_a_mail_server_the_backlog_is_not_a_hundred_mails(mail, betong_police):
    owe(betong_police, *range(60))
    mail.to_data = "451 later"
    delivery.deliver_due()
    mail.to_data = "250 taken"
    Notification.objects.update(due_at=Now())

    delivery.deliver_due()

    assert len(mail.taken) == 2 + 3
    together = "".join(text_of(message) for _, message in mail.taken[2:])
    assert all(f"/a/token-{number}/" in together for number in range(2, 60))


def test_when_the_message_for_all_is_refused_the_next_address_gets_it_whole(mail, betong_police):
    ContactPoint.objects.create(agency=betong_police, address=SECOND, priority=2, verified_at=NOW, confirmed_at=NOW)
    owe(betong_police, *range(5))
    delivery.deliver_due()
    time_passes(60)
    mail.refusals[POLICE] = "550 no such mailbox"

    delivery.deliver_due()

    assert mail.told()[:2] == [POLICE, POLICE]
    [whole] = [text_of(message) for recipients, message in mail.taken if recipients == [SECOND]]
    assert all(f"/a/token-{number}/" in whole for number in (2, 3, 4))


def test_a_row_that_no_key_fits_goes_its_own_way(mail, betong_police):
    rows = owe(betong_police, *range(6))
    delivery.deliver_due()
    spoil("body", "agencies_notification", rows[3].pk)
    time_passes(60)

    delivery.deliver_due()

    assert [f"/a/token-{number}/" in text_of(mail.taken[2][1]) for number in range(2, 6)] == [True, False, True, True]
    rows[3].refresh_from_db(fields=["state", "last_error"])
    assert (rows[3].state, rows[3].last_error) == (State.QUEUED, "InvalidToken")


def test_a_code_for_the_address_itself_is_never_gathered(mail, betong_police):
    owe(betong_police, 0, 1)
    delivery.deliver_due()
    owe(betong_police, 2, 3, is_about_address=True)

    delivery.deliver_due()

    assert len(mail.taken) == 4


def test_only_the_first_word_of_a_case_is_first(directory, now):
    def kinds() -> set[tuple[bool, int]]:
        return set(Notification.objects.values_list("is_first", "precedence"))

    make_alert(now=now)
    emergency = kinds()
    Notification.objects.all().delete()
    for minutes in (5, 10, 20, 30):
        dispatching.escalate_overdue(now=now + timedelta(minutes=minutes))
    again = kinds()
    Notification.objects.all().delete()
    make_alert(now=now, may_tell="SOCIAL_WORKERS")

    assert emergency == {(True, Precedence.EMERGENCY)}
    assert again == {(True, Precedence.EMERGENCY), (False, Precedence.AGAIN)}
    assert kinds() == {(True, Precedence.FIRST)}


def test_thirty_red_cases_are_no_thirty_reminders(mail, directory, now):
    cases = [make_alert(now=now, people_count=number + 1).case for number in range(30)]
    Notification.objects.all().delete()
    due = now + timedelta(minutes=20)
    for minutes in (5, 10, 20):
        dispatching.escalate_overdue(now=now + timedelta(minutes=minutes))
    assert Case.objects.filter(red_since__isnull=False).count() == 30
    desk = Notification.objects.filter(contact_point__agency__name_en="Yala Desk", contact_point__audience="DUTY")
    owed = desk.count()

    Notification.objects.update(due_at=due, created_at=due)
    Notification.objects.update(due_at=Now() - timedelta(minutes=5), created_at=Now() - timedelta(minutes=5))
    delivery.deliver_due(most=1000)
    time_passes(60)
    delivery.deliver_due(most=1000)

    assert owed >= 30
    told = mail.told().count("yala-desk-duty@agency.example")
    assert told <= 2 + -(-owed // gathering.MOST)
    for case in cases:
        for asked in case_file.asked(case):
            assert asked.is_unreachable or asked.told_at
