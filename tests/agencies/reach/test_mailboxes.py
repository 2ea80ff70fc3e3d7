"""Addresses in other scripts: mail servers take the domain as A-labels, and a name only if they say so."""

import pytest

from agencies.models import Notification
from agencies.reach.mailboxes import NotAMailbox, in_ascii
from tests.agencies.reach.transports.conftest import delivered, is_failing, owe
from tests.agencies.smtp import MailServer

pytestmark = pytest.mark.django_db

State = Notification.State
THAI = "duty@โรงพยาบาล.ไทย"
A_LABELS = "duty@xn--22cdja4c5acc9bid0dxb9d0ewf.xn--o3cw4h"


def test_a_thai_domain_is_written_to_in_a_labels(mail, betong_police):
    owed = delivered(owe(betong_police, "EMAIL", THAI))

    assert owed.state == State.SENT
    [(recipients, message)] = mail.taken
    assert recipients == [in_ascii(THAI)]
    assert recipients[0].isascii()
    assert message["To"] == in_ascii(THAI)


@pytest.mark.parametrize(
    ("written", "ascii"),
    [
        ("duty@agency.example", "duty@agency.example"),
        ("Duty+Night@Agency.Example", "Duty+Night@Agency.Example"),
        ("duty@bücher.example", "duty@xn--bcher-kva.example"),
        ("duty@BÜCHER.example", "duty@xn--bcher-kva.example"),
        ("duty@ａｇｅｎｃｙ.example", "duty@agency.example"),
        ("duty@agency。example", "duty@agency.example"),
        ("หน่วย@agency.example", "หน่วย@agency.example"),
    ],
)
def test_the_domain_is_ascii_and_the_name_is_as_it_was(written, ascii):
    assert in_ascii(written) == ascii


@pytest.mark.parametrize(
    "written",
    ["", "@", "duty@", "@agency.example", "agency.example", "a b@x.example", "a@x>\r\n.example", "a@-ก-.ไทย"],
)
def test_what_nobody_could_write_to_is_no_mailbox(betong_police, written):
    with pytest.raises(NotAMailbox):
        in_ascii(written)


def test_what_is_no_mailbox_condemns_the_address(mail, betong_police):
    owed = delivered(owe(betong_police, "EMAIL", "no mailbox"))

    assert (owed.state, owed.last_error, is_failing(owed)) == (State.FAILED, "not a mailbox", True)


def test_a_thai_name_is_given_to_a_server_that_takes_it(settings, betong_police):
    server = MailServer(enable_SMTPUTF8=True)
    settings.SMTP = server.url
    server.controller.start()

    owed = delivered(owe(betong_police, "EMAIL", "หน่วย@agency.example"))
    server.controller.stop()

    assert (owed.state, owed.last_error) == (State.SENT, "")
    assert server.told() == ["หน่วย@agency.example"]


def test_a_thai_name_waits_when_our_server_does_not_take_it_and_condemns_nobody(settings, betong_police):
    server = MailServer(enable_SMTPUTF8=False)
    settings.SMTP = server.url
    server.controller.start()

    owed = delivered(owe(betong_police, "EMAIL", "หน่วย@agency.example"))
    server.controller.stop()

    assert (owed.state, owed.last_error, is_failing(owed)) == (State.QUEUED, "SMTPNotSupported", False)
