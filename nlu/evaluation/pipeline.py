"""The pipeline of ``config.yml``, trained and asked in this process: what is judged is what runs.

Rasa's own graph does the same step by step, but keeps fingerprints of every step, which takes longer than the
learning.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import (
    ENTITIES,
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

CONFIG = Path(__file__).resolve().parent.parent / "config.yml"
EMBEDDING = "components.featurizer.SentenceEmbeddingFeaturizer"
_PREPARING = {
    DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER,
    DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER,
}


@dataclass(frozen=True)
class Understood:
    """What was made of one sentence: intents with their confidence, the likeliest first, and what is named."""

    ranking: list[tuple[str, float]]
    entities: list[dict[str, Any]]
    refused: bool  # by the pipeline's own threshold

    @property
    def intent(self) -> str:
        """The likeliest intent, whether sure enough or not."""
        return self.ranking[0][0] if self.ranking else ""

    @property
    def confidence(self) -> float:
        """That of the likeliest intent."""
        return self.ranking[0][1] if self.ranking else 0.0


def configured(path: Path = CONFIG, embedder: str | None = None) -> list[dict[str, Any]]:
    """The pipeline's components with their settings; `embedder` takes the place of the one that is set."""
    steps: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))["pipeline"]
    if embedder is not None:
        steps = [{**step, "embedder": embedder} if step["name"] == EMBEDDING else step for step in steps]
    return steps


class Pipeline:
    """Components one after the other, as Rasa wires them."""

    def __init__(self, steps: list[dict[str, Any]]) -> None:
        """Components that have learnt nothing yet. Raises Rasa's exceptions for settings that are wrong."""
        self.folder = tempfile.TemporaryDirectory(prefix="linka-nlu-")
        storage = LocalModelStorage(Path(self.folder.name))
        self.components: list[tuple[Any, bool, bool]] = []
        for number, step in enumerate(steps):
            registered = DefaultV1Recipe._from_registry(step["name"])  # noqa: SLF001 - how Rasa finds them by name
            config = {
                **registered.clazz.get_default_config(),
                **{key: step[key] for key in step if key != "name"},
            }
            name = f"{number}-{registered.clazz.__name__}"
            context = ExecutionContext(GraphSchema({}), node_name=name)
            component = registered.clazz.create(config, storage, Resource(name), context)
            self.components.append((component, registered.is_trainable, bool(registered.types & _PREPARING)))

    def learn(self, data: TrainingData) -> None:
        """Train every component on what those before it have made of the sentences."""
        for component, trainable, preparing in self.components:
            if trainable:
                component.train(training_data=data)
            if preparing:
                component.process_training_data(training_data=data)

    def understand(self, messages: Sequence[Message]) -> list[Understood]:
        """What the trained components make of sentences."""
        heard = list(messages)
        for component, _, _ in self.components:
            heard = component.process(messages=heard)
        return [_understood(message) for message in heard]


def _understood(message: Message) -> Understood:
    ranking = [
        (guess[INTENT_NAME_KEY], guess[PREDICTED_CONFIDENCE_KEY])
        for guess in message.get(INTENT_RANKING_KEY, [])
    ]
    refused = message.get(INTENT)[INTENT_NAME_KEY] == DEFAULT_NLU_FALLBACK_INTENT_NAME
    return Understood(
        [guess for guess in ranking if guess[0] != DEFAULT_NLU_FALLBACK_INTENT_NAME],
        message.get(ENTITIES, []),
        refused,
    )
