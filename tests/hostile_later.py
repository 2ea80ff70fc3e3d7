"""What might be sent to all pages after the first, with a token that opens them and without."""

from dataclasses import dataclass, replace
from html import unescape

from hypothesis import strategies as st

from cases.models import Report
from cases.pages.public.posted import LONGEST_TEXT
from cases.privacy import receipts
from tests import hostile

# Stand for the real ones, which nobody has before a report is stored.
RECEIPT, RETURN, SHARE = "TheTokenOfTheReceipt", "TheTokenOfWhoCameBack", "TheTokenOfTheShare"
BACK = "back/"
# What is typed on each page.
KEPT_OF: dict[str, list[str]] = {
    "now/sent": [],
    "now/place": ["landmark"],
    "now/words": ["text"],
    "now/position": [],
    "now/code": [],
    "now/moving": [],
    "now/moving/point": [],
    "now/moving/longer": [],
    "now/moving/stop": [],
    "back/look": [],
    "back/words": ["text"],
    "back/place": ["landmark"],
    "back/stop": [],
    "back/contact": [],
    "back/reach": ["contact", "answers_name", "code_word"],
    "back/who": [],
}
NAMES = [*hostile.NAMES, "text", "landmark", "age", "do", "know_police"]
TOKENS = [RECEIPT, RETURN, SHARE, "", "x", "a:b:c", "\x00", "9" * 5000]


@dataclass(frozen=True, repr=False)
class Later(hostile.Submission):
    report: Report | None = None

    def to(self, report: Report) -> "Later":
        """With the tokens of `report` in the place of what stands for them."""
        body = self.body.replace(RECEIPT.encode(), receipts.token_for(report).encode())
        body = body.replace(RETURN.encode(), receipts.return_token_for(report).encode())
        if share := report.shares.first():
            body = body.replace(SHARE.encode(), receipts.share_token_for(share).encode())
        return replace(self, body=body, report=report)

    def problems(self, status: int, text: str) -> list[str]:
        if status == 204 and self.page in ("now/position", "now/moving/point"):
            return []
        if status != 200:
            return [f"status {status}"]
        kept = self._stored() if self._opens() else unescape(text)
        lost = [name for name, said in self._said() if said not in kept]
        return [f"neither kept nor shown again: {self.page} {name}" for name in lost]

    def _opens(self) -> bool:
        given = [text.strip() for name, text in self.fields if name == "token"]
        return given[-1:] == [right_token(self.page)]

    def _said(self) -> hostile.Fields:
        """Of more than LONGEST_TEXT the end is cut off."""
        said = self.words(KEPT_OF[self.page])
        return said if sum(len(text) for _, text in said) < LONGEST_TEXT else []

    def _stored(self) -> str:
        assert self.report
        texts = [*(message.text for message in self.report.messages.all())]
        texts += [position.text for position in self.report.positions.all()]
        for rule in self.report.contact_rules.all():
            texts += [rule.contact, rule.answers_name, rule.code_word]
        return "\n".join(texts)


def right_token(page: str) -> str:
    return RETURN if page.startswith(BACK) else RECEIPT


FIELD = st.one_of(
    st.tuples(st.sampled_from(NAMES), hostile.TEXTS),
    st.tuples(st.just("safe_contact"), st.sampled_from(Report.SafeContact.values)),
)
LONGER = st.one_of(hostile.TEXTS, st.text(min_size=10, max_size=400))


def to_page(page: str) -> st.SearchStrategy[Later]:
    """With what is typed there, every second time with the token that opens it."""
    typed = [st.tuples(st.just(name), LONGER) for name in KEPT_OF[page]]
    token = st.tuples(st.just("token"), st.sampled_from([right_token(page)] * len(TOKENS) + TOKENS))
    fields = st.builds(lambda odd, *own: [*odd, *own], st.lists(FIELD, max_size=8), *typed, token)
    whole = st.builds(hostile.whole, fields, st.just(page), hostile.TONGUES, in_parts=st.booleans(), origin=ORIGINS)
    broken = st.builds(
        hostile.broken,
        fields,
        st.just(page),
        hostile.TONGUES,
        in_parts=st.booleans(),
        content_type=st.sampled_from([hostile.FORM, hostile.WITH_FILES, *hostile.TYPES]),
        damage=hostile.damages(),
    )
    return st.one_of(whole, whole, whole, broken).map(lambda sent: Later(**vars(sent)))


ORIGINS = st.sampled_from(["null", *hostile.ORIGINS])
ASKED_FOR_WORDS = [page for page, kept in KEPT_OF.items() if kept]
submissions = st.sampled_from([*KEPT_OF, *ASKED_FOR_WORDS * 3]).flatmap(to_page)
