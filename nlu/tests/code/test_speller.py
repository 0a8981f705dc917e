"""The spelling in Rasa's hands: the words as they are meant are for understanding only."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from components.speller import WordsAsMeant, WordsAsTyped
from evaluation.pipeline import Pipeline
from evaluation.sentences import as_heard, as_training
from tests.code.fakes import WordSums, pairs, steps

MEANT = "components.speller.WordsAsMeant"
TYPED = "components.speller.WordsAsTyped"


class InThePipeline(unittest.TestCase):
    """Between the doors and behind them."""

    @classmethod
    def setUpClass(cls) -> None:
        first, *rest = steps()
        cls.pipeline = Pipeline([{"name": MEANT}, first, *rest, {"name": TYPED}])
        cls.pipeline.learn(as_training(pairs()))

    def test_a_mistyped_sentence_is_understood_as_the_right_one(self) -> None:
        right, mistyped = self.pipeline.understand(as_heard(["what speed is it", "waht spede is it"]))

        self.assertEqual(right.ranking, mistyped.ranking)

    def test_a_shouted_sentence_is_understood_as_a_calm_one(self) -> None:
        calm, shouted = self.pipeline.understand(as_heard(["What speed is it!", "WHAT SPEDE IS IT!"]))

        self.assertEqual(calm.ranking, shouted.ranking)

    def test_the_text_is_given_back_as_it_was_typed(self) -> None:
        messages = as_heard(["Waht  spede?", "", " /ask_pricee", "SPEED!"])
        for component, _, _ in self.pipeline.components:
            messages = component.process(messages=messages)

        self.assertEqual(
            ["Waht  spede?", "", " /ask_pricee", "SPEED!"], [message.get(TEXT) for message in messages]
        )
        self.assertEqual(
            {"text", "intent", "intent_ranking"}, set(messages[0].as_dict(only_output_properties=True))
        )

    def test_a_sentence_is_embedded_once_as_it_is_meant(self) -> None:
        WordSums.heard.clear()
        self.pipeline.understand(as_heard(["kolik to stjoi"]))

        self.assertEqual([["kolik to stojí"]], WordSums.heard)


class ByItself(unittest.TestCase):
    """What it keeps, and what it leaves alone."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.storage = LocalModelStorage(self.folder)
        self.context = ExecutionContext(GraphSchema({}), node_name="it")
        self.config = WordsAsMeant.get_default_config()

    def test_a_loaded_one_reads_as_the_trained_one(self) -> None:
        resource = Resource("kept")
        trained = WordsAsMeant.create(self.config, self.storage, resource, self.context)
        trained.train(training_data=as_training(pairs()))
        loaded = WordsAsMeant.load(self.config, self.storage, resource, self.context)
        read = [it.process(messages=as_heard(["waht is the pirce"]))[0].get(TEXT) for it in (trained, loaded)]

        self.assertEqual(["what is the price"] * 2, read)

    def test_what_an_extractor_has_found_is_left_alone(self) -> None:
        reader = WordsAsMeant.create(self.config, self.storage, Resource("kept"), self.context)
        reader.train(training_data=as_training(pairs()))
        town = {"entity": "town", "start": 0, "end": 6, "value": "Pirice"}
        [message] = reader.process(messages=[Message({TEXT: "Pirice pirice", ENTITIES: [town]})])

        self.assertEqual("Pirice price", message.get(TEXT))
        [message] = WordsAsTyped.create({}, self.storage, Resource("typed"), self.context).process(
            messages=[message]
        )
        self.assertEqual("Pirice pirice", message.get(TEXT))

    def test_common_words_of_the_languages_are_right_as_they_are(self) -> None:
        read = []
        for languages in ([], ["en"]):
            reader = WordsAsMeant.create(
                {"languages": languages}, self.storage, Resource("kept"), self.context
            )
            reader.train(training_data=as_training([("where is my spade", "a"), ("see you", "b")]))
            read += [
                message.get(TEXT) for message in reader.process(messages=as_heard(["spare shade where"]))
            ]

        self.assertEqual(["spade spade where", "spare shade where"], read)

    def test_a_language_without_common_words_is_refused(self) -> None:
        with self.assertRaises(InvalidConfigException):
            WordsAsMeant.create({"languages": ["cs", "tlh"]}, self.storage, Resource("kept"), self.context)

    def test_a_model_that_is_not_there_is_an_error(self) -> None:
        with self.assertRaises(ValueError):
            WordsAsMeant.load(self.config, self.storage, Resource("nothing"), self.context)


if __name__ == "__main__":
    unittest.main()
