"""Rasa's door to the finders."""

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.io import dump_obj_as_json_to_file, read_json_file

from components.entities.finder import Finder
from components.entities.tables import Tables

_FILE = "tables.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class NameAndNumberExtractor(GraphComponent, EntityExtractorMixin):
    """Finds order numbers, phones, amounts, dates, times, towns, streets, and entities that are lists of phrases.

    It learns the lookup tables of the training data, and which words are no names: those that stand in the training
    sentences outside of entities. ``listed`` names the entities that are nothing but the phrases of their table.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """No list, no entity out of one."""
        return {"listed": []}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003 - Rasa's signature
    ) -> "NameAndNumberExtractor":
        """As Rasa makes one to be trained."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003
        **kwargs: Any,  # noqa: ARG003
    ) -> "NameAndNumberExtractor":
        """As Rasa makes one out of a model."""
        with model_storage.read_from(resource) as folder:
            learnt = read_json_file(folder / _FILE)
        lookups = {name: tuple(phrases) for name, phrases in learnt["lookups"].items()}
        return cls(config, model_storage, resource, Tables(lookups, frozenset(learnt["common"])))

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        tables: Tables | None = None,
    ) -> None:
        self._listed: list[str] = config["listed"]
        self._model_storage = model_storage
        self._resource = resource
        self._finder = None if tables is None else Finder(tables, self._listed)

    def train(self, training_data: TrainingData) -> Resource:
        """Keep what the training data tells. Called by Rasa, by the name of the parameter."""
        tables = Tables.of(
            ((table["name"], table["elements"]) for table in training_data.lookup_tables),
            (_without_entities(message) for message in training_data.intent_examples),
        )
        self._finder = Finder(tables, self._listed)
        with self._model_storage.write_to(self._resource) as folder:
            learnt = {"lookups": {**tables.lookups}, "common": sorted(tables.common)}
            dump_obj_as_json_to_file(folder / _FILE, learnt)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Add what the messages name. Called by Rasa, by the name of the parameter."""
        assert self._finder is not None, "neither trained nor loaded"
        for message in messages:
            entities = [*message.get(ENTITIES, []), *self._entities(self._finder, message.get(TEXT) or "")]
            message.set(ENTITIES, entities, add_to_output=True)
        return messages

    def _entities(self, finder: Finder, text: str) -> list[dict[str, Any]]:
        return [
            {
                "entity": found.entity,
                "value": text[start:end] if found.value is None else found.value,
                "start": start,
                "end": end,
                "extractor": self.name,
            }
            for found, start, end in finder.find(text)
        ]


def _without_entities(message: Message) -> str:
    text = str(message.get(TEXT))
    for entity in message.get(ENTITIES, []):
        text = text[: entity["start"]] + " " * (entity["end"] - entity["start"]) + text[entity["end"] :]
    return text
