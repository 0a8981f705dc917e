"""Rasa's door to the sentence embedding: a dense feature of the whole message."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.constants import INTENT_MESSAGE_PREFIX
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.common import class_from_module_path

from components.embedding import SentenceEmbedder

BATCH = 16  # sentences; more at once leave the cache, and take longer


def is_payload(message: Message) -> bool:
    """Whether a button speaks (``/intent{...}``): Rasa reads it by itself, there is nothing to understand."""
    return str(message.get(TEXT, "")).lstrip().startswith(INTENT_MESSAGE_PREFIX)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEmbeddingFeaturizer(DenseFeaturizer, GraphComponent):
    """Adds to each message where its sentence lies, and in training where its intent's name lies."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``embedder``: the class of a `SentenceEmbedder`, by its path."""
        return {
            **DenseFeaturizer.get_default_config(),
            "embedder": "components.embedding.MultilingualE5Small",
        }

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Raises `InvalidConfigException` if there is no such embedder."""
        try:
            class_from_module_path(config["embedder"])
        except (ImportError, AttributeError, ValueError) as error:
            raise InvalidConfigException(f"embedder: there is no {config['embedder']}") from error

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,  # noqa: ARG003
        resource: Resource,  # noqa: ARG003
        execution_context: ExecutionContext,
    ) -> SentenceEmbeddingFeaturizer:
        """For training and for use alike: the model behind it is not trained here."""
        cls.validate_config(config)
        embedder = class_from_module_path(config["embedder"])()
        return cls(execution_context.node_name, config, embedder)

    def __init__(self, name: str, config: dict[str, Any], embedder: SentenceEmbedder) -> None:
        """Features carry `name`; `embedder` gives the sentences their places."""
        super().__init__(name, config)
        self._embedder = embedder

    def process(self, messages: list[Message]) -> list[Message]:
        """Feature of the text, but for payloads of buttons and messages without words."""
        spoken = [message for message in messages if _has_words(message) and not is_payload(message)]
        for start in range(0, len(spoken), BATCH):
            batch = spoken[start : start + BATCH]
            rows = self._embedder.embed([message.get(TEXT) for message in batch])
            for message, row in zip(batch, rows, strict=True):
                self._add(message, TEXT, row)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Features of texts, and of the intents' names in words: a name is an example that somebody chose with care."""
        self.process(training_data.training_examples)
        names = sorted(training_data.intents)
        rows = self._embedder.embed([in_words(name) for name in names])
        places = dict(zip(names, rows, strict=True))
        for message in training_data.intent_examples:
            self._add(message, INTENT, places[message.get(INTENT)])
        return training_data

    def _add(self, message: Message, attribute: str, row: np.ndarray) -> None:
        message.add_features(Features(row[np.newaxis, :], FEATURE_TYPE_SENTENCE, attribute, self._identifier))


def in_words(name: str) -> str:
    """``ask_order_status`` → ``ask order status``."""
    return name.replace("_", " ").replace("/", " ")


def _has_words(message: Message) -> bool:
    return bool(str(message.get(TEXT) or "").strip())
