"""Sentences as points: what means the same lies close together, in any language.

`SentenceEmbedder` is all that the pipeline knows of the model behind it. To replace the model, write a class with that
one method and name it in ``config.yml`` (``embedder:``).
"""

from collections.abc import Sequence
from functools import cache
from typing import Protocol

import numpy as np
import numpy.typing as npt

from components.e5.encoder import Encoder
from components.e5.pieces import Pieces
from components.e5.weights import Weights

Vectors = npt.NDArray[np.float32]

# Where two sentences are compared as equals both take this prefix, as the model's authors advise.
PREFIX = "query: "
# A sentence of a customer's has thirteen. A page costs as much as what is read of it, and everybody waits that long;
# what it is about is said by then.
MOST_PIECES = 128
MOST_CHARACTERS = 1_000  # more are never in so many pieces, but for a text without sense


class SentenceEmbedder(Protocol):
    """A model that gives sentences their place."""

    def embed(self, sentences: Sequence[str]) -> Vectors:
        """One row of unit length for each sentence; the same sentence always has the same row."""
        ...


class MultilingualE5Small:
    """multilingual-e5-small: 384 numbers a sentence, 100 languages. Only the beginning of a long text is read."""

    def __init__(self) -> None:
        """The first of a process reads the model; the others share it."""
        self._weights, self._pieces, self._encoder = _model()

    def embed(self, sentences: Sequence[str]) -> Vectors:
        """One row of unit length for each sentence."""
        return np.stack([self._encoder.meaning(self._rows(sentence)) for sentence in sentences])

    def _rows(self, sentence: str) -> Vectors:
        pieces = self._pieces.of(PREFIX + sentence[:MOST_CHARACTERS], MOST_PIECES)
        width = self._weights.shape.width
        places = self._weights.numbers("emb.pos").reshape(-1, width)
        kind = self._weights.numbers("emb.type")[:width]
        return np.asarray(self._weights.matrix("emb.word", width, pieces) + places[: len(pieces)] + kind)


@cache
def _model() -> tuple[Weights, Pieces, Encoder]:
    weights = Weights()
    return weights, Pieces(weights), Encoder(weights)
