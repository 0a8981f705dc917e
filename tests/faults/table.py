"""The table that a round prints and leaves behind."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tests.faults.checker import Verdict
from tests.faults.delays import Delays, Spread
from tests.faults.injector import Stroke, processes

MOST_SHOWN = 20  # violations
LONGEST = 500  # characters of a piece of evidence


@dataclass(frozen=True, slots=True)
class Round:
    """All that there is to say of one. Times in seconds."""

    seed: int
    seconds: float
    drained_in: float | None
    strokes: Sequence[Stroke]
    let_be: int
    not_possible: Sequence[str]
    verdict: Verdict
    delays: Delays
    started: dict[str, int]
    ended_by_itself: dict[str, list[int]]


def table(done: Round) -> str:
    """As Markdown, which reads well in a terminal too."""
    counts = done.verdict.counts
    rows = [
        ("seed", str(done.seed)),
        ("faults for", f"{done.seconds:.0f} s"),
        (
            "all at rest after",
            f"{done.drained_in:.0f} s" if done.drained_in is not None else "NEVER",
        ),
        ("processes killed, ended or paused", str(processes(done.strokes))),
        ("– of these killed by kill -9", str(processes(done.strokes, "kill -9"))),
        ("faults while a request was in flight", str(len(done.strokes))),
        *[(f"– {kind}", what) for kind, what in _kinds(done.strokes)],
        *[("– not here", why) for why in done.not_possible],
        ("attempted", str(counts["attempted"])),
        ("acknowledged", str(counts["acknowledged"])),
        ("refused", str(counts["refused"])),
        ("recovered (no acknowledgement, but there)", str(counts["recovered"])),
        ("**lost**", str(counts["lost"])),
        ("**duplicated**", str(counts["duplicated"])),
        ("**reordered**", str(counts["reordered"])),
        ("**unexpected**", str(counts["unexpected"])),
        ("other violations", _others(done.verdict)),
        ("acknowledged a second, in the mean", f"{counts['acknowledged'] / done.seconds:.0f}"),
        ("longest time without an acknowledgement", f"{done.delays.longest_stall:.1f} s"),
        ("from writing to acknowledgement", _spread(done.delays.to_ack)),
        ("– while only Redis was broken", _spread(done.delays.to_ack_redis_only)),
        ("entries shown on screens", str(counts["shown"])),
        ("from acknowledgement to other screens", _spread(done.delays.to_screens)),
        ("– that kept their connection meanwhile", _spread(done.delays.to_screens_connected)),
        ("– before anything was broken", _spread(done.delays.to_screens_calm)),
        ("– while only Redis was broken", _spread(done.delays.to_screens_redis_only)),
        (
            "Telegram in: said, stored, confirmed",
            f"{counts['telegram said']}, {counts['telegram stored']}, {counts['telegram confirmed']}",
        ),
        ("Telegram out: owed, sent", f"{counts['telegram owed']}, {counts['telegram sent']}"),
        ("– sent twice after an ambiguous fault, flagged", str(counts["telegram duplicates, flagged"])),
        ("– in doubt after two tries, flagged, not arrived", str(counts["telegram not arrived, flagged"])),
        ("processes started", ", ".join(f"{name} {times}" for name, times in done.started.items())),
        ("ended unasked", _unasked(done.ended_by_itself)),
    ]
    width = max(len(name) for name, _ in rows)
    lines = [f"| {name:<{width}} | {value} |" for name, value in rows]
    return "\n".join([f"| {'chaos':<{width}} | |", f"|{'-' * (width + 2)}|---|", *lines])


def violations(verdict: Verdict) -> str:
    """The first of them, with what shows them."""
    lines = []
    for violation in verdict.violations[:MOST_SHOWN]:
        lines.append(f"{violation.kind.upper()}: {violation.what}")
        lines.extend(f"    {each[:LONGEST]}" for each in violation.evidence)
    if len(verdict.violations) > MOST_SHOWN:
        lines.append(f"… and {len(verdict.violations) - MOST_SHOWN} more")
    return "\n".join(lines)


def _kinds(strokes: Sequence[Stroke]) -> list[tuple[str, str]]:
    targets: dict[str, Counter[str]] = {}
    for stroke in strokes:
        targets.setdefault(stroke.kind, Counter())[stroke.target] += 1
    return [
        (kind, f"{sum(by.values())} ({', '.join(f'{name} {times}' for name, times in sorted(by.items()))})")
        for kind, by in sorted(targets.items())
    ]


def _others(verdict: Verdict) -> str:
    named = ("lost", "duplicated", "reordered", "unexpected")
    others = Counter(violation.kind for violation in verdict.violations if violation.kind not in named)
    return ", ".join(f"{kind} {times}" for kind, times in others.items()) or "0"


def _spread(spread: Spread) -> str:
    if not spread.count:
        return "nothing to measure"
    return f"p50 {spread.p50:.3f} s, p99 {spread.p99:.2f} s, most {spread.most:.1f} s ({spread.count})"


def _unasked(ended: dict[str, list[int]]) -> str:
    return ", ".join(f"{name} {codes}" for name, codes in ended.items() if codes) or "none"
