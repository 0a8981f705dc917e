"""A model that is none, and small pipelines around it."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from components.embedding import Vectors

EMBEDDER = "tests.code.fakes.WordSums"
SENTENCES = {
    "ask_price": (
        "what is the price",
        "how much does it cost",
        "the price please",
        "kolik to stojí",
        "jaká je cena",
    ),
    "ask_speed": (
        "how fast is it",
        "what speed do I get",
        "is it quick",
        "jak je to rychlé",
        "jakou to má rychlost",
    ),
    "goodbye": ("good bye", "see you", "bye for now", "na shledanou", "mějte se hezky"),
}


class WordSums:
    """A `SentenceEmbedder`: each word has its own direction, a sentence is the sum of its words."""

    heard: list[list[str]] = []  # noqa: RUF012 - shared on purpose: Rasa makes the embedder, the tests ask what it was asked

    def embed(self, sentences: Sequence[str]) -> Vectors:
        """One row of unit length for each sentence."""
        self.heard.append(list(sentences))
        rows = np.stack(
            [sum(map(_direction, sentence.lower().split()), np.zeros(32)) for sentence in sentences]
        )
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def steps(embedder: str = EMBEDDER) -> list[dict[str, Any]]:
    """A pipeline with every part that understanding needs."""
    return [
        {"name": "WhitespaceTokenizer"},
        {"name": "CountVectorsFeaturizer", "strip_accents": "unicode"},
        {"name": "components.featurizer.SentenceEmbeddingFeaturizer", "embedder": embedder},
        {"name": "components.classifier.MeaningAndWordsClassifier"},
        {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.0},
    ]


def pairs() -> list[tuple[str, str]]:
    """The sentences with their intents."""
    return [(text, intent) for intent, texts in SENTENCES.items() for text in texts]


def _direction(word: str) -> np.ndarray:
    return np.random.default_rng(zlib.crc32(word.encode("utf-8", "replace"))).normal(size=32)
