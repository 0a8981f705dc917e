"""What of a name does not change with its case. Pure. All texts are folded."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from components.entities.reading import Word

_SHORTEST_STEM = 3
_SOFTENED = (("ch", "s"), ("h", "z"), ("k", "c"), ("g", "z"))  # v Praze, v Poličce
_VOWELS = "aeiouy"


@dataclass(frozen=True)
class Stems:
    """One word of a name: its stems; none for a word that never changes (``nad Labem``)."""

    word: str
    stems: frozenset[str]


def stems_of(name: str, joints: frozenset[str]) -> tuple[Stems, ...]:
    """Word by word; from a joint on (``nad``) nothing changes."""
    words = name.replace("-", " ").split()
    fixed = next((place for place, word in enumerate(words) if place and word in joints), len(words))
    return tuple(
        Stems(word, frozenset(_stems(word)) if place < fixed else frozenset())
        for place, word in enumerate(words)
    )


def stems_in(word: str, endings: Collection[str]) -> Iterator[str]:
    """What may be the stem of a word that somebody wrote: the word, and it without an ending or its last vowel."""
    yield word
    for end in range(len(word) - 1, _SHORTEST_STEM - 1, -1):
        ending = word[end:]
        if ending in endings or (len(ending) == 1 and ending in _VOWELS):
            yield word[:end]


def is_whole(stems: Stems, said: Word, endings: Collection[str]) -> bool:
    """Whether somebody's word is that word of a name, in any case, or what is left of it: *n. L.*"""
    if not stems.stems:
        return said.text == stems.word or (len(said.text) <= 2 and stems.word.startswith(said.text))
    return any(stem in stems.stems for stem in stems_in(said.text, endings))


def without_a_letter(stem: str) -> frozenset[str]:
    """The stem, and it with any one letter left out. Two stems that are a slip apart have one of these in common."""
    return frozenset({stem, *(stem[:place] + stem[place + 1 :] for place in range(len(stem)))})


def a_slip_apart(one: str, other: str) -> bool:
    """Whether a letter too many, too few, a wrong one, or two that changed places make one of the other."""
    if len(one) != len(other):
        shorter, longer = sorted((one, other), key=len)
        return len(longer) - len(shorter) == 1 and shorter in without_a_letter(longer)
    apart = [place for place, letter in enumerate(one) if letter != other[place]]
    if len(apart) == 2:
        first, second = apart
        return second == first + 1 and one[first] == other[second] and one[second] == other[first]
    return len(apart) < 2


def _stems(word: str) -> Iterator[str]:
    stem = word.rstrip(_VOWELS) if len(word.rstrip(_VOWELS)) > 1 else word
    if len(word) - len(stem) > 1:
        stem = word[:-1]
    yield stem
    for hard, soft in _SOFTENED:
        if stem.endswith(hard):
            yield stem.removesuffix(hard) + soft
            break
    if stem == word and len(word) > 3 and word[-2] == "e":  # Liberec, v Liberci; Plzeň, v Plzni
        short = word[:-2] + word[-1]
        yield short
        if short.endswith("k"):
            yield short[:-1] + "c"
