"""Train and judge: each function answers one question about the understanding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.loading import load_data
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.model_selection import StratifiedGroupKFold

from evaluation.measures import Scope, accuracy, best_threshold, scope
from evaluation.pipeline import Pipeline, Understood
from evaluation.sentences import OUT_OF_SCOPE, Collection, Pairs, as_heard, as_training
from evaluation.twins import MANNERS, TARIFFS, Sentence, families

FOLDS = 5
SHOTS = 10
SEEDS = 5
LEAST_REFUSED = 0.78  # of the sentences a threshold is chosen by; 0.75 of those it is judged by are wanted

Steps = list[dict[str, Any]]


@dataclass(frozen=True)
class Judged:
    """Sentences with their truth and what was made of them."""

    sentences: list[str]
    intents: list[str]
    languages: list[str]
    entities: list[list[dict[str, Any]]]
    understood: list[Understood]

    def where(self, holds: Callable[[int], bool]) -> Judged:
        """Those whose number `holds`."""
        rows = [number for number in range(len(self.sentences)) if holds(number)]
        fields = (self.sentences, self.intents, self.languages, self.entities, self.understood)
        return Judged(*([field[row] for row in rows] for field in fields))

    @property
    def guesses(self) -> list[str]:
        """The likeliest intents."""
        return [it.intent for it in self.understood]


def few_shots(steps: Steps, collection: Collection) -> list[float]:
    """Accuracy after ten sentences an intent, for several choices of the ten."""
    return [_accuracy(steps, collection.shots(SHOTS, seed), collection.judged) for seed in range(SEEDS)]


def all_shots(steps: Steps, collection: Collection) -> float:
    """Accuracy after all sentences there are to learn from."""
    return _accuracy(steps, collection.learnt, collection.judged)


def in_and_out(steps: Steps, collection: Collection) -> tuple[float, Scope]:
    """Accuracy in scope without a threshold, and what the threshold does that other sentences than the judged chose."""
    pipeline = _trained(steps, as_training(collection.learnt))
    threshold = best_threshold(*_asked(pipeline, collection.tuning), LEAST_REFUSED)
    truth, understood = _asked(pipeline, collection.judged)
    inside = [row for row, intent in enumerate(truth) if intent != OUT_OF_SCOPE]
    sure = accuracy([truth[row] for row in inside], [understood[row].intent for row in inside])
    return sure, scope(truth, understood, threshold)


def own_folds(steps: Steps, folder: Path) -> Judged:
    """Every sentence of the bot's own data, judged by a bot that has learnt neither it nor a twin (`FOLDS` parts)."""
    data, languages = _own(folder)
    examples = data.intent_examples
    intents = [example.get(INTENT) for example in examples]
    understood: list[Understood | None] = [None] * len(examples)
    parts = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0)
    for learnt, held in parts.split(intents, intents, families([_sentence(it) for it in examples])):
        pipeline = _trained(steps, _with_examples(data, [examples[row] for row in learnt]))
        answers = pipeline.understand(as_heard(examples[row].get(TEXT) for row in held))
        for row, answer in zip(held, answers, strict=True):
            understood[row] = answer
    return _judged(examples, languages, [answer for answer in understood if answer is not None])


def own_bot(steps: Steps, folder: Path) -> Pipeline:
    """The bot as it is: trained on all of its own sentences."""
    data, _ = _own(folder)
    return _trained(steps, _with_examples(data, data.intent_examples))


def own_unseen(bot: Pipeline, tests: Path, typed: Callable[[str], str] = str) -> Judged:
    """The sentences that are kept from training, judged by the bot as it is; `typed` is how they are written."""
    unseen, languages = _own(tests)
    examples = unseen.intent_examples
    return _judged(
        examples, languages, bot.understand(as_heard(typed(example.get(TEXT)) for example in examples))
    )


def _sentence(message: Message) -> Sentence:
    marks = [(it["start"], it["end"]) for it in message.get(ENTITIES, [])]
    return Sentence(message.get(TEXT), MANNERS, marks, TARIFFS)


def _own(folder: Path) -> tuple[TrainingData, list[str]]:
    """Data of all languages, and the language of each of its examples: that of its folder or file."""
    whole = TrainingData()
    languages: list[str] = []
    for file in sorted(folder.rglob("*.yml")):
        part = load_data(str(file))
        language = file.stem if file.parent == folder else file.parent.name
        languages += [language] * len(part.intent_examples)
        whole = whole.merge(part)
    return whole, languages


def _with_examples(data: TrainingData, examples: Sequence[Message]) -> TrainingData:
    """The data with these examples only, fresh: what components add to messages stays behind."""
    return TrainingData(
        [
            Message(deepcopy({key: it.data[key] for key in (TEXT, INTENT, ENTITIES) if key in it.data}))
            for it in examples
        ],
        data.entity_synonyms,
        data.regex_features,
        data.lookup_tables,
    )


def _judged(examples: Sequence[Message], languages: list[str], understood: list[Understood]) -> Judged:
    return Judged(
        [example.get(TEXT) for example in examples],
        [example.get(INTENT) for example in examples],
        languages,
        [example.get(ENTITIES, []) for example in examples],
        understood,
    )


def _trained(steps: Steps, data: TrainingData) -> Pipeline:
    pipeline = Pipeline(steps)
    pipeline.learn(data)
    return pipeline


def _asked(pipeline: Pipeline, pairs: Pairs) -> tuple[list[str], list[Understood]]:
    return [intent for _, intent in pairs], pipeline.understand(as_heard(text for text, _ in pairs))


def _accuracy(steps: Steps, learnt: Pairs, judged: Pairs) -> float:
    truth, understood = _asked(_trained(steps, as_training(learnt)), judged)
    return accuracy(truth, [it.intent for it in understood])
