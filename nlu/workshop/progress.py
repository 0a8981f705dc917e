"""How far a training has come and how long it will take, by how long its steps took the last time. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

IMPORT, CHECK, PREPARE = "import", "check", "prepare"
LOAD_DRAFT, JUDGE_DRAFT = "load the draft", "judge the draft"
LOAD_PUBLISHED, JUDGE_PUBLISHED = "load the published", "judge the published"

MEASURING = (LOAD_DRAFT, JUDGE_DRAFT, LOAD_PUBLISHED, JUDGE_PUBLISHED)

FIRST_GUESS: Mapping[str, float] = {
    IMPORT: 12.0,
    CHECK: 3.5,
    PREPARE: 6.0,
    "RulePolicy": 2.5,
    "NameAndNumberExtractor": 0.2,
    "WordsAsMeant": 0.5,
    "RegexFeaturizer": 4.0,
    "CountVectorsFeaturizer": 2.5,
    "CountVectorsFeaturizer 2": 40.0,
    "EntitySynonymMapper": 0.1,
    "MeaningAndWordsClassifier": 3.5,
    LOAD_DRAFT: 15.0,
    JUDGE_DRAFT: 15.0,
    LOAD_PUBLISHED: 15.0,
    JUDGE_PUBLISHED: 6.0,
}
"""Seconds of each step, in order, as they took on two cores; from the first training on they are remembered."""

_STEADY = 20.0
"""Seconds at the pace of the last time that the steps of this time are reckoned with: the first ones tell little."""


@dataclass
class Progress:
    """Steps that are told as they begin. Times are seconds of any clock that does not go back."""

    expected: Mapping[str, float]
    began: float
    took: dict[str, float] = field(default_factory=dict)
    step: str | None = None
    step_began: float = 0.0
    part: float | None = None
    _most: float = 0.0

    def begin(self, step: str, now: float) -> None:
        """A step begins, and the one before is over. The second of a name is told apart from the first."""
        self.end(now)
        number = 2
        name = step
        while name in self.took:
            name = f"{step} {number}"
            number += 1
        self.step, self.step_began, self.part = name, now, None

    def end(self, now: float) -> None:
        """The present step is over."""
        if self.step is not None:
            self.took[self.step] = now - self.step_began
            self.step = None

    def skip(self, steps: Sequence[str]) -> None:
        """These steps will not be needed."""
        self.expected = {step: seconds for step, seconds in self.expected.items() if step not in steps}

    def left(self, now: float) -> float:
        """Seconds until all is done, at the pace of the steps that are over."""
        to_come = sum(
            seconds for step, seconds in self.expected.items() if step not in self.took and step != self.step
        )
        return (to_come + self._left_of_step(now)) * self._pace()

    def share(self, now: float) -> float:
        """From 0 to 1, and never back."""
        spent = now - self.began
        whole = spent + self.left(now)
        self._most = max(self._most, spent / whole if whole else 0.0)
        return min(self._most, 1.0)

    def _left_of_step(self, now: float) -> float:
        """In seconds as they were expected."""
        if self.step is None:
            return 0.0
        expected = self.expected.get(self.step, 0.0)
        if self.part is not None:
            return expected * (1 - self.part)
        return max(expected - (now - self.step_began) / self._pace(), 0.0)

    def _pace(self) -> float:
        known = [step for step in self.took if step in self.expected]
        took = sum(self.took[step] for step in known)
        return (took + _STEADY) / (sum(self.expected[step] for step in known) + _STEADY)
