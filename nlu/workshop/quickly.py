"""What is left out or remembered in the workshop, so that a training takes half of the time. Results stay the same."""

from __future__ import annotations


def remember_sentences() -> None:
    """Where a sentence lies is computed once (`RememberedE5`), not in each training and for each model.

    For this process only: a model names the embedder that it stands for, and the bot that serves customers uses that.
    """
    from components import embedding
    from evaluation.remembered import RememberedE5

    embedding.MultilingualE5Small = RememberedE5  # type: ignore[assignment, misc]


def keep_no_steps() -> None:
    """Rasa keeps what each step of a training has made, to leave steps out the next time.

    A changed sentence changes every step behind it, and the fingerprints alone take a fifth of the whole.
    """
    from rasa.engine.training.hooks import TrainingHook

    TrainingHook.on_before_node = lambda *_, **__: {}
    TrainingHook.on_after_node = lambda *_, **__: None
