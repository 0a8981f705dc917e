"""The regression and its confidence, on numbers made up."""

from __future__ import annotations

import unittest
from dataclasses import replace

import numpy as np
from scipy.sparse import csr_matrix

from components.regression import Regression, Tuning, Views

TUNING = Tuning(reach=2.0, wording=0.1, slack=0.1)


def crowd(noise: float, seed: int = 0, number: int = 40) -> tuple[Views, list[str]]:
    """Sentences around four meanings, with a word for each; the more noise, the harder to tell."""
    chance = np.random.default_rng(seed)
    places = np.eye(4, 8)
    which = np.arange(4 * number) % 4
    dense = places[which] + chance.normal(scale=noise, size=(len(which), 8))
    words = csr_matrix(np.eye(4)[which] * (1 + chance.integers(3, size=(len(which), 1))))
    return Views(np.asarray(dense, np.float32), [words]), [f"label {it}" for it in which]


class TheRegression(unittest.TestCase):
    """Closed form."""

    def test_what_was_learnt_is_known(self) -> None:
        views, labels = crowd(0.1)
        model = Regression.fit(views, labels, {}, TUNING)

        guessed = model.labels[model.probabilities(views).argmax(axis=1)]
        self.assertEqual(labels, list(guessed))

    def test_what_each_sentence_got_from_the_others_is_what_a_model_without_it_says(self) -> None:
        views, labels = crowd(0.8, number=6)
        model = Regression.fit(views, labels, {}, TUNING)
        kept = np.arange(len(labels)) != 5
        without = Regression.fit(
            Views(views.dense[kept], [views.sparse[0][kept]]),
            [it for it, k in zip(labels, kept, strict=True) if k],
            {},
            TUNING,
        )
        # The temperature is learnt from those, so that it is nearly the same for both.
        self.assertAlmostEqual(model.temperature, without.temperature, delta=0.1)

    def test_confidence_is_lower_where_it_is_harder(self) -> None:
        sure, unsure = (_confidence(noise).mean() for noise in (0.2, 1.0))
        self.assertGreater(sure, unsure)

    def test_confidence_is_how_often_it_is_right(self) -> None:
        views, labels = crowd(0.6, number=100)
        model = Regression.fit(_silent(views), labels, {}, TUNING)
        new, truth = crowd(0.6, seed=1, number=300)
        probabilities = model.probabilities(_silent(new))
        right = model.labels[probabilities.argmax(axis=1)] == np.array(truth)

        self.assertAlmostEqual(right.mean(), probabilities.max(axis=1).mean(), delta=0.05)

    def test_names_are_examples(self) -> None:
        views, labels = crowd(0.1, number=3)
        name = np.full(8, -1, np.float32)
        model = Regression.fit(views, labels, {"label 2": name, "no such label": name}, TUNING)
        asked = Views(name[np.newaxis, :], [csr_matrix((1, 4))])

        self.assertEqual("label 2", model.labels[model.probabilities(asked).argmax()])

    def test_a_label_commoner_in_life_than_among_the_sentences_has_better_odds(self) -> None:
        views, labels = crowd(1.0)
        asked = _silent(crowd(1.0, seed=1)[0])

        def odds(at_least: dict[str, float]) -> np.ndarray:
            model = Regression.fit(_silent(views), labels, {}, replace(TUNING, at_least=at_least))
            probabilities = model.probabilities(asked)
            return probabilities[:, 3] / probabilities[:, 0]

        learnt = odds({})  # a quarter of the sentences
        np.testing.assert_allclose(odds({"label 3": 0.2, "no such label": 0.9}), learnt, rtol=1e-5)
        np.testing.assert_allclose(odds({"label 3": 0.5}), 3 * learnt, rtol=1e-3)

    def test_one_label_is_nothing_to_tell_apart(self) -> None:
        views, labels = crowd(0.1, number=2)
        with self.assertRaises(ValueError):
            Regression.fit(views, ["all the same"] * len(labels), {}, TUNING)


def _silent(views: Views) -> Views:
    """Without words, which would give it away."""
    return Views(views.dense, [csr_matrix((len(views.dense), 1))])


def _confidence(noise: float) -> np.ndarray:
    learnt, labels = crowd(noise)
    return (
        Regression.fit(_silent(learnt), labels, {}, TUNING)
        .probabilities(_silent(crowd(noise, seed=1)[0]))
        .max(axis=1)
    )


if __name__ == "__main__":
    unittest.main()
