"""Metrics in Prometheus' text format 0.0.4, for requests with the token."""

from collections.abc import Iterator, Sequence

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache

from agencies import clock
from cases.reads import canaries, gauges
from cases.reads.untold import untold

FORMAT = "text/plain; version=0.0.4; charset=utf-8"
HELP = {
    "messages": "Messages that are owed or were given up, by state and transport.",
    "messages_oldest_due_seconds": "Age of the oldest message that is due and not sent, by state and transport.",
    "messages_oldest_owed_seconds": "Age of the oldest message since it was owed, by state and transport.",
    "line_failures": "Failures of each transport since its last success.",
    "line_failing_seconds": "Seconds since each transport's first failure after its last success; 0 when it works.",
    "cases_nobody_told": "Open cases of which no message was taken two minutes after they were opened.",
    "malformed_calls_total": "Calls of providers that were genuine and not what was agreed, by hook.",
    "open_cases": "Open cases by state, without exercises.",
    "heartbeat_age_seconds": "Seconds since each process was last seen; backup and disk: since they were last told.",
    "clock_ahead_seconds": "By how much each process's clock is ahead of the database's.",
    "canary_age_seconds": "Age of the last canary that came through.",
    "canary_accepted_seconds": "Seconds until the last canary that came through was accepted.",
    "canary_handed_over_seconds": "Seconds until the message of the last canary that came through was handed over.",
    "acknowledgement_seconds": "Seconds from asking an agency to its acknowledgement, without exercises.",
}
Sample = tuple[str, float]  # the name with its labels, which contain only our own codes, and the value


@login_not_required
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    if not settings.METRICS_TOKEN:
        raise Http404
    if not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}"):
        return HttpResponse("", status=401, headers={"WWW-Authenticate": "Bearer"})
    try:
        text = "".join(f"{line}\n" for line in _lines())
    except DatabaseError:
        return HttpResponse("", status=503)
    return HttpResponse(text, content_type=FORMAT)


metrics.is_public_page = True  # type: ignore[attr-defined]  # it reads no session


def _lines() -> Iterator[str]:
    now = clock.now()
    messages = [(f'state="{m.state}",transport="{m.transport}"', m) for m in gauges.messages(now=now)]
    yield from _family("messages", "gauge", [(f"{{{labels}}}", m.count) for labels, m in messages])
    ages = [(f"{{{labels}}}", m.oldest_due_seconds) for labels, m in messages]
    yield from _family("messages_oldest_due_seconds", "gauge", ages)
    owed = [(f"{{{labels}}}", m.oldest_owed_seconds) for labels, m in messages]
    yield from _family("messages_oldest_owed_seconds", "gauge", owed)
    failures = [(f'{{transport="{line}"}}', *said) for line, said in gauges.failures().items()]
    yield from _family("line_failures", "gauge", [(labels, count) for labels, count, _since in failures])
    since = [(labels, (now - at).total_seconds() if at else 0.0) for labels, _count, at in failures]
    yield from _family("line_failing_seconds", "gauge", since)
    yield from _family("cases_nobody_told", "gauge", [("", untold().count())])
    cases = [(f'{{state="{state}"}}', count) for state, count in gauges.open_cases().items()]
    yield from _family("open_cases", "gauge", cases)
    beats = [(f'{{process="{process}"}}', age) for process, age in gauges.heartbeat_ages(now=now).items()]
    yield from _family("heartbeat_age_seconds", "gauge", beats)
    clocks = [(f'{{process="{process}"}}', ahead) for process, ahead in gauges.clocks_ahead().items()]
    clocks.append(('{process="web"}', clock.offset().total_seconds()))
    yield from _family("clock_ahead_seconds", "gauge", clocks)
    malformed = [(f'{{hook="{hook}"}}', count) for hook, count in gauges.malformed_calls().items()]
    yield from _family("malformed_calls_total", "counter", malformed)
    if canary := canaries.last(now=now):
        yield from _family("canary_age_seconds", "gauge", [("", canary.age_seconds)])
        yield from _family("canary_accepted_seconds", "gauge", [("", canary.accepted_ms / 1000)])
        yield from _family("canary_handed_over_seconds", "gauge", [("", canary.handed_ms / 1000)])
    yield from _family("acknowledgement_seconds", "histogram", _histogram(gauges.acknowledgements()))


def _histogram(taken: gauges.Acknowledgements) -> list[Sample]:
    buckets = [(f'_bucket{{le="{minutes * 60}"}}', count) for minutes, count in taken.within.items()]
    return [*buckets, ('_bucket{le="+Inf"}', taken.count), ("_sum", taken.seconds), ("_count", taken.count)]


def _family(name: str, kind: str, samples: Sequence[tuple[str, float]]) -> Iterator[str]:
    yield f"# HELP protectu_{name} {HELP[name]}"
    yield f"# TYPE protectu_{name} {kind}"
    for suffix, value in samples:
        yield f"protectu_{name}{suffix} {value}"
