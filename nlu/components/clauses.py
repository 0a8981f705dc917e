"""Rasa's doors to the splitting: parts of a message are understood by the whole pipeline, as messages of their own."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.io import dump_obj_as_json_to_file, read_json_file

from components.featurizer import is_payload
from components.splitting import Splitter

CLAUSES = "clauses"
JOINTS = "joint"  # the lookup table of words between two wishes

_WHOLE = "clause_of"
_FILE = "joints.json"
_TOLD = (TEXT, INTENT, INTENT_RANKING_KEY, ENTITIES)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class ClausesApart(GraphComponent):
    """Sends the parts of a message after it, for all that understands messages up to `ClausesTogether`.

    It must be the first of all. It learns the words between two wishes from the lookup table ``joint``; without one,
    ends of sentences alone divide. Training sentences are of one wish each and need no dividing.
    """

    @classmethod
    def create(
        cls,
        config: dict[str, Any],  # noqa: ARG003
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003 - Rasa's signature
    ) -> ClausesApart:
        """One that knows no joints yet."""
        return cls(model_storage, resource, Splitter(()))

    @classmethod
    def load(
        cls,
        config: dict[str, Any],  # noqa: ARG003
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003
        **kwargs: Any,  # noqa: ARG003
    ) -> ClausesApart:
        """What `train` has kept. Raises ``ValueError`` if it is not there."""
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, Splitter(read_json_file(folder / _FILE)))

    def __init__(self, model_storage: ModelStorage, resource: Resource, splitter: Splitter) -> None:
        self._model_storage = model_storage
        self._resource = resource
        self._splitter = splitter

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the joints."""
        tables = [table for table in training_data.lookup_tables if table["name"] == JOINTS]
        joints = sorted({phrase for table in tables for phrase in table["elements"]})
        self._splitter = Splitter(joints)
        with self._model_storage.write_to(self._resource) as folder:
            dump_obj_as_json_to_file(folder / _FILE, joints)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """The messages, and behind them the parts of those that have some."""
        parts = [
            Message({TEXT: clause, _WHOLE: message})
            for message in messages
            if not is_payload(message)
            for clause in self._splitter.clauses(message.get(TEXT) or "")
        ]
        return [*messages, *parts]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class ClausesTogether(GraphComponent):
    """Tells with each message what was understood of its parts, after `ClausesApart`."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],  # noqa: ARG003
        model_storage: ModelStorage,  # noqa: ARG003
        resource: Resource,  # noqa: ARG003
        execution_context: ExecutionContext,  # noqa: ARG003
    ) -> ClausesTogether:
        """For training and for use alike."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """The messages that were said, without their parts."""
        said = [message for message in messages if message.get(_WHOLE) is None]
        for message in said:
            parts = [part for part in messages if part.get(_WHOLE) is message]
            if parts:
                told = [{name: part.get(name) for name in _TOLD} for part in parts]
                message.set(CLAUSES, told, add_to_output=True)
        return said
