"""Which language somebody writes, learnt from the training sentences of each language. Pure.

A naive Bayes over pieces of words, without diacritics, since many write without them. A further language is a folder of
sentences more. Where the words do not tell (a number, "ok", a tariff's name), the answer is None and the
conversation stays in the language that it was in.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from actions.plain import plain

_WORD = re.compile(r"[^\W\d_]+")
_SURE = 2.5  # nats by which the best language must lead where nothing else is known
_SURE_OF_NAMES = 5.0  # the same where no word is one that any sample has: these may all be names
_SURE_TO_CHANGE = (
    11.0  # nats by which it must lead to change from the present language: more than one loanword gives
)
_MOST_OF_A_WORD = 12.0  # nats
_MOST_OF_AN_UNSEEN_WORD = 4.0  # nats; a name or a slip of the hand does not decide over a sentence
_WORD_WEIGHT = 3  # pieces that a whole word counts for
_LETTER_HINT = 0.5  # nats: a letter with diacritics that only one language's sentences have
_UNSEEN = 0.5  # occurrences granted to a piece that a language has not shown
_TELLING = 3  # letters of a word that may change the language: shorter ones are words of several
_MOST = 400  # characters looked at; a language shows itself early


class LanguageGuesser:
    """Tells languages apart after their sample sentences."""

    def __init__(self, samples: Mapping[str, Iterable[str]]) -> None:
        """``samples``: sentences by language. Raises ``ValueError`` when there are none."""
        kept = {language: list(sentences) for language, sentences in samples.items()}
        if not kept or not all(kept.values()):
            raise ValueError("every language needs sample sentences")
        counts = {
            language: Counter(
                piece for sentence in sentences for word in _WORD.findall(sentence) for piece in _pieces(word)
            )
            for language, sentences in kept.items()
        }
        self._known = set[str]().union(*counts.values())
        self._scores: dict[str, dict[str, float]] = {
            language: {piece: math.log(n + _UNSEEN) for piece, n in own.items()}
            for language, own in counts.items()
        }
        self._totals = {
            language: math.log(own.total() + _UNSEEN * len(self._known)) for language, own in counts.items()
        }
        self._letters = _own_letters(kept)

    def guess(self, text: str, present: str | None = None) -> str | None:
        """The language of a text; None when the text does not tell, or not enough to leave the present language."""
        scores = dict.fromkeys(self._scores, 0.0)
        words = _WORD.findall(text[:_MOST])
        for word in words:
            of_word = {language: self._score(language, word) for language in scores}
            best_of_word = max(of_word.values())
            most = _MOST_OF_A_WORD if _edged(word) in self._known else _MOST_OF_AN_UNSEEN_WORD
            for language, score in of_word.items():
                scores[language] += max(score - best_of_word, -most)
        best, *others = sorted(scores, key=scores.__getitem__, reverse=True)
        lead = min((scores[best] - scores[other] for other in others), default=0.0)
        if present not in (None, best):
            if all(len(word) < _TELLING for word in words):
                return None  # "a do 350?"
            needed = _SURE_TO_CHANGE
        else:
            needed = _SURE if any(_edged(word) in self._known for word in words) else _SURE_OF_NAMES
        return best if lead >= needed else None

    def _score(self, language: str, word: str) -> float:
        logs = self._scores[language]
        score = sum(
            logs.get(piece, math.log(_UNSEEN)) - self._totals[language]
            for piece in _pieces(word)
            if piece in self._known
        )
        own = self._letters[language]
        return score + _LETTER_HINT * sum(char in own for char in word.casefold())


def _pieces(word: str) -> Iterator[str]:
    """The word, and every two and three letters of it and its edges."""
    edged = _edged(word)
    yield from [edged] * _WORD_WEIGHT
    for size in (2, 3):
        yield from (edged[start : start + size] for start in range(len(edged) - size + 1))


def _edged(word: str) -> str:
    return f" {plain(word)} "


def _own_letters(samples: Mapping[str, list[str]]) -> dict[str, set[str]]:
    """Letters with diacritics that one language's sentences have and no other's."""
    letters = {
        language: {char for sentence in sentences for char in sentence.casefold() if plain(char) != char}
        for language, sentences in samples.items()
    }
    return {
        language: own - set[str]().union(*(other for name, other in letters.items() if name != language))
        for language, own in letters.items()
    }
