"""Figures about guesses and truths. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.metrics import f1_score

from evaluation.pipeline import Understood
from evaluation.sentences import OUT_OF_SCOPE

BINS = 10


@dataclass(frozen=True)
class Scope:
    """At one threshold: the part in scope that is right and accepted, and the part out of it that is refused."""

    threshold: float
    accepted: float
    refused: float


def accuracy(truth: Sequence[str], guessed: Sequence[str]) -> float:
    """The part that is right."""
    return float(np.mean(np.array(truth) == np.array(guessed)))


def f1(truth: Sequence[str], guessed: Sequence[str], average: str) -> float:
    """F1 of intents, `average` as scikit-learn names it; an intent that is guessed wrongly only counts as 0."""
    return float(f1_score(truth, guessed, labels=sorted(set(truth)), average=average, zero_division=0))


def calibration(confidence: Sequence[float], right: Sequence[bool]) -> list[tuple[float, float, int]]:
    """Mean confidence, part that is right, and number of sentences, for tenths of confidence that have any."""
    of, hit = np.array(confidence), np.array(right, dtype=float)
    tenth = np.minimum((of * BINS).astype(int), BINS - 1)
    return [
        (float(of[tenth == k].mean()), float(hit[tenth == k].mean()), int((tenth == k).sum()))
        for k in range(BINS)
        if (tenth == k).any()
    ]


def calibration_error(confidence: Sequence[float], right: Sequence[bool]) -> float:
    """Expected calibration error: how far confidence is from being right, on average over sentences."""
    bins = calibration(confidence, right)
    return sum(abs(sure - hit) * number for sure, hit, number in bins) / sum(number for *_, number in bins)


def confusions(truth: Sequence[str], guessed: Sequence[str], number: int) -> list[tuple[str, str, int]]:
    """The commonest mistakes: true intent, guessed intent, how often."""
    wrong = Counter(pair for pair in zip(truth, guessed, strict=True) if pair[0] != pair[1])
    return [
        (one, other, count) for (one, other), count in sorted(wrong.items(), key=lambda it: (-it[1], it[0]))
    ][:number]


def entity_f1(
    truth: Sequence[list[dict[str, Any]]], found: Sequence[list[dict[str, Any]]]
) -> dict[str, tuple[float, int]]:
    """F1 and number of true ones of each kind of entity; right is what has the same kind, beginning and end."""
    tallies: dict[str, Counter[str]] = defaultdict(Counter)
    for wanted, got in zip(truth, found, strict=True):
        spans = {(it["entity"], it["start"], it["end"]) for it in wanted}
        theirs = {(it["entity"], it["start"], it["end"]) for it in got}
        for kind, _, _ in spans:
            tallies[kind]["true"] += 1
        for kind, _, _ in theirs:
            tallies[kind]["found"] += 1
        for kind, _, _ in spans & theirs:
            tallies[kind]["both"] += 1
    return {
        kind: (2 * tally["both"] / (tally["true"] + tally["found"]), tally["true"])
        for kind, tally in sorted(tallies.items())
    }


def scope(truth: Sequence[str], understood: Sequence[Understood], threshold: float) -> Scope:
    """What one threshold does. Raises ``ZeroDivisionError`` where either kind of sentence is missing."""
    accepted, refused, inside, outside = 0, 0, 0, 0
    for intent, guess in zip(truth, understood, strict=True):
        stopped = guess.intent == OUT_OF_SCOPE or guess.confidence < threshold
        if intent == OUT_OF_SCOPE:
            outside += 1
            refused += stopped
        else:
            inside += 1
            accepted += guess.intent == intent and not stopped
    return Scope(threshold, accepted / inside, refused / outside)


def best_threshold(truth: Sequence[str], understood: Sequence[Understood], least_refused: float) -> float:
    """The lowest threshold, to 1 %, that refuses `least_refused` of what is out of scope."""
    for percent in range(101):
        if scope(truth, understood, percent / 100).refused >= least_refused:
            return percent / 100
    raise ValueError("no threshold refuses that many")
