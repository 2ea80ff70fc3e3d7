"""No row of a person ends up in a log."""

import logging

import pytest
from django.db import IntegrityError, transaction

from cases.models import Report
from protectu.logs import NeutralFormatter


def formatted(refused: pytest.ExceptionInfo[IntegrityError]) -> str:
    what = (refused.type, refused.value, refused.tb)
    return NeutralFormatter().format(logging.LogRecord("portal", logging.ERROR, __file__, 1, "refused", (), what))


@pytest.mark.django_db
def test_a_refused_row_is_not_quoted(alert):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Report.objects.update(kind="PANIC")
    assert alert.reference in str(refused.value)

    text = formatted(refused)

    assert "cases_report_kind_known" in text
    assert alert.reference not in text


def test_the_token_of_a_link_is_not_written_down():
    record = logging.LogRecord(
        "django.request", logging.WARNING, __file__, 1, "Gone: %s", ("/a/s3cr3t_T0ken/",), None
    )

    assert NeutralFormatter().format(record) == "Gone: /a/.../"
