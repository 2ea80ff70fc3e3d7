"""What might be sent to the public pages by a broken phone, a bad network or an enemy, and what must come of it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlencode

from django.conf import settings
from hypothesis import strategies as st
from stdnum import damm

from cases.models import Report
from cases.pages.public.posted import FORM, FORM_WITH_FILES, LONGEST_TEXT

BOUNDARY = "----a-boundary-that-nobody-types"
WITH_FILES = f"{FORM_WITH_FILES}; boundary={BOUNDARY}"
ACCEPTED = re.compile(r'class="reference">([^<]+)<')
LANGUAGES = [code for code, _ in settings.LANGUAGES]
ALERT, WRITTEN, CODE = "now", "form", "back"

WORDS = ["narrative", "place", "wants", "contact", "answers_name", "code_word"]
KEPT_OF = {ALERT: ["narrative"], WRITTEN: WORDS, CODE: []}  # what each page has a place for
NAMES = [*WORDS, "may_tell", "key", "latitude", "longitude", "accuracy", "captured_at", "source", "people_count"]
NAMES += ["area", "exploitation", "in_danger_now", "children_present", "safe_contact", "reporter_type"]
NAMES += ["contact_ways", "contact_parts", "contact_from", "contact_until", "answers", "under_18", "know_embassy"]
NAMES += ["officials_involved", "code", "token", "csrfmiddlewaretoken", "_charset_", "__proto__", "", "a[b]", "\x00"]

# Encodings of text, encodings of something else, and none at all.
CHARSETS = [
    "utf-8",
    "tis-620",
    "utf-7",
    "utf-16",
    "utf-32",
    "cp037",
    "rot13",
    "hex",
    "zlib",
    "idna",
    "punycode",
    "undefined",
    "raw_unicode_escape",
    "x",
]
ORIGINS = ["null", "http://[", "http://[x]:9", "//", "http://a:b:c", "https://elsewhere.example", "\x7f", "é" * 300]
TYPES = [
    FORM,
    *(f"{FORM}; charset={charset}" for charset in CHARSETS),
    *(f"{WITH_FILES}; charset={charset}" for charset in CHARSETS),
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=" + "x" * 300,
    "multipart/mixed; boundary=x",
    "application/json",
    "text/plain; charset=utf-16",
    "image/jpeg",
    "/",
    ";;;=",
    "",
]
ODD = [
    "NaN",
    "-inf",
    "1e309",
    "-0",
    "9" * 5000,
    "0x10",
    "1_0",
    "๕",
    "٣",
    "½",
    "1,5",
    "\x00",
    "\ufeff",
    "\u202e",
    "%",
    "%zz",
]
ODD += [
    "%u0e01",
    "&amp;",
    "</textarea><script>",
    "' OR 1=1 --",
    "{{ 7*7 }}",
    "%(n)s",
    "\r\n\r\n",
    "95",
    "yes",
    "NEAREST_HELP",
]


def code_of(digits: str) -> str:
    """Well formed, and opens nothing."""
    return digits + damm.calc_check_digit(digits)


ANY_LETTER = st.characters(exclude_categories=())  # halves of surrogate pairs too
TEXTS = st.one_of(
    st.text(max_size=60),
    st.text(ANY_LETTER, max_size=20),
    st.sampled_from(ODD),
    st.floats().map(str),
    st.integers().map(str),
)
CODES = st.text("0123456789", min_size=19, max_size=19).map(code_of)
FIELD = st.one_of(
    st.tuples(st.sampled_from(NAMES), TEXTS),
    st.tuples(st.just("code"), CODES),
    st.tuples(st.text(max_size=8), TEXTS),
)
Fields = list[tuple[str, str]]
Damage = Callable[[bytes], bytes]


@dataclass(frozen=True, repr=False)
class Submission:
    language: str
    page: str
    body: bytes
    content_type: str = FORM
    origin: str = "null"
    fields: tuple[tuple[str, str], ...] = ()  # where the body is whole, and says what it is

    def __repr__(self) -> str:
        return f"<{self.address} {self.content_type[:80]!r} {self.origin[:30]!r} {self.body[:300]!r}>"

    @property
    def address(self) -> str:
        return f"/{self.language}/{self.page}/"

    def problems(self, status: int, text: str) -> list[str]:
        """What should not be so, once it was answered."""
        if status != 200:
            return [f"status {status}"]
        if self.page == CODE:
            return []
        found = ACCEPTED.search(text)
        if not found:
            return self._of_asked_again(text)
        report = Report.objects.filter(reference=found[1]).first()
        return self._of_accepted(report) if report else ["accepted, and there is no row"]

    def _of_asked_again(self, text: str) -> list[str]:
        """The written form may ask for a first word; what was typed stands in it."""
        if self.page == ALERT:
            return ["a press was not accepted"]
        typed = unescape(text)
        lost = [name for name, said in self._said() if said[:LONGEST_TEXT] not in typed]
        enough = [name for name, _ in self._said() if name in ("narrative", "place")]
        return [f"not in the form again: {name}" for name in lost] + [f"refused, with a {name}" for name in enough]

    def _of_accepted(self, report: Report) -> list[str]:
        is_cut = bool({"CUT", "UNREADABLE"} & set(report.marks))
        lost = [name for name, said in self._said() if said not in kept_in(report, name) and not is_cut]
        lost += [name for name, is_kept in self._judged(report) if not is_kept and not is_cut]
        return [f"neither kept nor marked: {name}" for name in lost]

    def _said(self) -> Fields:
        return self.words(KEPT_OF[self.page])

    def words(self, kept: list[str]) -> Fields:
        """Those that can be stored as they are, in the fields `kept`."""
        words = [(name, text.replace("\x00", "\N{SYMBOL FOR NULL}").strip()) for name, text in self.fields]
        return [(name, text) for name, text in words if name in kept and text and is_whole(text)]

    def _judged(self, report: Report) -> list[tuple[str, bool]]:
        last = {name: text.strip() for name, text in self.fields}
        judged: list[tuple[str, bool]] = []
        if last.get("latitude") or last.get("longitude"):
            is_placed = report.positions.filter(point__isnull=False).exists()
            judged.append(("the place", is_placed or "BAD_POSITION" in report.marks))
        if self.page == WRITTEN and last.get("people_count"):
            judged.append(("people_count", report.people_count is not None or "BAD_CHOICE" in report.marks))
        halves = [name for name, text in self.fields if name in KEPT_OF[self.page] and not is_whole(text)]
        return [*judged, *((name, "UNREADABLE" in report.marks) for name in halves)]


def kept_in(report: Report, name: str) -> str:
    """How they may be reached is a row of its own."""
    if name in ("answers_name", "code_word"):
        return str(getattr(report.contact_rules.first(), name, ""))
    return str(getattr(report, name))


def is_whole(text: str) -> bool:
    return not re.search("[\ud800-\udfff]", text)


def as_form(fields: Fields) -> bytes:
    return urlencode([(_bytes(name), _bytes(text)) for name, text in fields]).encode()


def as_parts(fields: Fields) -> bytes:
    """multipart/form-data; quotes and line ends in a name as browsers write them."""
    parts = []
    for name, text in fields:
        quoted = _bytes(name).replace(b'"', b"%22").replace(b"\r", b"%0D").replace(b"\n", b"%0A")
        head = b'--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n' % (BOUNDARY.encode(), quoted)
        parts.append(head + _bytes(text) + b"\r\n")
    return b"".join(parts) + b"--%s--\r\n" % BOUNDARY.encode()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def whole(fields: Fields, page: str, language: str, *, in_parts: bool, origin: str) -> Submission:
    body, content_type = (as_parts(fields), WITH_FILES) if in_parts else (as_form(fields), FORM)
    return Submission(language, page, body, content_type, origin, tuple(fields))


def broken(
    fields: Fields, page: str, language: str, *, in_parts: bool, content_type: str, damage: Damage
) -> Submission:
    """Cut, mixed with noise, or said to be something else."""
    body = as_parts(fields) if in_parts else as_form(fields)
    return Submission(language, page, damage(body), content_type)


def huge(letter: str, more: int, name: str, page: str, language: str, *, in_parts: bool) -> Submission:
    """Around the longest text that is taken whole."""
    text = letter * (99_990 + more)
    return whole([(name, text)], page, language, in_parts=in_parts, origin="null")


def damages() -> st.SearchStrategy[Damage]:
    noise = st.one_of(
        st.binary(max_size=20), st.sampled_from([b"%", b"%%", b"%f", b"%ff%00", b"\x00", b"--", b"&" * 2000])
    )

    def cut(at: int) -> Damage:
        return lambda body: body[: at % (len(body) + 1)]

    def mix(at: int, noise: bytes) -> Damage:
        return lambda body: body[: at % (len(body) + 1)] + noise + body[at % (len(body) + 1) :]

    def replace(noise: bytes) -> Damage:
        return lambda body: noise

    places = st.integers(0, 5000)
    nothing = st.just(lambda body: body)
    return st.one_of(nothing, places.map(cut), st.builds(mix, places, noise), st.binary(max_size=300).map(replace))


PAGES, TONGUES = st.sampled_from([ALERT, ALERT, WRITTEN, WRITTEN, CODE]), st.sampled_from(LANGUAGES)
MANY = st.builds(lambda fields, times: fields * times, st.lists(FIELD, min_size=1, max_size=3), st.integers(70, 400))
FIELDS = st.lists(FIELD, max_size=12)
WHOLE = st.builds(
    whole, FIELDS, PAGES, TONGUES, in_parts=st.booleans(), origin=st.sampled_from(["null", "null", *ORIGINS])
)
BROKEN = st.builds(
    broken,
    FIELDS,
    PAGES,
    TONGUES,
    in_parts=st.booleans(),
    content_type=st.sampled_from([*TYPES, FORM, WITH_FILES]),
    damage=damages(),
)
CROWDED = st.builds(whole, MANY, PAGES, TONGUES, in_parts=st.booleans(), origin=st.just("null"))
HUGE = st.builds(
    huge, st.characters(), st.integers(0, 20), st.sampled_from(WORDS), PAGES, TONGUES, in_parts=st.booleans()
)
submissions = st.one_of(WHOLE, WHOLE, WHOLE, BROKEN, BROKEN, BROKEN, CROWDED, HUGE)
