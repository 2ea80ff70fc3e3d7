"""Twenty thousand hostile submissions over HTTP: what tests/cases/pages/public/test_posted.py sends, for longer."""

from argparse import Namespace
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException

from django.db import connection, connections
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from bench.figures import Figure, load
from bench.portal import portal
from cases.models import Report
from tests import hostile, hostile_later


@dataclass
class Run:
    port: int
    newest: Report | None = None  # what comes later is added to it
    sent: int = 0
    different: set[int] = field(default_factory=set)
    answers: Counter[str] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)

    def send(self, submission: hostile.Submission) -> None:
        self.sent += 1
        self.different.add(hash(submission))
        if isinstance(submission, hostile_later.Later) and self.newest:
            submission = submission.to(self.newest)
        try:
            status, text = self._post(submission)
        except (OSError, HTTPException) as error:
            status, text = 0, type(error).__name__
        accepted = submission.page in hostile.KEPT_OF and hostile.ACCEPTED.search(text)
        if accepted:
            self.newest = Report.objects.filter(reference=accepted[1]).first() or self.newest
        self.answers[f"{submission.page}: {'accepted' if accepted else status}"] += 1
        for problem in submission.problems(status, text):
            self.problems[problem] += 1
            if self.problems[problem] == 1:
                print(f"  {problem}: {submission!r}", flush=True)

    def _post(self, submission: hostile.Submission) -> tuple[int, str]:
        client = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            headers = {"Content-Type": submission.content_type.encode(), "Origin": submission.origin.encode()}
            client.request("POST", submission.address, submission.body, headers)
            answer = client.getresponse()
            return answer.status, answer.read().decode()
        finally:
            client.close()


def run(options: Namespace) -> list[Figure]:
    with portal(web_workers=2) as own:
        own.begin("web")
        connection.settings_dict["NAME"] = own.stack.database
        try:
            before = Report.objects.count()
            found = Run(own.stack.port)
            found.send(hostile.whole([], hostile.ALERT, "th", in_parts=False, origin="null"))
            _send_all(found, how_many=options.submissions, by=options.seed)
            rows = Report.objects.count() - before
        finally:
            connections.close_all()
            connection.close_pool()  # type: ignore[attr-defined]
    print(f"  seed {options.seed}, {load()}; {dict(sorted(found.answers.items()))}; {dict(found.problems)}")
    return figures_of(found, rows=rows)


def _send_all(found: Run, *, how_many: int, by: int) -> None:
    @seed(by)
    @settings(
        max_examples=how_many,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.one_of(hostile.submissions, hostile_later.submissions))
    def send(submission: hostile.Submission) -> None:
        found.send(submission)

    send()


def figures_of(found: Run, *, rows: int) -> list[Figure]:
    accepted = sum(count for answer, count in found.answers.items() if answer.endswith("accepted"))
    strange = sum(count for problem, count in found.problems.items() if problem.startswith("status"))
    return [
        Figure("submissions", found.sent),
        Figure("different ones", len(found.different)),
        Figure("accepted", accepted),
        Figure("answers of another status", strange, reach=0),
        Figure("accepted ones more or fewer than rows", abs(rows - accepted), reach=0),
        Figure("words or answers neither kept, marked nor shown again", found.problems.total() - strange, reach=0),
    ]
