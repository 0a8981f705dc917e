"""Kernel regression on two views of a sentence, what it means and how it is worded, with an honest confidence. Pure.

Every training sentence votes for its label, weighted by how near it is. The weights have a closed form, and so has what
each sentence would have got from all the others alone; the latter teaches how far the confidence can be trusted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, vstack
from scipy.special import log_softmax, softmax
from sklearn.preprocessing import normalize

Array = npt.NDArray[np.float32]

SHARPEST, SOFTEST = 0.01, 2.0  # temperatures


@dataclass(frozen=True)
class Views:
    """Sentences, one a row, in both views: dense (an embedding) and sparse (counts of words and their pieces)."""

    dense: Array
    sparse: csr_matrix

    def with_meanings(self, dense: Array) -> Views:
        """These sentences, and others whose wording says nothing."""
        silent = csr_matrix((len(dense), self.sparse.shape[1]))
        return Views(np.vstack([self.dense, dense]), vstack([self.sparse, silent], format="csr"))


@dataclass(frozen=True)
class Tuning:
    """How it learns.

    `reach` is how quickly nearness of meaning fades, `wording` the weight of words beside meaning, `slack` how much
    a sentence may be contradicted by its neighbours.
    """

    reach: float
    wording: float
    slack: float


@dataclass(frozen=True)
class Regression:
    """A trained model: everything is an array or a number, so that it can be kept without pickle."""

    labels: npt.NDArray[np.str_]
    centre: Array  # of the dense view
    rarity: Array  # inverse document frequency, of the sparse view
    anchors: Array  # meanings of the sentences learnt
    votes: Array  # theirs, for each label
    words: Array  # weights of the sparse view, for each label
    reach: float
    temperature: float

    @classmethod
    def fit(cls, views: Views, labels: list[str], names: dict[str, Array], tuning: Tuning) -> Regression:
        """Learn from sentences and their labels; `names` has the meaning of labels' own names, examples as well.

        Raises ``ValueError`` for fewer than two labels.
        """
        known = sorted(set(labels))
        if len(known) < 2:
            raise ValueError("there is nothing to tell apart: fewer than two labels")
        centre = views.dense.mean(axis=0)
        rarity = _rarity(views.sparse)
        named = [label for label in known if label in names]
        if named:
            views = views.with_meanings(np.stack([names[label] for label in named]))
        anchors, worded = _centred(views.dense, centre), _worded(views.sparse, rarity)
        truth = np.searchsorted(known, [*labels, *named])
        wanted = np.full((len(truth), len(known)), -1 / len(known), np.float32)
        wanted[np.arange(len(truth)), truth] += 1

        kernel = _nearness(anchors, anchors, tuning.reach) + tuning.wording * (worded @ worded.T).toarray()
        kernel[np.diag_indices_from(kernel)] += tuning.slack
        inverse = cho_solve(cho_factor(kernel), np.eye(len(kernel), dtype=np.float32))
        votes = inverse @ wanted
        by_others = (wanted - votes / np.diag(inverse)[:, np.newaxis])[: len(labels)]
        return cls(
            labels=np.array(known),
            centre=centre,
            rarity=rarity,
            anchors=anchors,
            votes=votes,
            words=np.asarray(tuning.wording * (worded.T @ votes), dtype=np.float32),
            reach=tuning.reach,
            temperature=_temperature(by_others, truth[: len(labels)]),
        )

    def scores(self, views: Views) -> Array:
        """The votes for each label (column) on each sentence (row)."""
        near = _nearness(_centred(views.dense, self.centre), self.anchors, self.reach)
        return np.asarray(near @ self.votes + _worded(views.sparse, self.rarity) @ self.words)

    def probabilities(self, views: Views) -> Array:
        """How likely each label is for each sentence."""
        return np.asarray(softmax(self.scores(views) / self.temperature, axis=1))


def _temperature(scores: Array, truth: npt.NDArray[np.intp]) -> float:
    """What scores are divided by, so that of sentences with a confidence of 0.8 eight in ten are right."""

    def surprise(temperature: float) -> float:
        return -float(log_softmax(scores / temperature, axis=1)[np.arange(len(truth)), truth].mean())

    return float(minimize_scalar(surprise, bounds=(SHARPEST, SOFTEST), method="bounded").x)


def _centred(dense: Array, centre: Array) -> Array:
    """Directions from the centre: an embedding's sentences all lie on one side of its space."""
    return np.asarray(normalize(dense - centre), dtype=np.float32)


def _nearness(one: Array, other: Array, reach: float) -> Array:
    """1 for the same direction, less the further apart."""
    return np.asarray(np.exp(reach * (one @ other.T - 1)))


def _rarity(counts: csr_matrix) -> Array:
    seen = np.bincount(counts.indices, minlength=counts.shape[1])
    return np.asarray(np.log((1 + counts.shape[0]) / (1 + seen)) + 1, dtype=np.float32)


def _worded(counts: csr_matrix, rarity: Array) -> csr_matrix:
    """Counts as weights: a word twice is not twice as telling, a rare one tells more; each sentence has length 1."""
    weights = csr_matrix(counts, dtype=np.float32, copy=True)
    weights.data = (1 + np.log(weights.data)) * rarity[weights.indices]
    return normalize(weights)
