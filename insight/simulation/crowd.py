"""Invented people who ask for help: where, in which language, and in what words."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

WORDS = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
MARKS: dict[str, str] = WORDS["marks"]

ALERTS = 0.7  # the others write
WITH_A_PLACE = 0.8  # of the alerts
SOCIAL_WORKERS_ONLY = 0.4
IN_THAI = 0.8
SCATTER_DEGREES = 0.015  # some 1.6 km around a town
FAR_OUT, FAR_SCATTER_DEGREES = 0.1, 0.08


@dataclass(frozen=True)
class Press:
    """What one person does: opens `path`, sends `fields`, and says the place later if it was not known."""

    path: str
    fields: dict[str, str]
    place_later: dict[str, str] = field(default_factory=dict)

    @property
    def is_alert(self) -> bool:
        return self.path.endswith("/now/")


class Crowd:
    def __init__(self, random: Random) -> None:
        self.random = random

    def next(self) -> Press:
        language = "th" if self._happens(IN_THAI) else "en"
        return self._alert(language) if self._happens(ALERTS) else self._report(language)

    def gap(self, *, a_minute: float) -> float:
        """Return the seconds until the next person, at random around the rate."""
        return self.random.expovariate(a_minute / 60)

    def _happens(self, share: float) -> bool:
        return self.random.random() < share

    def _town(self) -> dict[str, Any]:
        towns: list[dict[str, Any]] = WORDS["towns"]
        return self.random.choices(towns, weights=[town["weight"] for town in towns])[0]

    def _position(self, town: dict[str, Any]) -> dict[str, str]:
        spread = FAR_SCATTER_DEGREES if self._happens(FAR_OUT) else SCATTER_DEGREES
        longitude, latitude = (self.random.gauss(degrees, spread) for degrees in town["at"])
        accuracy = self.random.choice([8, 15, 25, 60, 500])
        return {"longitude": f"{longitude:.5f}", "latitude": f"{latitude:.5f}", "accuracy": str(accuracy)}

    def _may_tell(self) -> str:
        return "SOCIAL_WORKERS" if self._happens(SOCIAL_WORKERS_ONLY) else "NEAREST_HELP"

    def _words(self, of: str, language: str) -> str:
        return MARKS[language] + self.random.choice(WORDS[of][language])

    def _alert(self, language: str) -> Press:
        town, fields = self._town(), {"may_tell": self._may_tell()}
        if self._happens(WITH_A_PLACE):
            return Press(f"/{language}/now/", {**fields, **self._position(town)})
        later = {"area": town["province"], "landmark": self._words("landmarks", language)}
        return Press(f"/{language}/now/", fields, later if self._happens(0.5) else {})

    def _report(self, language: str) -> Press:
        fields = {
            "narrative": self._words("stories", language),
            "area": self._town()["province"],
            "place": self._words("landmarks", language),
            "may_tell": self._may_tell(),
            "in_danger_now": "yes" if self._happens(0.2) else "",
            "children_present": self.random.choice(["yes", "no", ""]),
            "officials_involved": "yes" if self._happens(0.1) else "",
            "people_count": self.random.choice(["", "1", "2", "6"]),
            "reporter_type": self.random.choice(["SELF", "WITNESS", "FAMILY"]),
        }
        return Press(f"/{language}/form/", fields)
