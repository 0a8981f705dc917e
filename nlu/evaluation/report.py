"""The figures as tables, printed and put between the markers of ``docs/nlu.md``. Pure but for `put`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from statistics import mean, pstdev

from evaluation.judging import SHOTS, Judged
from evaluation.measures import (
    Scope,
    accuracy,
    calibration_error,
    confusions,
    entity_f1,
    f1,
    scope,
)
from evaluation.sentences import OUT_OF_SCOPE

PAGE = Path(__file__).resolve().parents[2] / "docs" / "nlu.md"
BEGIN, END = "<!-- measured: understanding -->", "<!-- end: understanding -->"
PAIRS = 12  # confusions that are shown

Row = tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """Columns by their titles; cells are texts already."""

    title: str
    columns: Row
    rows: Sequence[Row]

    def markdown(self) -> str:
        """The table under its title."""
        lines = [f"**{self.title}**", "", f"| {' | '.join(self.columns)} |", "|" + "---|" * len(self.columns)]
        return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in self.rows)])


def public(few: Sequence[float], whole: float, sure: float, at: Scope, *, published: bool) -> Table:
    """Banking77 and CLINC150."""
    ground = (
        "their test parts"
        if published
        else "sentences held out of their training parts; the test parts are not here"
    )
    return Table(
        f"Public collections, judged by {ground}",
        ("what", "measured", "target"),
        [
            (
                f"Banking77, {SHOTS} sentences an intent ({len(few)} choices)",
                f"{_percent(mean(few))} ± {100 * pstdev(few):.1f}",
                "≥ 85.2 %",
            ),
            ("Banking77, all sentences", _percent(whole), "≥ 93.7 %"),
            ("CLINC150, in scope, without a threshold", _percent(sure), ""),
            (
                f"CLINC150, in scope, right and accepted at {at.threshold:.2f}",
                _percent(at.accepted),
                "≥ 96 %",
            ),
            (f"CLINC150, out of scope, refused at {at.threshold:.2f}", _percent(at.refused), "≥ 75 %"),
        ],
    )


def own_intents(judged: Judged, unseen: Judged, threshold: float) -> Table:
    """The bot's own intents, in each language."""
    rows = []
    for what, these in (("five folds", judged), ("unseen sentences", unseen)):
        for language in (None, *sorted(set(these.languages))):
            some = these if language is None else these.where(lambda row: these.languages[row] == language)  # noqa: B023
            rows.append(_intents(f"{what}, {language or 'all'}", some, threshold))
    return Table(
        f"Our own intents; the bot's threshold is {threshold:.2f}",
        (
            "what",
            "sentences",
            "F1, mean of intents",
            "F1, mean of sentences",
            "right",
            "in scope: right and accepted",
            "out of scope: refused",
            "calibration error",
        ),
        rows,
    )


def own_slips(judged: Mapping[str, Judged], threshold: float) -> Table:
    """Sentences typed in a hurry, by what they are, in each language."""
    rows = []
    for what, these in judged.items():
        for language in sorted(set(these.languages)):
            some = these.where(lambda row: these.languages[row] == language)  # noqa: B023
            at = scope(some.intents, some.understood, threshold)
            inside = some.where(lambda row: some.intents[row] != OUT_OF_SCOPE)  # noqa: B023
            lost = inside.guesses.count(OUT_OF_SCOPE) / len(inside.guesses)
            cells = (_percent(part) for part in (at.accepted, lost, at.refused))
            rows.append((f"{what}, {language}", str(len(some.sentences)), *cells))
    return Table(
        "Our own intents, typed in a hurry",
        (
            "what",
            "sentences",
            "in scope: right and accepted",
            "in scope: taken for out of scope",
            "out of scope: refused",
        ),
        rows,
    )


def own_entities(judged: Judged, unseen: Judged) -> Table:
    """What is named, by kind; right is what has the same kind, beginning and end."""
    folds = entity_f1(judged.entities, [it.entities for it in judged.understood])
    new = entity_f1(unseen.entities, [it.entities for it in unseen.understood])
    kinds = sorted(set(folds) | set(new))
    return Table(
        "Our own entities: F1, and how many there are",
        ("entity", "five folds", "unseen sentences"),
        [
            (
                kind,
                *(
                    f"{_percent(part[kind][0])} ({part[kind][1]})" if kind in part else ""
                    for part in (folds, new)
                ),
            )
            for kind in kinds
        ],
    )


def own_confusions(judged: Judged) -> Table:
    """The commonest mistakes."""
    pairs = confusions(judged.intents, judged.guesses, PAIRS)
    return Table(
        "The commonest confusions (five folds)",
        ("meant", "understood as", "sentences"),
        [(one, other, str(number)) for one, other, number in pairs],
    )


def put(tables: Sequence[Table], remarks: str, page: Path = PAGE) -> None:
    """Replace the page's section. Raises ``ValueError`` when the page has none."""
    before, found, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, closed, after = rest.partition(END)
    if not found or not closed:
        raise ValueError(f"{page.name} has no section between {BEGIN} and {END}")
    when = datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
    parts = [*(table.markdown() for table in tables), remarks, f"Measured {when}."]
    page.write_text(f"{before}{BEGIN}\n\n" + "\n\n".join(parts) + f"\n\n{END}{after}", encoding="utf-8")


def _intents(what: str, judged: Judged, threshold: float) -> Row:
    right = [one == other for one, other in zip(judged.intents, judged.guesses, strict=True)]
    inside = OUT_OF_SCOPE in judged.intents
    at = scope(judged.intents, judged.understood, threshold) if inside else None
    return (
        what,
        str(len(right)),
        _percent(f1(judged.intents, judged.guesses, "macro")),
        _percent(f1(judged.intents, judged.guesses, "weighted")),
        _percent(accuracy(judged.intents, judged.guesses)),
        "" if at is None else _percent(at.accepted),
        "" if at is None else _percent(at.refused),
        f"{calibration_error([it.confidence for it in judged.understood], right):.3f}",
    )


def _percent(part: float) -> str:
    return f"{100 * part:.1f} %"
