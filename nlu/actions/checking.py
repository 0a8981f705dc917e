"""Reading what maintainers write: of the expected form, or refused with the place of the mistake. Pure."""

from collections.abc import Set
from typing import Any


class ContentError(ValueError):
    """The content files contradict themselves or each other; the message names the place."""


def section(raw: Any, where: str, required: Set[str], optional: Set[str] = frozenset()) -> Any:
    """A table with known names."""
    table = mapping(raw, where)
    if missing := required - set(table):
        raise ContentError(f"{where}: missing: {', '.join(sorted(missing))}")
    if unknown := set(table) - required - optional:
        raise ContentError(f"{where}: unknown: {', '.join(sorted(map(str, unknown)))}")
    return table


def mapping(raw: Any, where: str) -> dict[Any, Any]:
    """A table with any names."""
    if not isinstance(raw, dict):
        raise ContentError(f"{where}: not a table")
    return raw


def texts(raw: Any, where: str) -> dict[str, str]:
    """A table of texts, none of them empty."""
    for key, value in mapping(raw, where).items():
        if not isinstance(key, str) or isinstance(value, bool) or not isinstance(value, str | int):
            raise ContentError(f"{where}: {key}: not a text")
        if not str(value).strip():
            raise ContentError(f"{where}: {key}: empty")
    return {key: str(value) for key, value in raw.items()}


def variants(raw: Any, where: str) -> dict[str, tuple[str, ...]]:
    """A table of texts, or of lists of texts that stand for each other; none of them empty."""
    table = {}
    for key, value in mapping(raw, where).items():
        several = value if isinstance(value, list) else [value]
        if not several:
            raise ContentError(f"{where}: {key}: empty")
        table[str(key)] = tuple(texts({key: one}, where)[key] for one in several)
    return table


def names(raw: Any, where: str) -> list[str]:
    """A list of texts; YAML's own kinds of words (*no*, numbers) must be in quotes."""
    if not isinstance(raw, list) or not all(isinstance(name, str) for name in raw):
        raise ContentError(f"{where}: not a list of names")
    return raw


def lists(raw: Any, where: str, keys: Set[str]) -> dict[str, list[str]]:
    """A table of lists, with exactly these names."""
    return {key: names(value, f"{where}: {key}") for key, value in section(raw, where, keys).items()}
