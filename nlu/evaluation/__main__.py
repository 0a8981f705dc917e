"""``python -m evaluation``: judge the understanding, print everything, write the picture and ``docs/nlu.md``.

Public collections are not part of the project: the environment variable NLU_DATA names the folder that has them.
"""

import logging
import os
import sys
import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[2]
PICTURE = ROOT / "docs" / "images" / "nlu-confusion.png"
EMBEDDER = "evaluation.remembered.RememberedE5"
FALLBACK = "FallbackClassifier"

Answer = TypeVar("Answer")


def main() -> None:
    """All of it."""
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")  # Rasa's own, of the libraries that it stands on
    from evaluation import judging, report
    from evaluation.picture import draw
    from evaluation.pipeline import configured
    from evaluation.sentences import banking77, clinc150
    from evaluation.slips import hurried

    steps = configured(embedder=EMBEDDER)
    threshold = next(step["threshold"] for step in steps if step["name"] == FALLBACK)
    began = time.monotonic()

    def told(what: str, ask: Callable[[], Answer]) -> Answer:
        print(f"{time.monotonic() - began:5.0f} s  {what} …", file=sys.stderr, flush=True)
        return ask()

    own = ROOT / "nlu" / "data" / "nlu"
    folds = told("our own sentences, in five folds", lambda: judging.own_folds(steps, own))
    tests = ROOT / "nlu" / "tests"
    bot = told("the bot as it is", lambda: judging.own_bot(steps, own))
    unseen = told("our own sentences, unseen", lambda: judging.own_unseen(bot, tests / "understanding"))
    typed = {
        f"the unseen sentences, {what}": told(
            f"the same, {what}",
            lambda: judging.own_unseen(bot, tests / "understanding", partial(hurried, slips=slips)),  # noqa: B023
        )
        for slips, what in enumerate(("without diacritics", "with one slip", "with two slips"))
    }
    by_hand = told("sentences mistyped by hand", lambda: judging.own_unseen(bot, tests / "mistyped"))
    tables = [
        report.own_intents(folds, unseen, threshold),
        report.own_slips({"the unseen sentences": unseen, **typed, "mistyped by hand": by_hand}, threshold),
        report.own_entities(folds, unseen),
        report.own_confusions(folds),
    ]
    folder = os.environ.get("NLU_DATA")
    if folder is None:
        remarks = "Public collections were not judged this time: NLU_DATA named no folder with them."
    else:
        banking, clinc = banking77(Path(folder)), clinc150(Path(folder))
        few = told("Banking77, few sentences", lambda: judging.few_shots(steps, banking))
        whole = told("Banking77, all sentences", lambda: judging.all_shots(steps, banking))
        sure, scope = told("CLINC150", lambda: judging.in_and_out(steps, clinc))
        published = banking.published and clinc.published
        tables.insert(0, report.public(few, whole, sure, scope, published=published))
        remarks = "The threshold of CLINC150 was chosen by other sentences than those it is judged by."
    told("the picture", lambda: draw(folds, PICTURE))
    report.put(tables, f"{remarks}\n\n![Confusions and confidence](images/{PICTURE.name})")
    print("\n\n".join([*(table.markdown() for table in tables), remarks]))
    print(f"{time.monotonic() - began:5.0f} s  done: {report.PAGE.relative_to(ROOT)}", file=sys.stderr)


if __name__ == "__main__":
    main()
