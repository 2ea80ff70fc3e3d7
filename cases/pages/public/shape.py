"""Turn a posted form into what intake takes."""

from dataclasses import replace
from datetime import datetime

from cases.flow.intake import Sent
from cases.models import Report
from cases.pages.public.forms import AlertForm, WrittenForm, answers_in
from cases.pages.public.place import area_in, fix_in, fix_read
from cases.pages.public.posted import Posted
from cases.pages.public.reach import consents_in, reaching_in
from cases.privacy import submissions

Mark, MayTell = Report.Mark, Report.MayTell
YES_NO = {"yes": True, "no": False}


def alert(posted: Posted, *, language: str, now: datetime) -> Sent:
    """Return the alert of one press. Without a place it goes out all the same."""
    answers = answers_in(AlertForm(posted.data), posted)
    may_tell = answers.get("may_tell")
    fix = fix_in(posted, now=now)
    if posted.files:
        posted.mark(Mark.UNREADABLE)
    if not may_tell:
        posted.mark(Mark.BAD_CHOICE)
    if fix is None and Mark.BAD_POSITION not in posted.marks:
        posted.mark(Mark.NO_POSITION)
    sent = Sent(
        kind=Report.Kind.LOCATION_ALERT,
        language=language,
        may_tell=may_tell or MayTell.SOCIAL_WORKERS,
        narrative=posted.text("narrative"),
        fix=fix,
        is_place_rough=answers.get("is_place_rough", False),
        is_canary=submissions.is_canary_key(posted.text("key")),
    )
    return _with_what_is_common(sent, posted)


def written(
    form: WrittenForm, posted: Posted, *, language: str, has_file: bool = False, now: datetime
) -> Sent | None:
    """Return None when the answers say neither what, nor where, nor that somebody is in danger, and bring no file."""
    answers, area = answers_in(form, posted), area_in(posted)
    sent = Sent(
        kind=Report.Kind.WRITTEN,
        language=language,
        fix=fix_in(posted, now=now),
        place_read=fix_read(answers.get("place", ""), near=area),
        area=area,
        is_place_rough=answers.get("is_place_rough", False),
        narrative=answers.get("narrative", ""),
        place=answers.get("place", ""),
        wants=answers.get("wants", ""),
        contact=answers.get("contact", ""),
        people_count=answers.get("people_count"),
        exploitation=sorted(answers.get("exploitation", [])),
        in_danger_now=answers.get("in_danger_now") == "yes",
        officials_involved=answers.get("officials_involved") == "yes",
        children_present=YES_NO.get(answers.get("children_present", "")),
        is_under_18=YES_NO.get(answers.get("under_18", "")),
        consents=consents_in(answers),
        reporter_type=answers.get("reporter_type") or Report.ReporterType.UNKNOWN,
        safe_contact=answers.get("safe_contact") or Report.SafeContact.DO_NOT_CONTACT,
        reaching=reaching_in(answers, posted),
        interpreter=answers.get("interpreter", ""),
        may_tell=answers.get("may_tell") or MayTell.SOCIAL_WORKERS,
    )
    sent = _with_what_is_common(sent, posted)
    says_something = sent.narrative or sent.place or sent.area or sent.fix or sent.in_danger_now or has_file
    return sent if says_something else None


def _with_what_is_common(sent: Sent, posted: Posted) -> Sent:
    key, is_exercise = submissions.read_key(posted.text("key"))
    return replace(
        sent,
        submission=key,
        narrative="\n".join([sent.narrative, *posted.unusable]).strip(),
        marks=[*posted.marks],
        is_exercise=is_exercise,
    )
