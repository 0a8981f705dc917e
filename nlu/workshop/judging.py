"""What a model is judged by, and how two of them compare. Only what is under ``tests/`` judges. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import yaml
from yaml.composer import ComposerError

from actions.examples import annotated
from actions.turn import FALLBACK_INTENT
from workshop.errors import BadRequest
from workshop.texts import Files

Topics = Mapping[str, str]
"""The topic that a model has understood, by text."""

_KINDS = (("held_out", "tests/understanding/"), ("mistyped", "tests/mistyped/"))
_STORIES = "tests/stories/"


@dataclass(frozen=True)
class Sentence:
    """One that the model has not learnt."""

    kind: str  # "held_out" | "mistyped"
    text: str
    language: str
    expected: str


@dataclass(frozen=True)
class Dialogue:
    """Sentences in a row, each with its topic."""

    name: str
    turns: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Exam:
    """All that judges. ``real``: sentences of customers, by their ids, whose topic nobody has told."""

    sentences: tuple[Sentence, ...]
    dialogues: tuple[Dialogue, ...]
    real: Mapping[str, str]

    @property
    def texts(self) -> list[str]:
        """All that is to be understood, each once."""
        said = [each.text for each in self.sentences]
        said += [text for dialogue in self.dialogues for text, _ in dialogue.turns]
        return list(dict.fromkeys([*said, *self.real.values()]))


def exam_of(files: Files, real: Mapping[str, str]) -> Exam:
    """Read the tests of a text. Raises ``BadRequest`` naming the file that cannot be read."""
    sentences: list[Sentence] = []
    dialogues: list[Dialogue] = []
    for path in sorted(files):
        for kind, folder in _KINDS:
            if path.startswith(folder):
                sentences += _read(_sentences, kind, path.removeprefix(folder), path, files[path])
        if path.startswith(_STORIES):
            dialogues += _read(_dialogues, path, files[path])
    return Exam(tuple(sentences), tuple(dialogues), dict(real))


def figures_of(exam: Exam, topics: Topics, trained_seconds: float) -> dict[str, Any]:
    """How a model did."""

    def score(right: Iterable[bool]) -> dict[str, int]:
        marks = list(right)
        return {"right": sum(marks), "of": len(marks)}

    return {
        **{
            kind: score(topics[each.text] == each.expected for each in exam.sentences if each.kind == kind)
            for kind, _ in _KINDS
        },
        "dialogues": score(_passed(each, topics) for each in exam.dialogues),
        "trained_seconds": round(trained_seconds, 1),
    }


def compared(
    exam: Exam,
    draft: Topics,
    published: Topics | None,
    known: Sequence[str],
    *,
    figures: Mapping[str, Any],
    figures_before: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """What got better, what worse, and which real sentences change their answer.

    ``known``: the topics that the published model knows; a topic that is new has no "before".
    """
    return {
        "published": figures_before,
        "draft": figures,
        "worse": figures_before is not None
        and any(
            figures[kind]["right"] < figures_before[kind]["right"]
            for kind in ("held_out", "mistyped", "dialogues")
        ),
        "topics": _by_topic(exam.sentences, draft, published, known),
        "sentences": [] if published is None else _changed(exam.sentences, draft, published),
        "dialogues": [
            {
                "name": each.name,
                "before": None if published is None else _verdict(_passed(each, published)),
                "after": _verdict(_passed(each, draft)),
            }
            for each in exam.dialogues
        ],
        "real": []
        if published is None
        else [
            {"id": key, "text": text, "before": published[text], "after": draft[text]}
            for key, text in exam.real.items()
            if published[text] != draft[text]
        ],
    }


def topic_of(parsed: Mapping[str, Any]) -> str:
    """The topic, out of Rasa's parsing."""
    return str((parsed.get("intent") or {}).get("name") or FALLBACK_INTENT)


def _by_topic(
    sentences: Sequence[Sentence], draft: Topics, published: Topics | None, known: Sequence[str]
) -> list[dict[str, Any]]:
    held = [each for each in sentences if each.kind == "held_out"]

    def score(topic: str, topics: Topics) -> dict[str, int]:
        own = [topics[each.text] == topic for each in held if each.expected == topic]
        return {"right": sum(own), "of": len(own)}

    return [
        {
            "topic": topic,
            "before": score(topic, published) if published is not None and topic in known else None,
            "after": score(topic, draft),
        }
        for topic in sorted({each.expected for each in held})
    ]


def _changed(sentences: Sequence[Sentence], draft: Topics, published: Topics) -> list[dict[str, Any]]:
    return [
        {
            "text": each.text,
            "language": each.language,
            "expected": each.expected,
            "before": published[each.text],
            "after": draft[each.text],
            "verdict": "better"
            if draft[each.text] == each.expected
            else "worse"
            if published[each.text] == each.expected
            else "changed",
        }
        for each in sentences
        if published[each.text] != draft[each.text]
    ]


def _passed(dialogue: Dialogue, topics: Topics) -> bool:
    return all(topics[text] == topic for text, topic in dialogue.turns)


def _verdict(passed: bool) -> str:
    return "passed" if passed else "failed"


def _read(read: Callable[..., list[Any]], *what: str) -> list[Any]:
    """With the file named that cannot be read: the last but one of ``what`` is its path, the last its text."""
    *more, path, text = what
    try:
        return read(*more, yaml.load(text, _Loader))  # noqa: S506 - it is a SafeLoader
    except (yaml.YAMLError, ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise BadRequest(f"{path}: {wrong}") from wrong
    except RecursionError:
        raise BadRequest(f"{path}: there are too many things within each other") from None


class _Loader(yaml.SafeLoader):
    """Takes no short names for what stands elsewhere: a few lines of them may stand for more than any memory holds."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise ComposerError(None, None, "write it out, without * and &", mark)
        return super().compose_node(parent, index)


def _sentences(kind: str, file: str, parsed: Any) -> list[Sentence]:
    language = PurePosixPath(file).parts[0].removesuffix(".yml")
    return [Sentence(kind, text, language, intent) for intent, text, _ in annotated(parsed)]


def _dialogues(parsed: Any) -> list[Dialogue]:
    return [
        Dialogue(
            str(story["story"]),
            tuple(
                (str(step["user"]).strip(), str(step["intent"])) for step in story["steps"] if "user" in step
            ),
        )
        for story in (parsed.get("stories") or ())
    ]
