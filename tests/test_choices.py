"""The choices of columns stand in the code alone, and nothing else is written."""

import pytest

from agencies.models import Agency
from cases.models import RingChange
from tests import choices


@pytest.mark.parametrize("column", choices.columns(), ids=str)
def test_a_migration_holds_the_path_of_the_choices_and_not_the_choices(column):
    *_, written = getattr(column, "base_field", column).deconstruct()

    assert callable(written["choices"])


def test_the_database_knows_the_choices_that_the_code_knows():
    known = {column: choices.lists_in_the_database(column, "_known") for column in choices.columns()}

    assert sum(map(len, known.values())) >= 15
    assert {
        column: listed for column, listed in known.items() if listed not in ([], [choices.allowed_in(column)])
    } == {}


def test_what_is_none_of_the_choices_is_noticed_however_it_is_written(betong_police, strangers):
    Agency(kind="CASTLE", name_th="ปราสาท").save()
    Agency.objects.bulk_create([Agency(kind="INN", name_th="โรงแรม", capabilities=["MEDICAL", "DINNER"])])
    Agency.objects.filter(pk=betong_police.pk).update(kind="MILL")
    betong_police.kind = "TOWER"
    Agency.objects.bulk_update([betong_police], ["kind"])

    noticed = [*strangers]
    strangers.clear()

    assert noticed == [
        "agencies.Agency.kind: 'CASTLE'",
        "agencies.Agency.kind: 'INN'",
        "agencies.Agency.capabilities: 'DINNER'",
        "agencies.Agency.kind: 'MILL'",
        "agencies.Agency.kind: 'TOWER'",
    ]


def test_what_is_one_of_the_choices_or_may_be_empty_is_not(betong_police, anong, strangers, now):
    betong_police.save()
    RingChange.objects.create(urgency="", rings=[], proposed_by=anong, proposed_at=now)

    assert strangers == []
