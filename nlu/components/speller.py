"""Rasa's doors to the spelling: a message is understood by the words that are meant, and kept as it was typed."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.io import dump_obj_as_json_to_file, read_json_file

from components.featurizer import is_payload
from components.spelling import Spelling

TYPED = "text_as_typed"
COMMON = 20000  # words of a language, the commonest

_FILE = "words.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class WordsAsMeant(GraphComponent):
    """Replaces mistyped words by known ones, and calms what is all in capitals, from here on to `WordsAsTyped`.

    ``languages``: those of which common words are right as they are, though no training sentence has them.
    What an extractor has found before stays as it is: names of towns are not among the words that are known. Training
    sentences need no reading, they are where the words are known from; so this must come before the tokenizer, and is
    no featurizer to Rasa.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """No language."""
        return {"languages": []}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Raises `InvalidConfigException` for a language that has no list of common words."""
        from wordfreq import available_languages  # training alone needs it

        missing = set(config["languages"]) - available_languages("small").keys()
        if missing:
            raise InvalidConfigException(f"languages: no common words are known of {sorted(missing)}")

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003 - Rasa's signature
    ) -> WordsAsMeant:
        """One that knows no words yet."""
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
    ) -> WordsAsMeant:
        """What `train` has kept. Raises ``ValueError`` if it is not there."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, Spelling(**read_json_file(folder / _FILE)))

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        spelling: Spelling | None,
    ) -> None:
        """`spelling` is what was learnt, or None before that."""
        self._languages: list[str] = config["languages"]
        self._model_storage = model_storage
        self._resource = resource
        self._spelling = spelling

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the words of the sentences, and those that are common in the languages."""
        from wordfreq import top_n_list

        self._spelling = Spelling.of(
            (str(message.get(TEXT)) for message in training_data.intent_examples),
            (word for language in self._languages for word in top_n_list(language, COMMON, wordlist="small")),
        )
        with self._model_storage.write_to(self._resource) as folder:
            learnt = {"known": dict(self._spelling.known), "common": sorted(self._spelling.common)}
            dump_obj_as_json_to_file(folder / _FILE, learnt)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Put the words as they are meant in the place of the text, and the text aside."""
        assert self._spelling is not None, "neither trained nor loaded"
        for message in messages:
            text = message.get(TEXT)
            if text and not is_payload(message):
                named = [(it["start"], it["end"]) for it in message.get(ENTITIES, [])]
                message.set(TYPED, text)
                meant = self._spelling.read(text, named)
                # Whoever shouts means the same; the embedding takes words in capitals for foreign ones.
                message.set(TEXT, meant.capitalize() if meant.isupper() else meant)
        return messages


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class WordsAsTyped(GraphComponent):
    """Gives messages their own text back, after `WordsAsMeant`."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],  # noqa: ARG003
        model_storage: ModelStorage,  # noqa: ARG003
        resource: Resource,  # noqa: ARG003
        execution_context: ExecutionContext,  # noqa: ARG003
    ) -> WordsAsTyped:
        """For training and for use alike."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Put the text back."""
        for message in messages:
            typed = message.get(TYPED)
            if typed is not None:
                message.set(TEXT, typed)
        return messages
