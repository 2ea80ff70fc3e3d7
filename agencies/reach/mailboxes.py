"""Mailboxes as mail servers want them written."""

import re

import idna


class NotAMailbox(Exception):
    """Neither a mail server nor a person could read it as one."""


def in_ascii(mailbox: str) -> str:
    """Return the mailbox with its domain as mail servers take it: ASCII, the other scripts as A-labels.

    What stands before the @ stays as it is. Raises NotAMailbox.
    """
    name, _, domain = mailbox.rpartition("@")
    try:
        labels = domain if domain.isascii() else idna.encode(domain, uts46=True).decode()
    except idna.IDNAError as error:
        raise NotAMailbox from error
    if not name or not labels or re.search(r"[\x00-\x20\x7f<>]", name + labels):
        raise NotAMailbox
    return f"{name}@{labels}"
