"""What mail servers really say, and of whom they speak: the mailbox, or ourselves."""

import pytest

from agencies.reach.transports.mailbox import enhanced_code, is_gone, is_gone_after_all

OF_THE_MAILBOX = [
    "550 no such mailbox",
    "550 5.1.1 <duty@agency.example>: Recipient address rejected: User unknown in virtual mailbox table",
    "550 5.1.1 <duty@agency.example>: Recipient address rejected: User unknown in relay recipient table",
    "550 5.1.1 The email account that you tried to reach does not exist. Please try double-checking the address.",
    "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient duty@agency.example not found by SMTP address lookup",
    "550 5.1.2 Host unknown",
    "553 5.1.3 Bad recipient address syntax",
    "551 5.1.6 The user has moved away",
    "550 5.2.1 The email account that you tried to reach is inactive",
    "550 5.1.1 User unknown: relay@agency.example",
    "550 Requested action not taken: mailbox unavailable",
    "550 sorry, no mailbox here by that name (#5.1.1)",
    "550 Unrouteable address",
    "550 User not found: policy@agency.example",
    "550 ",
]
OF_OURSELVES = [
    "554 5.7.1 <duty@agency.example>: Relay access denied",
    "550 5.7.1 Unable to relay",
    "550 relay not permitted",
    "530 5.7.0 Authentication required",
    "530 Must issue a STARTTLS command first",
    "535 5.7.8 Error: authentication failed",
    "541 Rejected by the recipient: the mail was refused as spam",
    "550 5.7.1 Message blocked due to our policy",
    "550 5.1.8 <no-reply@portal.example>: Sender address rejected: Domain not found",
    "550 5.1.7 Invalid sender address",
    "550 Sender verify failed",
    "550-Verification failed for <no-reply@portal.example>\nSender verify failed",
    "552 5.2.2 mailbox full",
    "550 5.2.2 Over quota",
    "550 Mailbox full",
    "550 5.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages",
    "550 5.1.1 blocked by our list of senders",
    "550 Administrative prohibition",
    "550 Access denied - Invalid HELO name",
    "550 5.7.25 The sending IP does not have a PTR record",
    "550 Ip frequency limited",
    "550 Service unavailable; client host [203.150.1.1] is listed by a block list",
    "550 SPF check failed",
    "550 5.4.1 Recipient address rejected: Access denied",
    "550 5.1.0 Address rejected",
    "550 #5.1.0 Address rejected.",
    "550 5.3.0 Backend database is down",
    "550 System error",
    "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
    "551 User not local",
    "554 Transaction failed",
    "571 Delivery not authorized",
    "521 5.3.2 Machine does not accept mail",
    "450 4.7.1 Greylisted, please try again",
    "451 5.1.1 User unknown",
    "452 4.2.2 Mailbox full",
]


def parted(said: str) -> tuple[int, str]:
    return int(said[:3]), said[4:]


@pytest.mark.parametrize("said", OF_THE_MAILBOX)
def test_a_word_about_the_mailbox_is_for_good(said):
    assert is_gone(*parted(said))


@pytest.mark.parametrize("said", OF_OURSELVES)
def test_a_word_about_us_or_the_server_is_for_now(said):
    assert not is_gone(*parted(said))


@pytest.mark.parametrize(
    ("said", "is_about_the_mailbox"),
    [("550 5.1.1 User unknown", True), ("550 no such mailbox", False), ("554 5.7.1 looks like spam", False),
     ("550 5.1.1 blocked as spam", False), ("552 5.2.2 mailbox full", False), ("451 5.1.1 later", False)],
)  # fmt: skip
def test_after_the_content_only_an_enhanced_code_speaks_of_the_recipient(said, is_about_the_mailbox):
    assert is_gone_after_all(*parted(said)) is is_about_the_mailbox


@pytest.mark.parametrize(
    ("said", "code"),
    [("5.1.1 no", "5.1.1"), ("<x>: 5.1.10 no", "5.1.10"), ("10.5.1.1 is listed", ""), ("5.1.1.2 is listed", ""),
     ("postfix-5.1.1", ""), ("(#5.1.1)", "5.1.1"), ("User unknown. 5.1.1.", "5.1.1"), ("", "")],
)  # fmt: skip
def test_an_enhanced_code_is_told_from_an_address_or_a_version(said, code):
    assert enhanced_code(said) == code
