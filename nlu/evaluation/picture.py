"""What is confused with what, and how far the confidence can be trusted, in one picture."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from sklearn.metrics import confusion_matrix

from evaluation.judging import Judged
from evaluation.measures import calibration

INK, ACCENT = "#1f2933", "#2f6fde"


def draw(judged: Judged, path: Path) -> None:
    """Write the picture of the bot's own intents to `path` (PNG)."""
    labels = sorted(set(judged.intents))
    matrix = confusion_matrix(judged.intents, judged.guesses, labels=labels, normalize="true")
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(15, 9), gridspec_kw={"width_ratios": (2.2, 1)}, layout="constrained"
    )
    left.imshow(matrix, cmap="Blues", vmin=0, vmax=1)
    left.set_xticks(range(len(labels)), labels, rotation=90, fontsize=7)
    left.set_yticks(range(len(labels)), labels, fontsize=7)
    left.set(
        xlabel="understood as",
        ylabel="meant",
        title="Intents, each sentence judged by a bot that has not seen it",
    )
    for row, column in np.argwhere((matrix >= 0.05) & ~np.eye(len(labels), dtype=bool)):
        left.text(
            column, row, f"{matrix[row, column]:.0%}"[:-1], ha="center", va="center", fontsize=5.5, color=INK
        )

    right_ones = [one == other for one, other in zip(judged.intents, judged.guesses, strict=True)]
    bins = calibration([it.confidence for it in judged.understood], right_ones)
    right.plot([0, 1], [0, 1], color="#9aa5b1", linestyle="--", linewidth=1)
    right.plot([sure for sure, _, _ in bins], [hit for _, hit, _ in bins], marker="o", color=ACCENT)
    for sure, hit, number in bins:
        right.annotate(str(number), (sure, hit), textcoords="offset points", xytext=(6, -10), fontsize=7)
    right.set(
        xlabel="confidence", ylabel="right", xlim=(0, 1), ylim=(0, 1.02), title="Confidence (and sentences)"
    )
    right.set_aspect("equal")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110, metadata={"Software": None})
    plt.close(figure)
