"""Rasa's door to the classifier of intents: features of messages in, an intent with its confidence out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import (
    FEATURE_TYPE_SENTENCE,
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import coo_matrix, csr_matrix

from components.regression import Array, Regression, Tuning, Views

RANKING = 10  # intents that Rasa is told of, the likeliest first


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class MeaningAndWordsClassifier(GraphComponent, IntentClassifier):
    """Weighs an embedding and counts of words together; see `components.regression`."""

    @classmethod
    def required_components(cls) -> list[type]:
        """At least one featurizer of each kind must come before."""
        return [Featurizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See `components.regression.Tuning`."""
        return {"reach": 2.0, "wording": 0.07, "slack": 0.07, "at_least": {}}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Raises `InvalidConfigException` for numbers that are not positive, and for parts that are no parts."""
        for name in ("reach", "wording", "slack"):
            if not config[name] > 0:
                raise InvalidConfigException(f"{name} must be more than 0")
        for label, part in config["at_least"].items():
            if not 0 < part < 1:
                raise InvalidConfigException(f"at_least: {label} must be between 0 and 1")

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003
    ) -> MeaningAndWordsClassifier:
        """One that has learnt nothing yet."""
        cls.validate_config(config)
        return cls(config, model_storage, resource, None)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003
        **kwargs: Any,  # noqa: ARG003
    ) -> MeaningAndWordsClassifier:
        """What `train` has kept. Raises ``ValueError`` if it is not there."""
        with (
            model_storage.read_from(resource) as folder,
            np.load(folder / "regression.npz", allow_pickle=False) as kept,
        ):
            model = Regression(
                **{**kept, "reach": float(kept["reach"]), "temperature": float(kept["temperature"])}
            )
        return cls(config, model_storage, resource, model)

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: Regression | None,
    ) -> None:
        """`model` is what was learnt, or None before that."""
        self._tuning = Tuning(*(config[name] for name in ("reach", "wording", "slack", "at_least")))
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the sentences, and from the intents' names. Raises ``ValueError`` for fewer than two intents."""
        examples = [message for message in training_data.intent_examples if _dense(message, TEXT) is not None]
        names = {message.get(INTENT): _dense(message, INTENT) for message in examples}
        self._model = Regression.fit(
            _views(examples),
            [message.get(INTENT) for message in examples],
            {name: row for name, row in names.items() if row is not None},
            self._tuning,
        )
        with self._model_storage.write_to(self._resource) as folder:
            np.savez(folder / "regression.npz", **vars(self._model))
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """The likeliest intent of each message and its confidence; none where there is nothing to understand."""
        understood = [message for message in messages if _dense(message, TEXT) is not None]
        for message in messages:
            _tell(message, [])
        if understood and self._model is not None:
            probabilities = self._model.probabilities(_views(understood))
            for message, row in zip(understood, probabilities, strict=True):
                likeliest = np.argsort(-row, kind="stable")[:RANKING]
                _tell(message, [(str(self._model.labels[i]), float(row[i])) for i in likeliest])
        return messages


def _tell(message: Message, ranking: list[tuple[str, float]]) -> None:
    told = [{INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: confidence} for name, confidence in ranking]
    first = told[0] if told else {INTENT_NAME_KEY: None, PREDICTED_CONFIDENCE_KEY: 0.0}
    message.set(INTENT, first, add_to_output=True)
    message.set(INTENT_RANKING_KEY, told, add_to_output=True)


def _views(messages: list[Message]) -> Views:
    by_featurizer = zip(*(_sparse(message) for message in messages), strict=True)
    return Views(
        np.stack([_dense(message, TEXT) for message in messages]), [_stacked(rows) for rows in by_featurizer]
    )


def _stacked(rows: Sequence[coo_matrix]) -> csr_matrix:
    """One matrix of them; `scipy.sparse.vstack` takes longer than all the rest for a single one."""
    borders = np.cumsum([0, *(row.nnz for row in rows)])
    counts, columns = (np.concatenate([getattr(row, part) for row in rows]) for part in ("data", "col"))
    return csr_matrix((counts, columns, borders), (len(rows), rows[0].shape[1]))


def _dense(message: Message, attribute: str) -> Array | None:
    _, sentence = message.get_dense_features(attribute)
    return None if sentence is None else np.asarray(sentence.features[0], dtype=np.float32)


def _sparse(message: Message) -> list[coo_matrix]:
    """The features of each sparse featurizer by itself, in their order in the pipeline."""
    rows = [
        it.features.tocoo()
        for it in message.features
        if it.is_sparse() and it.type == FEATURE_TYPE_SENTENCE and it.attribute == TEXT
    ]
    if not rows:
        raise ValueError("put a sparse featurizer before the classifier, such as CountVectorsFeaturizer")
    return rows
