"""Each process shows that it lives; one that is frozen does not, and the health check of its container kills it."""

import importlib.util
import signal

import pytest

from protectu import supervise
from tests.stack import ROOT, Stack, wait_for

pytestmark = pytest.mark.fault

PROCESSES = ("web", "worker", "beat", "watch")


@pytest.fixture
def alive():
    """The health check of a container, as a module, with less patience."""
    spec = importlib.util.spec_from_file_location("alive", ROOT / "ops" / "alive.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def sign_of(stack: Stack, name: str) -> tuple[int, float]:
    pid, ticks = stack.pulse_file(name).read_text().split()
    return int(pid), float(ticks)


def test_one_that_is_frozen_gives_no_sign_and_is_killed(stack: Stack, alive, monkeypatch):
    for name in PROCESSES:
        wait_for(stack.pulse_file(name).exists, what=f"the first sign of {name}")
    first = {name: sign_of(stack, name) for name in PROCESSES}
    wait_for(lambda: all(sign_of(stack, name)[1] > first[name][1] for name in PROCESSES), what="the next signs")

    for name in PROCESSES:
        stack.send(name, signal.SIGSTOP)
    last = {name: sign_of(stack, name) for name in PROCESSES}
    monkeypatch.setattr(alive, "HUNG_SECONDS", 0)

    try:
        for name in PROCESSES:
            assert not alive.gives_signs(stack.pulse_file(name))
            assert last[name][0] == stack.processes[name].pid
            assert stack.processes[name].wait() == -signal.SIGKILL
            assert sign_of(stack, name) == last[name]
    finally:
        for name in PROCESSES:
            stack.kill(name)
            stack.begin(name)
    monkeypatch.setattr(alive, "HUNG_SECONDS", 600)
    began = {name: stack.processes[name].pid for name in PROCESSES}
    wait_for(lambda: {name: sign_of(stack, name)[0] for name in PROCESSES} == began, what="signs of the new ones")
    assert all(alive.gives_signs(stack.pulse_file(name)) for name in PROCESSES)
    wait_for(stack.is_well, seconds=120, what="all to be well again")


def test_a_web_is_asked_over_http_as_well(stack: Stack, alive, monkeypatch):
    monkeypatch.setenv("PULSE_FILE", str(stack.pulse_file("web")))
    monkeypatch.setenv("PUBLIC_URL", stack.url)
    wait_for(lambda: alive.gives_signs(stack.pulse_file("web")), what="a sign of the web")

    assert alive.main(["web", str(stack.port)]) == 0
    with stack.frozen("web"):
        assert alive.main(["web", str(stack.port)]) == 1


def test_one_that_has_not_begun_yet_is_not_well_and_is_left_alone(alive, tmp_path):
    assert not alive.gives_signs(tmp_path / "pulse")
    (tmp_path / "pulse").write_text("")
    assert not alive.gives_signs(tmp_path / "pulse")


@pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")  # as it is meant to be
def test_postgresql_of_portal_run_that_died_is_started_again(alone, monkeypatch):
    monkeypatch.setattr(alone.cluster.services, "has_database", True)  # the tests' own is set for all
    postgres = alone.cluster.services.tended()[0]
    alone.kill("postgres")
    try:
        wait_for(lambda: postgres.tend() or alone.connects_to("portal"), what="PostgreSQL to be back")
        wait_for(alone.is_well, seconds=120, what="all to be well again")
    finally:
        supervise.end_server(postgres.pid_file)
        alone.begin("postgres")
    wait_for(lambda: alone.connects_to("portal"), what="the stack's own to be back")
