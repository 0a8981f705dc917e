"""What is judged: our own sentences and those of public collections, as messages of Rasa."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

OUT_OF_SCOPE = "out_of_scope"
HELD_OUT = 0.2  # of the training part of a collection that comes without its test part

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Collection:
    """Sentences to learn from and to be judged by, with their intents; `published`: judged by the official ones."""

    learnt: Pairs
    judged: Pairs
    published: bool
    tuning: Pairs  # in scope and out of it, to choose a threshold by

    def shots(self, number: int, seed: int) -> Pairs:
        """`number` sentences of each intent, by chance."""
        return [pair for group in _grouped(self.learnt, seed).values() for pair in group[:number]]


def banking77(folder: Path) -> Collection:
    """The training part of Banking77, judged by its test part or, without that, by a fifth of each intent.

    Raises `OSError` or ``KeyError`` for files that are not as published.
    """
    learnt = _csv(folder / "banking77_train.csv")
    test = folder / "banking77_test.csv"
    if test.exists():
        return Collection(learnt, _csv(test), published=True, tuning=[])
    parts = [_parted(group) for group in _grouped(learnt, 0).values()]
    return Collection(
        [pair for _, rest in parts for pair in rest],
        [pair for held, _ in parts for pair in held],
        published=False,
        tuning=[],
    )


def clinc150(folder: Path) -> Collection:
    """CLINC150 with its sentences out of scope; without its test part its validation part is parted in two.

    One half then chooses the threshold, the other judges. Raises as `banking77`.
    """
    kept = json.loads((folder / "clinc150_train_val.json").read_text(encoding="utf-8"))
    for name in ("clinc150_test.json", "data_full.json"):
        if (folder / name).exists():
            kept |= json.loads((folder / name).read_text(encoding="utf-8"))
            break
    learnt = _json(kept["train"]) + _out(kept["oos_train"])
    tuning = _json(kept["val"]) + _out(kept["oos_val"])
    if "test" in kept and "oos_test" in kept:
        return Collection(learnt, _json(kept["test"]) + _out(kept["oos_test"]), published=True, tuning=tuning)
    halves = [(group[: len(group) // 2], group[len(group) // 2 :]) for group in _grouped(tuning, 0).values()]
    return Collection(
        learnt,
        [pair for half, _ in halves for pair in half],
        published=False,
        tuning=[pair for _, half in halves for pair in half],
    )


def as_training(pairs: Iterable[tuple[str, str]]) -> TrainingData:
    """Sentences that a pipeline can learn from."""
    return TrainingData([Message.build(text, intent) for text, intent in pairs])


def as_heard(texts: Iterable[str]) -> list[Message]:
    """Sentences as customers send them: nothing is known but the words."""
    return [Message({TEXT: text}) for text in texts]


def pairs_of(messages: Sequence[Message]) -> Pairs:
    """The sentences and intents of Rasa's messages."""
    return [(message.get(TEXT), message.get(INTENT)) for message in messages]


def _grouped(pairs: Pairs, seed: int) -> dict[str, Pairs]:
    chance = np.random.default_rng(seed)
    groups: dict[str, Pairs] = defaultdict(list)
    for text, intent in sorted(pairs):
        groups[intent].append((text, intent))
    return {intent: [group[i] for i in chance.permutation(len(group))] for intent, group in groups.items()}


def _parted(group: Pairs) -> tuple[Pairs, Pairs]:
    size = max(1, round(len(group) * HELD_OUT))
    return group[:size], group[size:]


def _csv(path: Path) -> Pairs:
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["text"], row["category"]) for row in csv.DictReader(file)]


def _json(rows: list[list[str]]) -> Pairs:
    return [(text, intent) for text, intent in rows]


def _out(rows: list[list[str]]) -> Pairs:
    return [(text, OUT_OF_SCOPE) for text, *_ in rows]
