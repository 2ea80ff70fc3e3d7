"""Template filters that turn stored codes into words."""

from collections.abc import Iterable
from typing import Any

from django import template

from cases.models import Report
from cases.reads.case_map import SOURCES

register = template.Library()


@register.filter
def source_words(code: str) -> str:
    return str(SOURCES.get(code, code))


@register.filter
def exploitation_words(codes: Iterable[str]) -> list[str]:
    return _words(codes, Report.Exploitation.choices)


@register.filter
def mark_words(codes: Iterable[str]) -> list[str]:
    return _words(codes, Report.Mark.choices)


def _words(codes: Iterable[str], choices: Iterable[tuple[str, Any]]) -> list[str]:
    known = dict(choices)
    return [str(known.get(code, code)) for code in codes]
