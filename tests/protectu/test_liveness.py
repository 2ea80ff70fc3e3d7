"""What hangs is not taken for alive: a web whose loop or page stands still, a worker or a beat that does not turn."""

import asyncio
import threading
import time
from types import SimpleNamespace

import pytest
from celery.worker import state

from protectu import liveness
from protectu.handler import Handler


@pytest.fixture
def loop():
    """A web's loop, in a thread of its own."""
    running = asyncio.new_event_loop()
    thread = threading.Thread(target=running.run_forever)
    thread.start()
    yield running
    running.call_soon_threadsafe(running.stop)
    thread.join()
    running.close()


def of_web(loop, application):
    async def made():
        return liveness.of_web(application)

    return asyncio.run_coroutine_threadsafe(made(), loop).result()


class Answers:
    answered_at = 0.0
    status, body = 200, b'{"problems": []}'

    async def __call__(self, scope, receive, send):
        assert (await receive())["body"] == b""
        await send({"type": "http.response.start", "status": self.status, "headers": []})
        await send({"type": "http.response.body", "body": self.body})


class WantsARestart(Answers):
    status, body = 503, b'{"problems": ["connections"]}'
    answered_at = float("inf")


class Busy(Answers):
    status, body = 503, b""


class Hangs(Answers):
    async def __call__(self, scope, receive, send):
        await asyncio.Event().wait()


def test_a_web_that_answers_itself_is_well(loop):
    assert of_web(loop, Answers())()


@pytest.mark.django_db
def test_the_page_that_says_so_is_asked(loop):
    assert of_web(loop, Handler())()


def test_a_web_whose_page_hangs_is_not(loop, monkeypatch):
    monkeypatch.setattr(liveness, "ANSWER_SECONDS", 0.1)

    assert not of_web(loop, Hangs())()


def test_a_web_that_says_that_only_a_restart_helps_is_not(loop):
    assert not of_web(loop, WantsARestart())()


def test_a_web_that_has_no_turn_for_itself_is_well_for_as_long_as_others_are_answered(loop):
    busy = Busy()
    assert not of_web(loop, busy)()

    busy.answered_at = time.monotonic()

    assert of_web(loop, busy)()


def test_a_web_that_is_so_busy_that_it_is_not_its_own_turn_is_well(loop, monkeypatch):
    monkeypatch.setattr(liveness, "ANSWER_SECONDS", 0.1)
    busy = Hangs()
    busy.answered_at = time.monotonic()

    assert of_web(loop, busy)()


def test_a_web_whose_loop_stands_still_is_not(loop, monkeypatch):
    monkeypatch.setattr(liveness, "ANSWER_SECONDS", 0.1)
    is_well, goes_on = of_web(loop, Answers()), threading.Event()
    loop.call_soon_threadsafe(goes_on.wait)

    assert not is_well()

    goes_on.set()


def test_whoever_imports_the_application_without_a_loop_is_not_asked():
    assert liveness.of_web(Answers())()


@pytest.fixture
def worker(monkeypatch):
    """It has a broker, turned just now, and is idle."""
    monkeypatch.setattr(liveness.Turns, "turned_at", time.monotonic())
    monkeypatch.setattr(liveness.Turns, "hands", 2)
    monkeypatch.setattr(liveness._Ended, "at", time.monotonic())
    monkeypatch.setattr(state, "active_requests", set())


def long_ago():
    return time.monotonic() - 10_000


def test_a_worker_that_turns_is_well(worker):
    assert liveness.worker_is_well()


def test_a_worker_whose_loop_does_not_turn_is_not(worker, monkeypatch):
    monkeypatch.setattr(liveness.Turns, "turned_at", long_ago())

    assert not liveness.worker_is_well()


def test_a_worker_without_a_broker_has_no_loop_and_is_well(worker, monkeypatch):
    monkeypatch.setattr(liveness.Turns, "turned_at", None)

    assert liveness.worker_is_well()


def test_a_worker_all_of_whose_threads_hang_is_not(worker, monkeypatch):
    monkeypatch.setattr(liveness._Ended, "at", long_ago())
    assert liveness.worker_is_well()

    state.active_requests.update("ab")

    assert not liveness.worker_is_well()


def test_the_step_follows_the_loop_of_the_worker(worker):
    called = []
    timer = SimpleNamespace(call_repeatedly=lambda seconds, turn: called.append(turn) or SimpleNamespace(cancel=int))
    consumer = SimpleNamespace(timer=timer, controller=SimpleNamespace(concurrency=12))
    step = liveness.Turns(consumer)
    liveness.Turns.turned_at = None

    step.start(consumer)
    assert liveness.Turns.turned_at
    assert called == [step.turn]
    assert liveness.Turns.hands == 12

    step.stop(consumer)
    assert liveness.Turns.turned_at is None


@pytest.mark.parametrize(
    ("has_met_the_broker", "ticked", "is_well"), [(True, 0, True), (True, 10_000, False), (False, 10_000, True)]
)
def test_a_beat_that_does_not_tick_is_not_well_unless_it_looks_for_the_broker(has_met_the_broker, ticked, is_well):
    scheduler = SimpleNamespace(**({"producer": "one"} if has_met_the_broker else {}))
    service = SimpleNamespace(scheduler=scheduler, _last_tick=time.monotonic() - ticked)

    assert liveness.of_beat(service)() is is_well
