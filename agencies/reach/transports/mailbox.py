"""Does a mail server's refusal speak of the mailbox, or of our own mail server, our sender or our text?"""

import re

# RFC 3463: no such mailbox or domain, not an address, moved away, no mail there at all; disabled.
OF_THE_MAILBOX = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
NO_SUCH_MAILBOX = 550
_ENHANCED = re.compile(r"(?<![\w.-])[245]\.\d{1,3}\.\d{1,3}(?!\w|\.\d)")
_NAMES = re.compile(r"\S+@\S+|https?://\S+")  # "relay@agency.example" says nothing about a relay
# These speak of who sends, of how much, or of a server that is not well, whatever code stands before them.
_OF_OURSELVES = re.compile(
    r"sender|\bpolic(y|ies)|spam|\bblock|blacklist|denylist|reputation|abuse|suspect|authenti|authori[sz]"
    r"|\bspf\b|\bdkim\b|\bdmarc\b|\brbl\b|dnsbl|gr[ea]y.?list|\brates?\b|frequen|throttl"
    r"|too (many|fast|much|large|big)|quota|\bfull\b|storage|limit|temporar"
    r"|try again|later|time[ds]? ?out|overload|busy"
)
# These do so where no enhanced code says better: "5.1.1 User unknown in relay recipient table" is about the mailbox.
_OF_THE_SERVER = re.compile(
    r"relay|\bden(y|ied)|access|permi(t|ssion)|not allowed|prohibit|administrat|\brefus|service|\b[he][he]lo\b"
    r"|reverse|\bptr\b|dns\b|\bip\b|client|\btls\b|starttls|encrypt|certificate|virus|malware|content|header|message|size"
    r"|domain|\blist|system|internal|database|lookup|ldap|configur"
)


def enhanced_code(said: str) -> str:
    """Return the enhanced status code of the answer, or nothing."""
    found = _ENHANCED.search(said)
    return found[0] if found else ""


def is_gone(code: int, said: str) -> bool:
    """Say whether this answer to the recipient means that the mailbox will never take anything.

    In doubt it does not: the message is tried again, and another address is told meanwhile.
    """
    words = _NAMES.sub(" ", said.lower())
    if code < 500 or _OF_OURSELVES.search(words):
        return False
    if enhanced := enhanced_code(said):
        return enhanced in OF_THE_MAILBOX
    return code == NO_SUCH_MAILBOX and not _OF_THE_SERVER.search(words)


def is_gone_after_all(code: int, said: str) -> bool:
    """Say the same of an answer to the content, which is about the one recipient if its enhanced code says so."""
    return enhanced_code(said) in OF_THE_MAILBOX and is_gone(code, said)
