"""The sandbox knows on which machines it can be had."""

from cases.privacy.cleaning import sandbox


def test_the_walls_are_to_be_had_here_and_not_on_a_machine_that_we_do_not_know(monkeypatch):
    assert sandbox.can_be_had()

    monkeypatch.setattr(sandbox.platform, "machine", lambda: "riscv64")
    assert not sandbox.can_be_had()
