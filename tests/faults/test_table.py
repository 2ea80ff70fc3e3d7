"""What docs/operations.md says of parts that fail is shown by tests; a row that is added later needs some."""

import ast
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

TREE = Path(__file__).resolve().parents[2]
DOCUMENT = TREE / "docs" / "operations.md"

BROKER, DOWN, BASE = "tests/faults/test_broker.py", "tests/faults/test_parts_down.py", "tests/faults/test_database.py"
ATTACHING = "tests/cases/flow/test_attaching.py"
REACH = "tests/agencies/reach"
TRANSPORTS = f"{REACH}/transports"
MISSED = f"{DOWN}::test_a_part_that_is_dead_is_seen_by_health_and_on_the_screens"
# By the first cell of the row.
SHOWN_BY: dict[str, list[str]] = {
    "worker": [
        f"{BROKER}::test_the_worker_is_dead_at_the_press",
        f"{BROKER}::test_a_worker_killed_while_it_delivers_loses_nothing",
        f"{BROKER}::test_escalation_goes_on_without_beat_and_workers",
        f"{DOWN}::test_reminders_leave_while_the_worker_is_dead",
        MISSED,
        "tests/cases/management/commands/test_watch.py::test_with_a_forgotten_case_the_outside_hears_nothing",
    ],
    "beat": [f"{BROKER}::test_escalation_goes_on_without_beat_and_workers", MISSED],
    "Redis, dead or frozen": [
        f"{BROKER}::test_redis_is_dead_at_the_press",
        f"{BROKER}::test_redis_is_frozen_at_the_press",
    ],
    "watch": [f"{BROKER}::test_watch_is_dead_at_the_press", f"{DOWN}::test_rings_widen_while_watch_is_dead", MISSED],
    "watch and workers": [
        f"{DOWN}::test_without_watch_and_workers_reports_are_taken_and_messages_wait_for_either",
        MISSED,
    ],
    "mail server": [
        f"{DOWN}::test_what_is_owed_while_the_mail_server_is_away_leaves_by_itself_when_it_is_back",
        f"{REACH}/test_delivery.py::test_after_some_tries_the_next_address_is_told_as_well",
        f"{REACH}/test_delivery.py::test_the_waits_grow_and_stay_within_five_minutes",
        f"{DOWN}::test_a_mail_server_that_refuses_everybody_is_said_after_two_minutes_and_no_more_once_it_is_mended",
    ],
    "SMS gateway, LINE, an agency's system: dead, hanging, refusing our key, out of credit or quota": [
        f"{TRANSPORTS}/test_hostile.py::test_a_hostile_server_costs_one_attempt_within_the_deadline",
        f"{REACH}/test_delivery_apart.py::test_mail_leaves_while_the_gateway_hangs",
        "tests/faults/test_carrier.py::test_a_carrier_that_hangs_delays_no_mail",
        f"{TRANSPORTS}/test_sms.py::test_wrong_credentials_condemn_nobody",
        f"{TRANSPORTS}/test_sms.py::test_credit_that_is_used_up_condemns_nobody",
        f"{TRANSPORTS}/test_line.py::test_our_own_trouble_with_line_condemns_nobody",
    ],
    "a push service: dead, hanging, refusing our key": [
        f"{TRANSPORTS}/test_web_push.py::test_a_service_that_trickles_meets_the_deadline",
        f"{TRANSPORTS}/test_web_push.py::test_other_trouble_condemns_no_browser",
        f"{TRANSPORTS}/test_web_push.py::test_a_service_that_is_not_there_keeps_no_mail_waiting_and_raises_no_alarm",
        f"{TRANSPORTS}/test_web_push.py::test_it_is_given_up_within_minutes_and_nobody_else_is_told",
    ],
    "the host of the streets: dead, hanging, sending something else than images": [
        f"{REACH}/test_tiles.py::test_a_host_that_is_dead_is_no_failure_of_ours",
        f"{REACH}/test_tiles.py::test_a_slow_host_holds_nobody_long_and_is_left_alone_for_a_while",
        f"{REACH}/test_tiles.py::test_whatever_is_no_image_is_not_passed_on",
    ],
    "name server": [
        f"{TRANSPORTS}/test_sms.py::test_a_name_server_that_hangs_meets_the_deadline_too",
        f"{TRANSPORTS}/test_hostile.py::test_mail_waits_for_the_resolver_and_is_tried_again",
    ],
    "one mailbox (refused for good), number, LINE group or web address": [
        f"{REACH}/test_delivery.py::test_an_address_that_does_not_exist_is_failing_and_the_next_one_is_told",
        f"{TRANSPORTS}/test_sms.py::test_a_number_that_the_carrier_does_not_know_is_failing_and_the_mailbox_is_told",
        f"{TRANSPORTS}/test_line.py::test_who_is_not_our_friend_is_failing",
        f"{TRANSPORTS}/test_webhook.py::test_only_what_is_gone_condemns_the_address_at_once",
    ],
    "PostgreSQL, dead or frozen": [
        f"{BASE}::test_a_press_while_postgresql_is_away_is_kept_and_taken_when_it_is_back",
        f"{BASE}::test_the_page_with_the_buttons_opens_while_postgresql_is_away",
        f"{BASE}::test_after_an_outage_all_are_at_work_again",
        "tests/protectu/test_health.py::test_without_the_database_both_say_so",
        "tests/protectu/test_health.py::test_a_process_that_lives_says_so_without_the_database",
        "tests/faults/test_killing.py::test_no_accepted_alert_is_lost_whatever_is_killed",
    ],
    "disk of the database full": [
        "tests/cases/pages/public/test_disk_full.py::test_a_press_is_said_not_to_be_sent_and_pages_still_open",
    ],
    "synchronous standby": [
        "tests/faults/test_standby.py"
        "::test_without_the_standby_no_press_is_confirmed_and_none_is_lost_when_it_is_done_without",
    ],
    "disk of the database lost": [
        "tests/operations/test_restore.py::test_the_moment_comes_back_whole_and_what_was_erased_since_stays_erased",
        "tests/operations/test_restore.py::test_the_newest_state_comes_back_too",
    ],
    "the scanner of files (clamd): dead, hanging, or refusing": [
        f"{ATTACHING}::test_while_the_scanner_is_dead_files_wait",
        f"{ATTACHING}::test_while_the_scanner_cannot_say_files_wait",
        "tests/cases/pages/desk/test_shown_files.py::test_a_file_that_waits_cannot_be_had",
    ],
    "the cleaner of files: no sandbox on this machine, or a file that breaks it": [
        f"{ATTACHING}::test_without_a_sandbox_files_wait_as_long_as_it_takes",
        f"{ATTACHING}::test_a_poisoned_file_never_stops_the_next_and_is_given_up_in_the_end",
        "tests/cases/reads/test_preflight.py::test_a_machine_without_a_sandbox_for_files_is_named",
    ],
    "backups": [
        "tests/operations/test_archive.py"
        "::test_a_disk_for_backups_that_takes_nothing_is_found_by_the_audit_and_again_well_when_it_does",
        "tests/operations/test_restore.py::test_a_piece_that_is_missing_is_said",
        "tests/operations/test_restore.py::test_another_key_proves_nothing",
    ],
    "the way itself (DNS, certificate, proxy), or anything that nobody thought of": [
        "tests/faults/test_canary.py::test_without_workers_none_comes_and_that_is_found",
        "tests/faults/test_canary.py::test_a_mail_server_that_takes_nothing_fails_the_canary",
        "tests/cases/flow/test_canary.py::test_a_web_that_does_not_answer_is_noticed",
    ],
    "both webs, behind a proxy that stands": [
        "tests/operations/test_proxy.py"
        "::test_with_nobody_behind_it_the_numbers_to_call_are_said_and_nothing_is_written_down",
    ],
    "clock of a machine wrong": [
        "tests/cases/reads/test_machines.py::test_the_clock_of_watch_is_compared_with_the_database",
        "tests/faults/test_clocks.py::test_the_clock_of_one_part_is_wrong_and_every_first_word_leaves",
        "tests/agencies/test_sweeps.py::test_watch_widens_no_ring_by_a_clock_in_doubt",
    ],
    "clock of the database set, or wrong": [
        "tests/faults/test_clocks.py"
        "::test_the_clock_of_the_whole_machine_is_wrong_and_what_was_owed_meanwhile_leaves_when_it_is_right",
    ],
    "nightly erasing": [
        "tests/cases/flow/test_erasing.py::test_a_rule_that_fails_stops_no_other",
        "tests/cases/flow/test_erasing.py::test_more_rows_than_a_batch",
    ],
    "web": [
        f"{DOWN}::test_while_the_web_is_dead_messages_leave_rings_widen_and_the_audit_goes_on",
        "tests/faults/test_killing.py::test_no_accepted_alert_is_lost_whatever_is_killed",
    ],
    "outside watcher, dead or slow": [
        f"{REACH}/test_heartbeat.py::test_nobody_there",
        f"{REACH}/test_heartbeat.py::test_a_server_that_trickles_is_left_at_the_deadline",
    ],
}


WAYS = {"dead", "frozen", "slow", "full", "wrong clock", "refusing"}
NOT_TRIED = "**empty: not tried**"


def table(title: str) -> list[list[str]]:
    """The cells of the table under that title, without its head."""
    section = DOCUMENT.read_text(encoding="utf-8").partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    lines = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| ")]
    assert len({len(cells) for cells in lines}) == 1
    return lines[1:]


def rows() -> list[str]:
    return [cells[0] for cells in table("When a part is down")]


def source_of(test: str) -> str:
    """The test, decorators and all; empty when there is none of this name."""
    path, _, name = test.partition("::")
    text = (TREE / path).read_text(encoding="utf-8")
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            begins = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            return "\n".join(text.splitlines()[begins - 1 : node.end_lineno])
    return ""


def test_each_row_has_tests_and_each_entry_a_row():
    assert sorted(SHOWN_BY) == sorted(rows())


@pytest.mark.parametrize("row", SHOWN_BY)
def test_the_tests_of_a_row_are_there_and_break_what_it_names(row):
    sources = {test: source_of(test) for test in SHOWN_BY[row]}

    assert sources
    assert all(sources.values()), [test for test, source in sources.items() if not source]
    for how in ("dead", "frozen"):
        if how in row.split(":")[0]:
            assert any(how in source or "Nobody" in source for source in sources.values()), how


# ---- All that can fail -------------------------------------------------------------------------------------------


def test_each_part_stands_there_with_each_way_to_fail_once():
    ways = defaultdict(list)
    for part, how, *_ in table("All that can fail"):
        ways[part] += how.split(", ")

    assert {"web", "watch", "worker", "beat", "Redis", "PostgreSQL", "mail server", "backups"} <= ways.keys()
    assert {part: sorted(found) for part, found in ways.items()} == dict.fromkeys(ways, sorted(WAYS))


def test_what_shows_a_failure_is_a_test_and_what_nobody_tried_is_said_to_be_empty():
    known = Counter(
        node.name
        for file in (TREE / "tests").rglob("test_*.py")
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
    )
    shown = [(part, how, seen, by) for part, how, seen, _, by in table("All that can fail")]

    named = [name for *_, by in shown for name in re.findall(r"`(test_\w+)`", by)]
    assert [name for name in named if known[name] != 1] == []
    for part, how, seen, by in shown:
        is_said = by == NOT_TRIED or re.fullmatch(r"(`test_\w+`(, )?)+", by)
        assert is_said or (by == "-" and seen.startswith(("cannot", "see "))), (part, how)
