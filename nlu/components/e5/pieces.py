"""Sentences as the pieces of words that the model knows: the likeliest way to cut them (SentencePiece's unigram)."""

from __future__ import annotations

import re
from functools import lru_cache

from components.e5.weights import Weights

REMEMBERED = 20_000  # words whose pieces are kept
_UNLIKELY = 10.0  # logits that an unknown character lies below the rarest piece
_SPACE, _BEGIN = " ", "\N{LOWER ONE EIGHTH BLOCK}"  # how a space is written in pieces


class Pieces:
    """Cuts sentences; equal words are cut once."""

    def __init__(self, weights: Weights) -> None:
        """What it knows is read from `weights`."""
        self._known = weights.pieces
        self._scores = weights.scores
        self._written_as = weights.written_as
        self._special = weights.special
        self._longest = max(map(len, self._known))
        self._unlikely = min(self._scores) - _UNLIKELY
        self._of_word = lru_cache(REMEMBERED)(self._cut)

    def of(self, sentence: str, most: int) -> list[int]:
        """Numbers of the pieces, `most` of them with the two that mark begin and end: the rest is not read."""
        plain = re.sub(f"{_SPACE}{{2,}}", _SPACE, sentence.translate(self._written_as))
        found = [self._special.begin]
        for word in plain.removeprefix(_SPACE).split(_SPACE):
            found += self._of_word(_BEGIN + word)
            if len(found) >= most:
                break
        return [*found[: most - 1], self._special.end]

    def _cut(self, word: str) -> tuple[int, ...]:
        """The pieces whose scores add up to most (Viterbi)."""
        best = [0.0] + [float("-inf")] * len(word)  # score of the best way to each place
        last = [(0, 0)] * len(best)  # where the last piece of that way begins, and which it is
        for begin in range(len(word)):
            for end in range(begin + 1, min(len(word), begin + self._longest) + 1):
                piece = self._known.get(word[begin:end])
                score = None if piece is None else best[begin] + self._scores[piece]
                if score is not None and score > best[end]:
                    best[end], last[end] = score, (begin, piece)
            if best[begin] + self._unlikely > best[begin + 1]:
                best[begin + 1] = best[begin] + self._unlikely
                last[begin + 1] = (begin, self._special.unknown)
        pieces, place = [], len(word)
        while place:
            place, piece = last[place]
            pieces.append(piece)
        return tuple(reversed(pieces))
