"""The workshop's pure parts, and its children on small stand-ins."""

from __future__ import annotations

import asyncio
import tempfile
import unittest
from pathlib import Path

from workshop.child import Child
from workshop.errors import BadRequest, ChildEnded
from workshop.judging import compared, exam_of, figures_of
from workshop.progress import JUDGE_DRAFT, Progress
from workshop.rehearsal import understood_view
from workshop.texts import Texts, digest_of

TESTS = {
    "tests/understanding/cs.yml": (
        "nlu:\n  - intent: greet\n    examples: |\n      - zdar\n      - nazdar z [Brna](town)\n"
        "  - intent: ask_tv\n    examples: |\n      - máte televizi\n"
    ),
    "tests/mistyped/en.yml": "nlu:\n  - intent: greet\n    examples: |\n      - helo\n",
    "tests/stories/all.yml": (
        "stories:\n  - story: Hello\n    steps:\n      - user: |\n          zdar\n        intent: greet\n"
        "      - action: action_answer\n      - user: |\n          helo\n        intent: greet\n"
    ),
}


class Judging(unittest.TestCase):
    """Only what is under tests/ judges."""

    def setUp(self) -> None:
        self.exam = exam_of({**TESTS, "data/nlu/cs/a.yml": "not read"}, {"r1": "kde je můj účet"})

    def test_what_is_asked(self) -> None:
        """Each text once, without its marks."""
        self.assertEqual(
            self.exam.texts, ["helo", "zdar", "nazdar z Brna", "máte televizi", "kde je můj účet"]
        )
        kinds = {(each.kind, each.language, each.expected) for each in self.exam.sentences}
        self.assertEqual(
            kinds, {("mistyped", "en", "greet"), ("held_out", "cs", "greet"), ("held_out", "cs", "ask_tv")}
        )

    def test_better_worse_and_new(self) -> None:
        """A topic that the published model does not know has no figures of before."""
        before = dict.fromkeys(self.exam.texts, "greet")
        after = {
            **before,
            "máte televizi": "ask_tv",
            "zdar": "goodbye",
            "nazdar z Brna": "greet",
            "kde je můj účet": "ask_invoice",
        }
        figures, old = figures_of(self.exam, after, 80.04), figures_of(self.exam, before, 0.0)
        self.assertEqual(figures["held_out"], {"right": 2, "of": 3})
        self.assertEqual(old["held_out"], {"right": 2, "of": 3})
        self.assertEqual(figures["trained_seconds"], 80.0)
        result = compared(self.exam, after, before, ["greet"], figures=figures, figures_before=old)
        self.assertEqual(
            [(each["text"], each["verdict"]) for each in result["sentences"]],
            [("zdar", "worse"), ("máte televizi", "better")],
        )
        self.assertEqual(
            result["topics"],
            [
                {"topic": "ask_tv", "before": None, "after": {"right": 1, "of": 1}},
                {"topic": "greet", "before": {"right": 2, "of": 2}, "after": {"right": 1, "of": 2}},
            ],
        )
        self.assertEqual(result["dialogues"], [{"name": "Hello", "before": "passed", "after": "failed"}])
        self.assertEqual([each["id"] for each in result["real"]], ["r1"])
        self.assertTrue(result["worse"])

    def test_nothing_to_compare_with(self) -> None:
        """The first of all."""
        topics = dict.fromkeys(self.exam.texts, "greet")
        figures = figures_of(self.exam, topics, 1.0)
        result = compared(self.exam, topics, None, [], figures=figures, figures_before=None)
        self.assertFalse(result["worse"])
        self.assertEqual((result["sentences"], result["real"], result["published"]), ([], [], None))

    def test_a_file_that_cannot_be_read_is_named(self) -> None:
        """In place of a crash in the middle of a training."""
        for text in ("nlu: [", "- 1", "nlu:\n  - intent: greet\n"):
            with self.assertRaisesRegex(BadRequest, "tests/understanding/cs.yml"):
                exam_of({"tests/understanding/cs.yml": text}, {})


class Progressing(unittest.TestCase):
    """How far, and how long still."""

    def test_it_follows_this_days_pace(self) -> None:
        """Where it is slower today, the rest is reckoned to be slower, too, if not as much: little is known yet."""
        progress = Progress({"a": 10.0, "b": 10.0, "c": 20.0}, began=0.0)
        self.assertEqual((progress.left(0.0), progress.share(0.0)), (40.0, 0.0))
        progress.begin("a", 0.0)
        progress.begin("b", 20.0)
        self.assertAlmostEqual(progress.left(20.0), 40.0)
        self.assertAlmostEqual(progress.share(20.0), 1 / 3)
        self.assertAlmostEqual(progress.left(30.0), 30.0)

    def test_it_never_goes_back(self) -> None:
        """Whatever the estimate does."""
        progress = Progress({"a": 10.0, "b": 10.0}, began=0.0)
        progress.begin("a", 0.0)
        seen = [progress.share(now) for now in (1.0, 9.0, 30.0, 60.0)]
        progress.begin("b", 60.0)
        seen += [progress.share(now) for now in (61.0, 100.0, 180.0)]
        self.assertEqual(seen, sorted(seen))

    def test_parts_and_steps_of_one_name(self) -> None:
        """The second of a name is another step; a part that is known counts."""
        progress = Progress({"Count": 5.0, "Count 2": 35.0, JUDGE_DRAFT: 10.0}, began=0.0)
        progress.begin("Count", 0.0)
        progress.begin("Count", 5.0)
        self.assertEqual(progress.step, "Count 2")
        progress.skip(["Count 2"])
        progress.begin(JUDGE_DRAFT, 40.0)
        progress.part = 0.5
        self.assertEqual(progress.left(41.0), 5.0)


class Rehearsing(unittest.TestCase):
    """What was understood, as it is shown."""

    def test_offsets_are_those_of_what_was_typed(self) -> None:
        """The guard before a slash was not typed."""
        view = understood_view(
            {
                "text": "\u2060/x Brno",
                "intent": {"name": "nlu_fallback", "confidence": 0.7},
                "intent_ranking": [
                    {"name": "nlu_fallback", "confidence": 0.7},
                    {"name": "greet", "confidence": 0.2},
                ],
                "entities": [{"entity": "town", "start": 4, "end": 8, "value": "Brno"}],
            }
        )
        self.assertEqual(view["entities"], [{"start": 3, "end": 7, "entity": "town", "value": "Brno"}])
        self.assertEqual((view["topic"], view["confidence"]), ("nlu_fallback", 0.2))
        self.assertEqual(view["guesses"], [{"topic": "greet", "confidence": 0.2}])


class Texting(unittest.IsolatedAsyncioTestCase):
    """A text as a folder."""

    async def test_the_same_text_is_the_same_folder_and_old_ones_go(self) -> None:
        """Only what is used lately is kept."""
        with tempfile.TemporaryDirectory() as root:
            texts = Texts(Path(root) / "texts")
            async with texts.use({"data/nlu/cs/a.yml": "č\r\n"}) as first:
                self.assertEqual((first / "data/nlu/cs/a.yml").read_bytes(), "č\r\n".encode())
            for number in range(6):
                async with texts.use({"data/a.yml": str(number)}):
                    pass
            self.assertEqual(len(list((Path(root) / "texts").iterdir())), 6)
            self.assertFalse(first.exists())

    async def test_nothing_is_written_elsewhere(self) -> None:
        """Paths that lead out, surrogates, and too much."""
        with tempfile.TemporaryDirectory() as root:
            texts = Texts(Path(root) / "texts")
            for path in (
                "../a.yml",
                "/data/a.yml",
                "data/../../a.yml",
                "data/a.py",
                "config.yml",
                "x/a.yml",
                "data/.a.yml",
            ):
                with self.assertRaises(BadRequest):
                    async with texts.use({path: ""}):
                        pass
            for text in ("\ud800", "x" * (17 * 1024 * 1024)):
                with self.assertRaises(BadRequest):
                    async with texts.use({"data/a.yml": text}):
                        pass
            self.assertNotEqual(digest_of({"a": "b"}), digest_of({"ab": ""}))


class Children(unittest.IsolatedAsyncioTestCase):
    """Processes that speak lines of JSON."""

    async def test_it_answers_and_is_killed(self) -> None:
        """With what its libraries print in the log alone."""
        with tempfile.TemporaryDirectory() as root:
            child = await Child.start("tests.code.echo", log=Path(root) / "log")
            answers = await asyncio.gather(*(child.ask({"say": number}) for number in range(5)))
            self.assertEqual(answers, [{"said": number} for number in range(5)])
            waiting = asyncio.ensure_future(child.ask({"wait": True}))
            await asyncio.sleep(0)
            waiting.cancel()
            self.assertEqual(await child.ask({"say": "next"}), {"said": "next"})
            await child.kill()
            with self.assertRaisesRegex(ChildEnded, "printed"):
                await child.ask({"say": 1})


if __name__ == "__main__":
    unittest.main()
