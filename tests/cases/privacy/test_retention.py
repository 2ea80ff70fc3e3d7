"""Every personal column has a day on which it is erased."""

from cases.privacy import retention


def test_every_personal_column_has_a_rule():
    assert retention.personal_columns() - retention.rules().keys() == set()


def test_no_rule_is_for_a_column_that_does_not_exist():
    assert retention.rules().keys() - retention.personal_columns() == set()


def test_a_new_encrypted_column_counts_as_personal():
    assert {"cases.Report.narrative", "cases.Position.point", "agencies.Officer.display_name"} <= (
        retention.personal_columns()
    )


def test_every_rule_says_what_and_why():
    for rule in retention.rules().values():
        assert rule.action in {"ERASE", "COARSEN", "KEEP_WHILE_IN_OFFICE"}
        assert rule.reason
        assert rule.days_of.keys() <= retention.GROUPS.keys()


def test_every_rule_can_be_carried_out():
    """Of each row it is known when it ended."""
    assert [rule.column for rule in retention.rules().values() if not rule.ended] == []
    assert retention.rules()["agencies.ContactPoint.address"].ended == "removed_at"
    assert retention.rules()["cases.Position.point"].ended == "report__settled_at"
    assert retention.rules()["cases.Note.text"].ended == "case__closed_at"
