"""What the bot's program knows by name, out of ``made.toml``. Pure."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

_TOLD: Any = tomllib.loads(files(__package__).joinpath("made.toml").read_text(encoding="utf-8"))

SAYS: Mapping[str, tuple[str, ...]] = {topic: tuple(answers) for topic, answers in _TOLD["says"].items()}
"""Topics whose answer the program makes, and the answers that it may be."""

ANYTIME = frozenset[str](_TOLD["anytime"]["answers"])
"""Answers that belong to no topic."""

NEEDED = frozenset[str](_TOLD["needed"]["topics"]) | frozenset(SAYS)
"""Topics that nobody can do without."""

SAID = ANYTIME | frozenset(answer for answers in SAYS.values() for answer in answers)
"""Answers that are in use whatever topics there are."""


def made_by_program(topic: str) -> bool:
    """Whether the program makes the answer of a topic."""
    return topic in SAYS
