"""The featurizer and the classifier in Rasa's hands, with a small model of our own behind them."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.exceptions import InvalidConfigException

from components.classifier import MeaningAndWordsClassifier
from components.embedding import MultilingualE5Small
from components.featurizer import SentenceEmbeddingFeaturizer, in_words
from evaluation.pipeline import Pipeline
from evaluation.sentences import as_heard, as_training
from tests.code.fakes import WordSums, pairs, steps


def trained() -> Pipeline:
    """One that has learnt the small data."""
    pipeline = Pipeline(steps())
    pipeline.learn(as_training(pairs()))
    return pipeline


class InThePipeline(unittest.TestCase):
    """What a customer's sentence becomes."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.pipeline = trained()

    def test_another_model_is_named_in_the_configuration_and_serves(self) -> None:
        [price, speed] = self.pipeline.understand(as_heard(["the price of it", "what speed is it"]))

        self.assertEqual(("ask_price", "ask_speed"), (price.intent, speed.intent))
        self.assertFalse(price.refused)

    def test_confidences_are_a_distribution_and_the_likeliest_comes_first(self) -> None:
        [it] = self.pipeline.understand(as_heard(["see you"]))

        self.assertAlmostEqual(1.0, sum(confidence for _, confidence in it.ranking), places=5)
        self.assertEqual(sorted(it.ranking, key=lambda guess: -guess[1]), it.ranking)

    def test_a_button_is_not_embedded_and_nothing_is_guessed(self) -> None:
        WordSums.heard.clear()
        [payload] = self.pipeline.understand(as_heard(['  /ask_price{"tariff": "x"}']))

        self.assertEqual([], WordSums.heard)
        self.assertEqual([], payload.ranking)
        self.assertTrue(payload.refused)

    def test_messages_without_words_are_not_understood_and_spoil_no_batch(self) -> None:
        empty, blank, bye = self.pipeline.understand(as_heard(["", "  \n", "bye for now"]))

        self.assertTrue(empty.refused)
        self.assertTrue(blank.refused)
        self.assertEqual("goodbye", bye.intent)

    def test_signs_alone_are_taken_as_they_come(self) -> None:
        for text in ("?", ":)", "😀", "...", "\u2060/ask_price", "1", "a"):
            [it] = self.pipeline.understand(as_heard([text]))
            self.assertTrue(it.ranking, text)

    def test_an_unknown_language_gets_an_answer_with_little_confidence(self) -> None:
        [it] = self.pipeline.understand(as_heard(["どこにありますか"]))

        self.assertLess(it.confidence, 0.6)

    def test_a_sentence_is_embedded_once(self) -> None:
        WordSums.heard.clear()
        self.pipeline.understand(as_heard(["how fast is it"]))

        self.assertEqual([["how fast is it"]], WordSums.heard)

    def test_two_trainings_understand_the_same(self) -> None:
        texts = [text for text, _ in pairs()] + ["the speed please"]
        one, other = (it.understand(as_heard(texts)) for it in (self.pipeline, trained()))

        self.assertEqual([it.ranking for it in one], [it.ranking for it in other])


class Kept(unittest.TestCase):
    """What is kept in a model."""

    def setUp(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.addCleanup(self._folder.cleanup)
        self.storage = LocalModelStorage(Path(self._folder.name))
        self.context = ExecutionContext(GraphSchema({}), node_name="it")
        self.featurizer = SentenceEmbeddingFeaturizer.create(
            {**SentenceEmbeddingFeaturizer.get_default_config(), "embedder": "tests.code.fakes.WordSums"},
            self.storage,
            Resource("featurizer"),
            self.context,
        )

    def test_a_loaded_classifier_answers_as_the_trained_one(self) -> None:
        pipeline = trained()
        classifier = next(it for it, *_ in pipeline.components if isinstance(it, MeaningAndWordsClassifier))
        resource, config = Resource("kept"), MeaningAndWordsClassifier.get_default_config()
        again = MeaningAndWordsClassifier.create(config, self.storage, resource, self.context)
        data = as_training(pairs())
        for it, _, preparing in pipeline.components:
            if preparing:
                it.process_training_data(training_data=data)
        again.train(training_data=data)
        loaded = MeaningAndWordsClassifier.load(config, self.storage, resource, self.context)
        answers = []
        for it in (classifier, again, loaded):
            it.process(messages=data.intent_examples)
            answers.append([message.get("intent_ranking") for message in data.intent_examples])

        self.assertEqual(answers[0], answers[1])
        self.assertEqual(answers[1], answers[2])

    def test_nothing_is_pickled(self) -> None:
        pipeline = trained()
        files = [path for path in Path(pipeline.folder.name).rglob("*Classifier/*") if path.is_file()]

        self.assertEqual(["regression.npz"], [path.name for path in files])
        with np.load(files[0], allow_pickle=False) as kept:
            self.assertTrue(all(kept[name].dtype != object for name in kept))

    def test_a_model_that_is_not_there_is_an_error(self) -> None:
        with self.assertRaises(ValueError):
            MeaningAndWordsClassifier.load(
                MeaningAndWordsClassifier.get_default_config(),
                self.storage,
                Resource("nothing"),
                self.context,
            )

    def test_settings_that_cannot_be_are_refused(self) -> None:
        for setting in ({"reach": 0}, {"wording": 0}, {"slack": 0}, {"at_least": {"out_of_scope": 1}}):
            with self.assertRaises(InvalidConfigException):
                MeaningAndWordsClassifier.validate_config(
                    {**MeaningAndWordsClassifier.get_default_config(), **setting}
                )
        for path in ("components.embedding.NoSuchModel", "no.such.module", "nothing"):
            with self.assertRaises(InvalidConfigException):
                SentenceEmbeddingFeaturizer.validate_config({"embedder": path})

    def test_names_are_read_as_words(self) -> None:
        self.assertEqual("ask order status", in_words("ask_order_status"))


class TheModelThatShips(unittest.TestCase):
    """multilingual-e5-small."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.model = MultilingualE5Small()

    def test_rows_have_length_one_and_do_not_depend_on_their_company(self) -> None:
        texts = ["kde je moje objednávka", "where is my order", "nejde mi wifi"]
        together = self.model.embed(texts)

        np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
        np.testing.assert_allclose(together[1], self.model.embed([texts[1]])[0], atol=1e-5)

    def test_the_same_in_two_languages_is_nearer_than_two_things_in_one(self) -> None:
        czech, english, other = self.model.embed(
            ["kde je moje objednávka", "where is my order", "nejde mi wifi"]
        )

        self.assertGreater(czech @ english, czech @ other)

    def test_no_text_is_too_strange(self) -> None:
        rows = self.model.embed(["\ud800", "\0nothing", "", "a" * 4000, "😀" * 500, "e" + "\u0301" * 1000])

        self.assertTrue(np.isfinite(rows).all())
        self.assertEqual((6, 384), rows.shape)


if __name__ == "__main__":
    unittest.main()
