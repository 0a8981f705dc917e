"""The words that the finders know: lookup tables of the training data, of all languages together. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from components.entities.reading import Reading, fold


@dataclass(frozen=True)
class Tables:
    """``lookups``: phrases by the name of their table. ``common``: folded words that are no names."""

    lookups: Mapping[str, tuple[str, ...]]
    common: frozenset[str]

    @classmethod
    def of(cls, lookups: Iterable[tuple[str, Iterable[str]]], plain_texts: Iterable[str]) -> "Tables":
        """From lookup tables, which may share a name, and from texts without what they name."""
        together: dict[str, list[str]] = {}
        for name, phrases in lookups:
            together.setdefault(name, []).extend(phrases)
        return cls(
            {name: tuple(sorted(set(phrases))) for name, phrases in together.items()},
            frozenset(word.text for text in plain_texts for word in Reading(text).words),
        )

    def folded(self, name: str) -> tuple[str, ...]:
        """The phrases of a table, folded; none if there is no such table."""
        return tuple(fold(phrase) for phrase in self.lookups.get(name, ()))
