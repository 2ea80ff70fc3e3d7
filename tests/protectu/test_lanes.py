"""A lane: who waits holds nothing, waits in order, and never behind the thousandth request of one stranger."""

import asyncio

import pytest

from protectu.lanes import Full, Gone, Lane


def run(story):
    asyncio.run(story())


async def ticks():
    for _ in range(5):
        await asyncio.sleep(0)


class Crowd:
    """Requests that stay in their lane until they are told to end."""

    def __init__(self, lane):
        self.lane, self.let_in, self.sent_away, self._ends, self.tasks = lane, [], [], {}, {}

    async def ask(self, name, network="", **options):
        async def asks():
            try:
                async with self.lane.turn(network, **options):
                    self.let_in.append(name)
                    await self._ends.setdefault(name, asyncio.Event()).wait()
            except Full:
                self.sent_away.append(name)

        self.tasks[name] = asyncio.create_task(asks())
        await ticks()

    async def end(self, name):
        self._ends.setdefault(name, asyncio.Event()).set()
        await ticks()


def test_as_many_as_there_is_room_for_are_let_in_and_the_others_come_in_order():
    async def story():
        crowd = Crowd(Lane(2, most_waiting=9, patience=60))
        for name in "abcde":
            await crowd.ask(name)
        assert crowd.let_in == ["a", "b"]

        await crowd.end("b")
        await crowd.end("a")
        await crowd.end("c")

        assert crowd.let_in == ["a", "b", "c", "d", "e"]

    run(story)


def test_networks_take_turns_so_that_one_that_asks_often_makes_others_wait_for_one():
    async def story():
        crowd = Crowd(Lane(1, most_waiting=9, patience=60))
        for number in range(5):
            await crowd.ask(f"attacker {number}", "theirs")
        await crowd.ask("person", "hers")
        await crowd.ask("other", "his")

        for name in ("attacker 0", "attacker 1", "person", "other"):
            await crowd.end(name)

        assert crowd.let_in == ["attacker 0", "attacker 1", "person", "other", "attacker 2"]

    run(story)


def test_when_too_many_wait_the_next_of_the_same_network_is_sent_away_at_once():
    async def story():
        crowd = Crowd(Lane(1, most_waiting=2, patience=60))
        for name in "abcd":
            await crowd.ask(name, "theirs")

        assert crowd.sent_away == ["d"]

    run(story)


def test_one_of_another_network_takes_the_place_of_the_newest_of_the_longest_queue():
    async def story():
        crowd = Crowd(Lane(1, most_waiting=3, patience=60))
        for name in "abcd":
            await crowd.ask(name, "theirs")
        await crowd.ask("person", "hers")

        assert crowd.sent_away == ["d"]
        await crowd.end("a")
        await crowd.end("b")
        assert crowd.let_in == ["a", "b", "person"]

    run(story)


def test_nobody_waits_longer_than_the_patience_of_the_lane():
    async def story():
        crowd = Crowd(Lane(1, most_waiting=9, patience=0.01))
        await crowd.ask("a")
        await crowd.ask("b")

        await crowd.tasks["b"]

        assert crowd.sent_away == ["b"]
        assert crowd.lane.waiting == 0
        await crowd.end("a")
        assert crowd.lane.running == 0

    run(story)


def test_who_hangs_up_leaves_the_queue():
    async def story():
        crowd, gone = Crowd(Lane(1, most_waiting=9, patience=60)), asyncio.get_running_loop().create_future()
        await crowd.ask("a")
        await crowd.ask("b", gone=gone)

        gone.set_result(None)

        with pytest.raises(Gone):
            await crowd.tasks["b"]
        assert crowd.lane.waiting == 0

    run(story)


@pytest.mark.parametrize("is_let_in", [True, False])
def test_who_is_cancelled_leaves_room_for_the_next(is_let_in):
    """Also in the moment in which they are let in."""

    async def story():
        crowd = Crowd(Lane(1, most_waiting=9, patience=60))
        for name in "abc":
            await crowd.ask(name)
        if is_let_in:
            crowd._ends.setdefault("a", asyncio.Event()).set()
            await asyncio.sleep(0)  # a leaves and lets b in, who has not run yet

        crowd.tasks["b"].cancel()
        await ticks()
        await crowd.end("a")

        assert crowd.let_in[-1] == "c"
        await crowd.end("c")
        assert (crowd.lane.running, crowd.lane.waiting) == (0, 0)

    run(story)


def test_an_error_inside_leaves_the_lane():
    async def story():
        lane = Lane(1, most_waiting=9, patience=60)
        with pytest.raises(ZeroDivisionError):
            async with lane.turn(""):
                raise ZeroDivisionError
        assert lane.running == 0

    run(story)
