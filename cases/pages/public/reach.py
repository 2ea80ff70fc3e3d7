"""Read from a posted form how the reporter may be reached and who may know."""

from typing import Any

from cases.flow.wishes import Reaching, who_may_answer
from cases.models import Consent, Report
from cases.pages.public.posted import Posted

Times = dict[str, Any]


def reaching_in(answers: dict[str, Any], posted: Posted) -> Reaching:
    name = answers.get("answers_name", "")
    return Reaching(
        ways=sorted(answers.get("contact_ways", [])),
        parts=sorted(answers.get("contact_parts", [])),
        answers=who_may_answer(answers.get("answers", ""), name),
        answers_name=name,
        code_word=answers.get("code_word", ""),
        **_times_in(answers, posted),
    )


def _times_in(answers: dict[str, Any], posted: Posted) -> Times:
    """Return both times. If one is missing or they are the same, they say no time and are kept as words."""
    start, end = answers.get("contact_from"), answers.get("contact_until")
    if start and end and start != end:
        return {"from_time": start, "until_time": end}
    for name, said in (("contact_from", start), ("contact_until", end)):
        if said:
            posted.mark(Report.Mark.BAD_CHOICE)
            posted.unusable.append(f"[{name}: {said:%H:%M}]")
    return {}


def consents_in(answers: dict[str, Any]) -> dict[str, bool]:
    said = {recipient: answers.get(f"know_{recipient.lower()}", "") for recipient in Consent.Recipient.values}
    return {recipient: answer == "yes" for recipient, answer in said.items() if answer}
