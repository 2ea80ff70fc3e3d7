"""Invented people, marked as an exercise in each text."""

from random import Random

from insight.simulation.crowd import MARKS, Crowd


def test_every_text_says_that_it_is_an_exercise():
    crowd = Crowd(Random(5))

    texts = [
        press.fields.get(name) or press.place_later.get(name)
        for press in (crowd.next() for _ in range(300))
        for name in ("narrative", "place", "landmark")
    ]

    assert all(text.startswith(tuple(MARKS.values())) for text in texts if text)
    assert sum(bool(text) for text in texts) > 50


def test_the_places_lie_in_the_deep_south():
    crowd = Crowd(Random(6))

    places = [press.fields for press in (crowd.next() for _ in range(300)) if "latitude" in press.fields]

    assert all(5.4 < float(place["latitude"]) < 7.2 for place in places)
    assert all(100.7 < float(place["longitude"]) < 102.4 for place in places)


def test_the_same_seed_sends_the_same_people():
    first, second = Crowd(Random(7)), Crowd(Random(7))

    assert [first.next() for _ in range(20)] == [second.next() for _ in range(20)]
