"""Which of the known places somebody means: *v brne*, *Olomuc*, *Praha 4*. Pure.

What is sure is found: the name, one of its Czech forms, the name with a number or a part of the town behind it, or with
one slip in a word that is long enough. What is merely near is suggested.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from hub.places.inflection import fold, forms_of
from hub.wording.languages import LANGUAGES

LONGEST = 100  # characters that are looked at
SUGGESTIONS = 3

_DRESSES = [language.places for language in LANGUAGES.values()]
_GENERIC = frozenset(fold(word) for dress in _DRESSES for word in dress.generic)
_BEFORE = _GENERIC | {fold(word) for dress in _DRESSES for word in dress.before}
_ABROAD = {
    fold(name): tuple(fold(other) for dress in _DRESSES for other in dress.names.get(name, ()))
    for name in {name for dress in _DRESSES for name in dress.names}
}

_SHORT = {"n": "nad", "p": "pod"}  # Ústí n. L.
_JOINING = frozenset({"nad", "pod", "pri", "u", "v", "ve", "na"})
_ONE_SLIP = 5  # letters of a word in which one slip is forgiven
_TWO_SLIPS = 9  # the same for two, which must not be in its first letter
_PART = 3  # words of a part of a town
_FURTHEST = 3  # slips at which something is still suggested


@dataclass(frozen=True, slots=True)
class Found:
    """``name`` is sure; without it ``suggestions`` are what may have been meant, the likeliest first."""

    name: str | None = None
    suggestions: tuple[str, ...] = ()


class Names:
    """Known names, ready to be looked for.

    Making them takes a while for many names (a second for 6,000), so that looking does not (milliseconds).
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._folded = {name: fold(name) for name in sorted(set(names))}
        self._forms: dict[str, list[str]] = {}
        for name in self._folded:
            for form in _all_forms(name):
                self._forms.setdefault(form, []).append(name)
        self._by_length: dict[int, list[str]] = {}
        self._with_word: dict[str, list[str]] = {}
        self._joined: dict[str, list[list[str]]] = {}
        for form in self._forms:
            self._by_length.setdefault(len(form), []).append(form)
            words = form.split()
            for word in _telling(words):
                self._with_word.setdefault(word, []).append(form)
            joint = _joint(words)
            if joint is not None:
                self._joined.setdefault(" ".join(words[:joint]), []).append(words)

    def find(self, said: str) -> Found:
        """The name that was said, in whatever form. Never raises."""
        words = fold(said[:LONGEST]).split()
        for tried in _without_dressing(words):
            name = self._exactly(tried) or self._begun(tried) or self._shortened(tried)
            if name is not None:
                return Found(name)
        kernel = _kernel(words)
        return self._nearly(" ".join(kernel)) if kernel else Found()

    def behind(self, said: str, name: str) -> Iterator[str]:
        """What may be said of a part of the place, behind its name: *Poruba* of *Ostrava-Poruba*; the longest first."""
        words = fold(said[:LONGEST]).split()
        for place in range(max(1, len(words) - _PART), len(words)):
            if self.find(" ".join(words[:place])).name == name:
                yield " ".join(words[place:])

    def _exactly(self, words: list[str]) -> str | None:
        return self._only(self._forms.get(" ".join(words), []), words)

    def _begun(self, words: list[str]) -> str | None:
        """*Praha 4*, *Brno-Líšeň*; but *Nová Ves nad Labem* is no *Nová Ves*."""
        for end in range(len(words) - 1, 0, -1):
            if words[end] in _JOINING or words[end] in _SHORT:
                continue
            found = self._exactly(words[:end])
            if found is not None:
                return found
        return None

    def _shortened(self, words: list[str]) -> str | None:
        """*Ústí*, *Ústí n. L.* for Ústí nad Labem, if there is no other."""
        fits = {
            name
            for end in range(1, len(words) + 1)
            for form in self._joined.get(" ".join(words[:end]), ())
            if _is_short_for(words, form)
            for name in self._forms[" ".join(form)]
        }
        return fits.pop() if len(fits) == 1 else None

    def _nearly(self, said: str) -> Found:
        """By slips, against every form; and by words in common.

        A slip is a letter to add, leave out, change or swap with its neighbour.
        """
        most = _slips_to_suggest(said)
        slips_of = {
            form: slips
            for length in range(len(said) - most, len(said) + most + 1)
            for form, slips, _ in process.extract(
                said, self._by_length.get(length, ()), scorer=OSA.distance, score_cutoff=most, limit=None
            )
        }
        for word in _telling(said.split()):
            for form in self._with_word.get(word, ()):
                slips_of[form] = OSA.distance(said, form, score_cutoff=_FURTHEST)
        near: dict[str, tuple[bool, int]] = {}
        for form, slips in slips_of.items():
            for name in self._forms[form]:
                nearness = (slips > _forgiven(said, self._folded[name]), slips)
                near[name] = min(near.get(name, nearness), nearness)
        likeliest = sorted(near, key=lambda name: (near[name], name))
        if likeliest:
            unsure, slips = near[likeliest[0]]
            rivals = [name for name in likeliest[1:] if near[name][1] <= slips]
            if not unsure and not rivals:
                return Found(likeliest[0])
        return Found(suggestions=tuple(likeliest[:SUGGESTIONS]))

    def _only(self, names: list[str], words: list[str]) -> str | None:
        """One name; of several that share a form, the one that is written so."""
        if len(names) < 2:
            return names[0] if names else None
        written = " ".join(words)
        exact = [name for name in names if self._folded[name] == written]
        return exact[0] if len(exact) == 1 else None


def _all_forms(name: str) -> set[str]:
    """Those of the name, of the name without *třída* or *náměstí*, and what foreigners call it."""
    folded = fold(name)
    forms = {*forms_of(name), *forms_of(" ".join(_kernel(folded.split()))), *_ABROAD.get(folded, ())}
    return {form for form in forms if form}


def _forgiven(said: str, name: str) -> int:
    """How many slips leave no doubt."""
    shorter = min(len(said), len(name))
    if shorter >= _TWO_SLIPS and said[0] == name[0]:
        return 2
    return 1 if shorter >= _ONE_SLIP else 0


def _without_dressing(words: list[str]) -> Iterator[list[str]]:
    """As said; then without what stands before it, word by word; then without what stands behind it."""
    start = 0
    while start < len(words):
        yield words[start:]
        if words[start] not in _BEFORE:
            break
        start += 1
    kernel = _kernel(words)
    if kernel and kernel != words[start:]:
        yield kernel


def _kernel(words: list[str]) -> list[str]:
    """Without prepositions before, and house numbers and *ulice* behind."""
    start, end = 0, len(words)
    while start < end - 1 and words[start] in _BEFORE:
        start += 1
    while end > start + 1 and (words[end - 1] in _GENERIC or words[end - 1][0].isdigit()):
        end -= 1
    return words[start:end]


def _is_short_for(words: list[str], form: list[str]) -> bool:
    """Whether the form goes on with *nad something* where the words end, or abbreviate it."""
    joint = _joint(form)
    if joint is None or words[:joint] != form[:joint]:
        return False
    rest = words[joint:]
    if not rest:
        return True
    return (
        len(rest) == len(form) - joint
        and _SHORT.get(rest[0], rest[0]) == form[joint]
        and all(full.startswith(short) for short, full in zip(rest[1:], form[joint + 1 :], strict=True))
    )


def _slips_to_suggest(said: str) -> int:
    return 1 if len(said) <= 4 else 2 if len(said) <= 7 else _FURTHEST


def _joint(words: list[str]) -> int | None:
    """Where *nad something* begins."""
    return next((place for place, word in enumerate(words) if place and word in _JOINING), None)


def _telling(words: list[str]) -> set[str]:
    """The words of five letters or more, which are no ornaments like *Nová*."""
    return {word for word in words if len(word) >= 5}
