"""Changing a part of a YAML text while all else stays as it was written. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hub.knowledge.editing.writing import quoted, quoted_list, written, written_name
from hub.knowledge.yaml import Listing, Scalar, Table, Tree

WIDEST = 120  # columns of a line that grows


@dataclass(frozen=True, slots=True)
class Splice:
    """Put ``text`` in place of what is from ``start`` to ``end``."""

    start: int
    end: int
    text: str


def spliced(text: str, *splices: Splice) -> str:
    """The text with its parts replaced; they do not overlap."""
    newline = "\r\n" if "\r\n" in text else "\n"
    for splice in sorted(splices, key=lambda each: (each.start, each.end), reverse=True):
        text = text[: splice.start] + splice.text.replace("\n", newline) + text[splice.end :]
    return text


def line_start(text: str, at: int) -> int:
    """Where the line begins that ``at`` is in."""
    return text.rfind("\n", 0, at) + 1


def line_end(text: str, at: int) -> int:
    """Where the line ends that ``at`` is in, before its newline."""
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    return end - 1 if text[at:end].endswith("\r") else end


def column(text: str, at: int) -> int:
    """How far into its line it is."""
    return at - line_start(text, at)


def line_after(text: str, at: int, line: str) -> Splice:
    """A line of its own below the one that ``at`` is in."""
    end = line_end(text, at)
    return Splice(end, end, f"\n{line}" if text[end:] else f"\n{line}\n")


def without_lines(text: str, start: int, end: int) -> Splice:
    """The lines from the one with ``start`` to the one with ``end``, away."""
    first, last = line_start(text, start), text.find("\n", end)
    return Splice(first, len(text) if last < 0 else last + 1, "")


def with_value(text: str, table: Table, name: str, values: Sequence[str]) -> Splice:
    """Other words for a key that is there: one text, or several as a list."""
    key, old = table.key(name), table.get(name)
    assert key is not None, name
    assert old is not None, name
    if table.flow:
        return Splice(old.start, old.end, quoted(values[0]) if len(values) == 1 else quoted_list(values))
    if isinstance(old, Listing) and not old.flow and len(values) > 1:
        return _with_variants(text, old, [_text_of(item) for item in old.items], values)
    indent = column(text, key.start) + 2
    note = _note(text, key, old)
    start = text.index(":", key.end) + 1
    end = line_end(text, old.end)
    value = _value(values, indent, note)
    if isinstance(old, Listing) and (kept := _comments(text, line_end(text, key.end), old.items)):
        # What was noted among several texts stands above the one.
        line = line_start(text, key.start)
        above = "".join(f"{' ' * (indent - 2)}{comment}\n" for comments in kept for comment in comments)
        return Splice(line, end, above + text[line:start] + value)
    return Splice(start, end, value)


def with_values(text: str, table: Table, name: str, values: Sequence[str]) -> Splice:
    """One more key, the last, with its words: one text, or several as a list."""
    if table.flow or not table.pairs:
        return with_key(text, table, name, quoted(values[0]) if len(values) == 1 else quoted_list(values))
    at = column(text, table.pairs[0][0].start)
    return line_after(text, table.end, f"{' ' * at}{written_name(name)}:{_value(values, at + 2)}")


def with_key(text: str, table: Table, name: str, value: str) -> Splice:
    """One more key, the last; ``value`` as it is written."""
    pair = f"{written_name(name)}: {value}"
    if not table.flow and table.pairs:
        return line_after(text, table.end, " " * column(text, table.pairs[0][0].start) + pair)
    at = table.pairs[-1][1].end if table.pairs else table.start + 1
    return Splice(at, at, f", {pair}" if table.pairs else pair)


def without_key(text: str, table: Table, name: str) -> Splice:
    """A key that is there, away."""
    at = table.names().index(name)
    key, value = table.pairs[at]
    if not table.flow:
        if len(table.pairs) == 1:
            return Splice(table.start, table.end, "{}")
        return without_lines(text, key.start, value.end)
    return _cut(text, [(each.start, last.end) for each, last in table.pairs], at)


def item_names(listing: Listing) -> list[str]:
    """What each item of a list is known by: its text, or the value of its only key, or that key."""
    return [_text_of(item) for item in listing.items]


def with_item(text: str, listing: Listing, value: str, *, after: str | None = None) -> Splice:
    """One more item in a list, as it is written: behind the one named ``after`` if that is there, else the last."""
    if not listing.items:
        return Splice(listing.start + 1, listing.start + 1, value)
    names = item_names(listing)
    behind = listing.items[names.index(after) if after in names else -1]
    if not listing.flow:
        return line_after(text, behind.end, " " * _dash(text, behind) + "- " + value)
    more = f", {value}"
    if "\n" in text[listing.start : listing.end] and column(text, behind.end) + len(more) >= WIDEST:
        line = text[line_start(text, behind.end) : behind.end]
        more = f",\n{' ' * (len(line) - len(line.lstrip(' ')))}{value}"
    return Splice(behind.end, behind.end, more)


def without_item(text: str, listing: Listing, value: str) -> Splice:
    """An item that is in a list, away."""
    at = item_names(listing).index(value)
    if not listing.flow:
        return without_lines(text, listing.items[at].start, listing.items[at].end)
    return _cut(text, [(each.start, each.end) for each in listing.items], at)


def _cut(text: str, parts: Sequence[tuple[int, int]], at: int) -> Splice:
    """One of the parts within brackets or braces away, with a comma; lines stay as they are."""
    start, end = parts[at]
    comma = re.compile(r" *,?").match(text, end)
    behind = comma.end() if comma else end
    rest = text[behind : line_end(text, behind)].strip()
    if not text[line_start(text, start) : start].strip() and (not rest or rest.startswith("#")):
        return without_lines(text, start, end)  # it has its line for itself
    if at + 1 < len(parts) and "\n" not in text[end : parts[at + 1][0]]:
        return Splice(start, parts[at + 1][0], "")
    if at and "\n" not in text[parts[at - 1][1] : start]:
        return Splice(parts[at - 1][1], end, "")
    return Splice(start, behind, "")


def _with_variants(text: str, old: Listing, before: list[str], values: Sequence[str]) -> Splice:
    """Only the variants that differ are written anew."""
    same = 0
    while same < min(len(before), len(values)) and before[same] == values[same]:
        same += 1
    alike = 0
    while (
        alike < min(len(before), len(values)) - same and before[-1 - alike] == values[len(values) - 1 - alike]
    ):
        alike += 1
    gone = old.items[same : len(old.items) - alike]
    fresh = values[same : len(values) - alike]
    dash = _dash(text, old.items[0])
    if not gone:
        more = "\n".join(_variant(each, dash) for each in fresh)
        if same:
            return line_after(text, old.items[same - 1].end, more)
        start = line_start(text, old.items[0].start)
        return Splice(start, start, f"{more}\n")
    lines = list[str]()
    between = _comments(text, line_end(text, gone[0].end), gone[1:])
    for place in range(max(len(gone), len(fresh))):
        if 0 < place <= len(between):
            lines += [" " * dash + comment for comment in between[place - 1]]
        if place < len(fresh):
            lines.append(_variant(fresh[place], dash))
    if not lines:
        return without_lines(text, gone[0].start, gone[-1].end)
    return Splice(line_start(text, gone[0].start), line_end(text, gone[-1].end), "\n".join(lines))


def _comments(text: str, at: int, items: Sequence[Tree]) -> list[list[str]]:
    """The lines of comments before each item, from ``at`` on."""
    found = []
    for item in items:
        lines = text[at : line_start(text, item.start)].split("\n")
        found.append([line.strip() for line in lines if line.lstrip().startswith("#")])
        at = line_end(text, item.end)
    return found if any(found) else []


def _value(values: Sequence[str], indent: int, note: str = "") -> str:
    """What stands behind a key and its colon."""
    if len(values) > 1:
        return note + "".join(f"\n{_variant(each, indent)}" for each in values)
    first, newline, rest = written(values[0], indent).partition("\n")
    return f" {first}{note}{newline}{rest}"


def _variant(value: str, dash: int) -> str:
    return " " * dash + "- " + written(value, dash + 2)


def _note(text: str, key: Scalar, old: Tree) -> str:
    """The comments beside a value, each with the blanks before it."""
    if isinstance(old, Scalar) and old.style in ("|", ">"):
        beside = [text[old.start : line_end(text, old.start)]]
    else:
        beside = [text[old.end : line_end(text, old.end)]]
        if "\n" in text[key.end : old.start]:
            beside.insert(0, text[key.end : line_end(text, key.end)])
    return "".join(found[0] for each in beside if (found := re.search(r"\s+#.*$", each)))


def _dash(text: str, item: Tree) -> int:
    """The column of the dash before an item."""
    return column(text, text.rindex("-", 0, item.start))


def _text_of(tree: Tree) -> str:
    match tree:
        case Scalar():
            return tree.text
        case Table(pairs=((_, Scalar() as value),)):
            return value.text
        case Table(pairs=((key, _),)):
            return key.text
    return ""
