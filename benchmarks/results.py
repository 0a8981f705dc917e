"""What was measured, as Markdown between the markers of a section of ``docs/performance.md``.

Each benchmark writes its own section, so that one can be run again without the others:
``put("idle", [Table(("what", "measured", "target"), rows)], "A sentence on how.")``.
"""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGE = DOCS / "performance.md"
NLU_PAGE = DOCS / "nlu.md"

PARTS = ("aiohttp", "python-socketio", "python-engineio", "uvloop", "orjson", "motor", "pymongo")


@dataclass(frozen=True)
class Table:
    """Columns by their titles; cells are texts already."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    title: str = ""

    def markdown(self) -> str:
        """The table, under its title if it has one."""
        lines = [f"**{self.title}**", ""] if self.title else []
        lines.append(f"| {' | '.join(self.columns)} |")
        lines.append("|" + "---|" * len(self.columns))
        lines += [f"| {' | '.join(row)} |" for row in self.rows]
        return "\n".join(lines)


def put(section: str, tables: Sequence[Table], remarks: str = "", page: Path = PAGE) -> None:
    """Replace what stands between ``<!-- measured: section -->`` and ``<!-- end: section -->``.

    Raises ``ValueError`` when the page has no such section.
    """
    begin, end = f"<!-- measured: {section} -->", f"<!-- end: {section} -->"
    text = page.read_text()
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"{page.name} has no section {section!r}")
    when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    parts = [*(table.markdown() for table in tables), *([remarks] if remarks else []), f"Measured {when}."]
    page.write_text(f"{before}{begin}\n\n" + "\n\n".join(parts) + f"\n\n{end}{after}")


def machine() -> str:
    """What the numbers were measured on, without naming it."""
    parts = ", ".join(f"{name} {version(name)}" for name in PARTS)
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {platform.system()}, "
        f"Python {platform.python_version()}; {parts}."
    )


def spread(values: Sequence[float], digits: int = 0) -> str:
    """The median, and the least and the greatest."""
    if len(values) == 1:
        return f"{values[0]:,.{digits}f}"
    return f"{median(values):,.{digits}f} ({min(values):,.{digits}f}–{max(values):,.{digits}f})"


def verdict(value: float, target: float, digits: int = 2) -> str:
    """A ratio beside the target it should not exceed (give both negated for one it should reach)."""
    return f"{'met' if round(value, digits) <= target else 'not met'}"
