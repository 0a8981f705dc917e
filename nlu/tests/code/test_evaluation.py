"""The figures of the evaluation, and the public collections as they come."""

from __future__ import annotations

import csv
import json
import tempfile
import unittest
from pathlib import Path
from unittest.mock import patch

from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from evaluation import judging
from evaluation.judging import Judged
from evaluation.measures import best_threshold, calibration_error, confusions, entity_f1, f1, scope
from evaluation.picture import draw
from evaluation.pipeline import Understood
from evaluation.report import Table, own_slips, put
from evaluation.sentences import OUT_OF_SCOPE, banking77, clinc150


def guess(intent: str, confidence: float) -> Understood:
    """What was made of a sentence."""
    return Understood([(intent, confidence)], [], refused=False)


class Figures(unittest.TestCase):
    """Each against a figure worked out by hand."""

    def test_f1(self) -> None:
        truth, guessed = ["a", "a", "b", "b"], ["a", "b", "b", "b"]

        self.assertAlmostEqual((2 / 3 + 4 / 5) / 2, f1(truth, guessed, "macro"))

    def test_calibration_error(self) -> None:
        self.assertAlmostEqual(0.0, calibration_error([0.5, 0.5], [True, False]))
        self.assertAlmostEqual(0.4, calibration_error([0.9, 0.9], [True, False]))

    def test_confusions_are_the_commonest_first(self) -> None:
        self.assertEqual(
            [("a", "b", 2), ("b", "a", 1)], confusions(["a", "a", "b", "b"], ["b", "b", "a", "b"], 5)
        )

    def test_entities_count_when_kind_and_both_ends_are_right(self) -> None:
        town = {"entity": "town", "start": 3, "end": 7}
        figures = entity_f1([[town], [town]], [[town], [{**town, "end": 8}]])

        self.assertEqual({"town": (0.5, 2)}, figures)

    def test_scope_at_a_threshold(self) -> None:
        truth = ["a", "a", "a", OUT_OF_SCOPE, OUT_OF_SCOPE]
        understood = [
            guess("a", 0.9),
            guess("a", 0.2),
            guess("b", 0.9),
            guess("a", 0.2),
            guess(OUT_OF_SCOPE, 0.9),
        ]
        at = scope(truth, understood, 0.3)

        self.assertEqual((1 / 3, 1.0), (at.accepted, at.refused))
        self.assertEqual(0.5, scope(truth, understood, 0.1).refused)
        self.assertEqual(0.21, best_threshold(truth, understood, 1.0))


class Collections(unittest.TestCase):
    """Files as published, with and without their test parts."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self._banking(
            "banking77_train.csv", [(f"sentence {n} of {it}", it) for it in "ab" for n in range(20)]
        )
        pairs = {"train": 10, "val": 4, "oos_train": 3, "oos_val": 2}
        self._clinc("clinc150_train_val.json", pairs)

    def test_a_fifth_is_held_out_where_there_is_no_test_part(self) -> None:
        collection = banking77(self.folder)

        self.assertFalse(collection.published)
        self.assertEqual((8, 32), (len(collection.judged), len(collection.learnt)))
        self.assertFalse(set(collection.judged) & set(collection.learnt))

    def test_the_test_part_judges_where_it_is(self) -> None:
        self._banking("banking77_test.csv", [("new", "a")])
        self._clinc("data_full.json", {"test": 5, "oos_test": 7})
        banking, clinc = banking77(self.folder), clinc150(self.folder)

        self.assertTrue(banking.published and clinc.published)
        self.assertEqual([("new", "a")], banking.judged)
        self.assertEqual((12, 13, 6), (len(clinc.judged), len(clinc.learnt), len(clinc.tuning)))

    def test_the_threshold_is_chosen_by_others_than_the_judged(self) -> None:
        collection = clinc150(self.folder)

        self.assertFalse(set(collection.tuning) & set(collection.judged))
        self.assertIn(OUT_OF_SCOPE, {intent for _, intent in collection.tuning})
        self.assertIn(OUT_OF_SCOPE, {intent for _, intent in collection.judged})

    def test_shots_are_as_many_as_asked_and_others_for_another_seed(self) -> None:
        collection = banking77(self.folder)

        self.assertEqual(6, len(collection.shots(3, 0)))
        self.assertEqual(collection.shots(3, 0), collection.shots(3, 0))
        self.assertNotEqual(collection.shots(3, 0), collection.shots(3, 1))

    def _banking(self, name: str, rows: list[tuple[str, str]]) -> None:
        with (self.folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("text", "category"), *rows])

    def _clinc(self, name: str, parts: dict[str, int]) -> None:
        whole = {
            part: [[f"{part} {n}", "oos" if "oos" in part else "a"] for n in range(size)]
            for part, size in parts.items()
        }
        (self.folder / name).write_text(json.dumps(whole), encoding="utf-8")


class TheBotsOwnSentences(unittest.TestCase):
    """How they are parted, and what is told of those typed in a hurry."""

    def test_no_sentence_is_judged_by_who_has_learnt_its_twin(self) -> None:
        same = [
            [f"the {word} price of number {n}" for n in range(4)] for word in ("lowest", "monthly", "whole")
        ]
        asked: list[tuple[set[str], set[str]]] = []

        class Heard:
            def __init__(self, _: object, data: TrainingData) -> None:
                self.learnt = {example.get(TEXT) for example in data.intent_examples}

            def understand(self, messages: list[Message]) -> list[Understood]:
                asked.append((self.learnt, {message.get(TEXT) for message in messages}))
                return [guess("a", 0.9) for _ in messages]

        with tempfile.TemporaryDirectory() as folder, patch.object(judging, "_trained", Heard):
            examples = "".join(f"      - {text}\n" for texts in same for text in texts)
            (Path(folder) / "en").mkdir()
            (Path(folder) / "en" / "a.yml").write_text(
                f'version: "3.1"\nnlu:\n  - intent: a\n    examples: |\n{examples}'
            )
            judged = judging.own_folds([], Path(folder))

        self.assertEqual(12, len(judged.understood))
        for learnt, held in asked:
            for texts in same:
                self.assertFalse(learnt & set(texts) and held & set(texts))

    def test_those_in_a_hurry_are_told_by_language(self) -> None:
        intents = ["a", "a", "a", "a", OUT_OF_SCOPE]
        understood = [
            guess("a", 0.9),
            guess("b", 0.9),
            guess("a", 0.1),
            guess(OUT_OF_SCOPE, 0.9),
            guess("a", 0.1),
        ]
        judged = Judged([""] * 5, intents, ["en"] * 5, [[]] * 5, understood)

        self.assertEqual(
            [("by hand, en", "5", "25.0 %", "25.0 %", "100.0 %")], own_slips({"by hand": judged}, 0.2).rows
        )


class ThePicture(unittest.TestCase):
    """Looked at by people; here only that there is one."""

    def test_it_is_drawn(self) -> None:
        truth = ["a", "b", "a", "b"]
        understood = [guess("a", 0.9), guess("b", 0.3), guess("b", 0.5), guess("b", 1.0)]
        judged = Judged(truth, truth, ["en"] * 4, [[] for _ in truth], understood)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "images" / "it.png"
            draw(judged, path)

            self.assertTrue(path.read_bytes().startswith(b"\x89PNG"))


class ThePage(unittest.TestCase):
    """What is written between the markers."""

    def test_only_the_section_changes(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder) / "nlu.md"
            page.write_text(
                "before\n<!-- measured: understanding -->\nold\n<!-- end: understanding -->\nafter\n"
            )
            put([Table("Title", ("what",), [("new",)])], "Remark.", page)

            text = page.read_text()
            self.assertTrue(text.startswith("before\n") and text.endswith("\nafter\n"))
            self.assertIn("| new |", text)
            self.assertNotIn("old", text)
            page.write_text("no markers")
            with self.assertRaises(ValueError):
                put([], "", page)


if __name__ == "__main__":
    unittest.main()
