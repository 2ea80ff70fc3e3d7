"""The folders of the private services are their owner's alone."""

import os
import stat

from cases.reads import database_log
from protectu import cluster
from tests.protectu.conftest import sentence_of


def test_a_folder_of_somebody_else_is_refused(portal, monkeypatch, capsys):
    theirs = portal.VAR / "theirs"
    theirs.mkdir()
    me = theirs.stat().st_uid
    monkeypatch.setattr(cluster.os, "geteuid", lambda: me + 1)

    code, said = sentence_of(lambda: cluster.private_folder(theirs, me + 1), capsys)

    assert code == 5
    assert said == f"portal: {theirs} is user {me}'s: remove it, or start as that user\n"


def test_a_link_is_not_taken_for_a_folder(portal, capsys):
    (portal.VAR / "link").symlink_to(cluster.TREE)

    code, _ = sentence_of(lambda: cluster.private_folder(portal.VAR / "link", os.geteuid()), capsys)

    assert code == 5


def test_a_folder_that_was_open_is_closed(portal):
    folder = portal.VAR / "open"
    folder.mkdir(mode=0o755)

    cluster.private_folder(folder, os.geteuid())

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_postgresql_of_our_own_is_as_quiet_as_preflight_wants_it():
    assert cluster.QUIET == database_log.QUIET
    assert all(f"-c {name}={value}" in cluster.POSTGRES for name, value in cluster.QUIET.items())
