"""Kernel regression on two views of a sentence, what it means and how it is worded, with an honest confidence. Pure.

Every training sentence votes for its label, weighted by how near it is. The weights have a closed form, and so has what
each sentence would have got from all the others alone; the latter teaches how far the confidence can be trusted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve
from scipy.linalg.lapack import spotri
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, hstack, vstack
from scipy.special import log_softmax, logit, softmax

Array = npt.NDArray[np.float32]

SHARPEST, SOFTEST = 0.01, 2.0  # temperatures
ROWS = 1000  # of the kernel at a time: products of sparse views are bulky


@dataclass(frozen=True)
class Views:
    """Sentences, one a row: dense (an embedding), and sparse ones (counts of words, of their pieces, of patterns)."""

    dense: Array
    sparse: list[csr_matrix]

    def with_meanings(self, dense: Array) -> Views:
        """These sentences, and others whose wording says nothing."""
        silent = [csr_matrix((len(dense), view.shape[1])) for view in self.sparse]
        sparse = [vstack(pair, format="csr") for pair in zip(self.sparse, silent, strict=True)]
        return Views(np.vstack([self.dense, dense]), sparse)


@dataclass(frozen=True)
class Tuning:
    """How it learns.

    `reach` is how quickly nearness of meaning fades, `wording` the weight of each sparse view beside meaning, `slack`
    how much a sentence may be contradicted by its neighbours. `at_least` has labels commoner in life than among the
    sentences learnt: the part of all sentences that will be theirs.
    """

    reach: float
    wording: float
    slack: float
    at_least: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Regression:
    """A trained model: everything is an array or a number, so that it can be kept without pickle."""

    labels: npt.NDArray[np.str_]
    centre: Array  # of the dense view
    rarity: Array  # inverse document frequency, of the sparse views
    anchors: Array  # meanings of the sentences learnt
    votes: Array  # theirs, for each label
    words: Array  # weights of the sparse views, for each label
    reach: float
    temperature: float
    lift: Array  # of each label, in logits: how much commoner it is in life

    @classmethod
    def fit(cls, views: Views, labels: list[str], names: dict[str, Array], tuning: Tuning) -> Regression:
        """Learn from sentences and their labels; `names` has the meaning of labels' own names, examples as well.

        Raises ``ValueError`` for fewer than two labels.
        """
        known = sorted(set(labels))
        if len(known) < 2:
            raise ValueError("there is nothing to tell apart: fewer than two labels")
        centre = views.dense.mean(axis=0)
        rarity = np.concatenate([_rarity(view) for view in views.sparse])
        named = [label for label in known if label in names]
        if named:
            views = views.with_meanings(np.stack([names[label] for label in named]))
        anchors, worded = _centred(views.dense, centre), _worded(views.sparse, rarity)
        truth = np.searchsorted(known, [*labels, *named])
        wanted = np.full((len(truth), len(known)), -1 / len(known), np.float32)
        wanted[np.arange(len(truth)), truth] += 1

        kernel = _nearness(anchors, anchors, tuning.reach)
        for start in range(0, len(kernel), ROWS):
            kernel[start : start + ROWS] += (
                tuning.wording * (worded[start : start + ROWS] @ worded.T).toarray()
            )
        kernel[np.diag_indices_from(kernel)] += tuning.slack
        factor = cho_factor(kernel, overwrite_a=True)
        votes = cho_solve(factor, wanted)
        inverse, _ = spotri(factor[0], lower=factor[1])
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
            lift=_lift(known, np.bincount(truth[: len(labels)]) / len(labels), tuning.at_least),
        )

    def scores(self, views: Views) -> Array:
        """The votes for each label (column) on each sentence (row)."""
        scores = _nearness(_centred(views.dense, self.centre), self.anchors, self.reach) @ self.votes
        begin = 0
        # A sentence has a few dozen words and pieces: their rows are fetched in less time than a matrix is made.
        for view in views.sparse:
            columns = slice(begin, begin + view.shape[1])
            weights, words = _weights(view, self.rarity[columns]), self.words[columns]
            for row, (first, last) in enumerate(pairwise(view.indptr)):
                scores[row] += weights[first:last] @ words[view.indices[first:last]]
            begin = columns.stop
        return np.asarray(scores)

    def probabilities(self, views: Views) -> Array:
        """How likely each label is for each sentence."""
        return np.asarray(softmax(self.scores(views) / self.temperature + self.lift, axis=1))


def _temperature(scores: Array, truth: npt.NDArray[np.intp]) -> float:
    """What scores are divided by, so that of sentences with a confidence of 0.8 eight in ten are right."""

    def surprise(temperature: float) -> float:
        return -float(log_softmax(scores / temperature, axis=1)[np.arange(len(truth)), truth].mean())

    return float(minimize_scalar(surprise, bounds=(SHARPEST, SOFTEST), method="bounded").x)


def _lift(labels: list[str], parts: npt.NDArray[np.float64], at_least: Mapping[str, float]) -> Array:
    """The logit of the part expected less that of the part learnt, for labels of which too little was learnt."""
    expected = np.maximum(parts, [at_least.get(label, 0.0) for label in labels])
    return np.asarray(logit(expected) - logit(parts), dtype=np.float32)


def _centred(dense: Array, centre: Array) -> Array:
    """Directions from the centre: an embedding's sentences all lie on one side of its space."""
    turned = dense - centre
    length = np.maximum(np.linalg.norm(turned, axis=1, keepdims=True), np.finfo(np.float32).tiny)
    return np.asarray(turned / length, dtype=np.float32)


def _nearness(one: Array, other: Array, reach: float) -> Array:
    """1 for the same direction, less the further apart."""
    return np.asarray(np.exp(reach * (one @ other.T - 1)))


def _rarity(counts: csr_matrix) -> Array:
    seen = np.bincount(counts.indices, minlength=counts.shape[1])
    return np.asarray(np.log((1 + counts.shape[0]) / (1 + seen)) + 1, dtype=np.float32)


def _worded(counts: list[csr_matrix], rarity: Array) -> csr_matrix:
    """Weights of the words, view beside view."""
    parts = np.split(rarity, np.cumsum([view.shape[1] for view in counts])[:-1])
    weighted = [
        csr_matrix((_weights(view, part), view.indices, view.indptr), view.shape)
        for view, part in zip(counts, parts, strict=True)
    ]
    return hstack(weighted, format="csr")


def _weights(counts: csr_matrix, rarity: Array) -> Array:
    """Of each count that is there; those of a sentence have length 1.

    A word twice is not twice as telling, and a rare one tells more.
    """
    weights = (1 + np.log(counts.data)) * rarity[counts.indices]
    row = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    length = np.sqrt(np.bincount(row, weights**2, minlength=counts.shape[0]))
    return np.asarray(weights / length[row], dtype=np.float32)
