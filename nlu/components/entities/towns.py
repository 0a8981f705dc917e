"""Towns: the listed ones in whatever case they stand, others where the words around say that it is one. Pure.

A name is known by its stem: *v Brně*, *do Brna* and *Brno* are ``brn`` and an ending of a table. That is rough,
and enough: which town it is, the hub knows.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from components.entities.reading import Found, Reading, Word, before
from components.entities.stems import Stems, a_slip_apart, is_whole, stems_in, stems_of, without_a_letter
from components.entities.tables import Tables

_ONE_SLIP = 5  # letters of a stem in which one slip is forgiven
_MOST_UNKNOWN = 3  # words of a town that is not listed
_LONE = 3  # words of a message that may be nothing but a town
_NEAR = 4  # words before a town in which something about living there is said
_DISTRICTS = range(1, 23)  # Praha 1 to 22


class Towns:
    """Knows the towns that are listed, and what stands before one."""

    def __init__(self, tables: Tables) -> None:
        self._endings = frozenset(tables.folded("name_ending"))
        self._names: dict[str, list[tuple[Stems, ...]]] = {}
        for name in tables.folded("town"):
            stems = stems_of(name, frozenset(tables.folded("town_joint")))
            for first in stems[0].stems:
                self._names.setdefault(first, []).append(stems)
        for names in self._names.values():
            names.sort(key=len, reverse=True)
        self._near: dict[str, set[str]] = {}
        for stem, names in self._names.items():
            if len(stem) >= _ONE_SLIP and any(len(name) == 1 for name in names):
                for shorter in without_a_letter(stem):
                    self._near.setdefault(shorter, set()).add(stem)
        self._before = frozenset(tables.folded("before_town"))
        self._perhaps_before = self._before | frozenset(tables.folded("perhaps_before_town"))
        self._cues = frozenset(tables.folded("town_cue"))
        self._joints = frozenset(tables.folded("town_joint"))
        self._streets = frozenset(tables.folded("street_word"))
        self._units = frozenset(tables.folded("no_house"))
        self._never = tables.common | frozenset(tables.folded("no_town")) | self._perhaps_before

    def find(self, reading: Reading) -> Iterator[Found]:
        """From the first word to the last."""
        words, place = reading.words, 0
        while place < len(words):
            length = (
                self.listed(reading, place)
                or int(self._is_slip(reading, place))
                or self._unlisted(reading, place)
            )
            if length:
                end = self._with_its_part(reading, place + length)
                yield Found("town", words[place].start, end)
                place = next(
                    (later for later in range(place, len(words)) if words[later].start >= end), len(words)
                )
            else:
                place += 1

    def listed(self, reading: Reading, place: int) -> int:
        """How many words from a place on are a listed town; 0 if none."""
        words = reading.words
        for stem in stems_in(words[place].text, self._endings):
            for name in self._names.get(stem, ()):
                said = words[place : place + len(name)]
                fits = (
                    len(said) == len(name)
                    and all(
                        is_whole(stems, word, self._endings) for stems, word in zip(name, said, strict=True)
                    )
                    and _joined(reading, said)
                )
                if fits and (len(name) > 1 or self._is_meant(reading, place)):
                    return len(name)
        return 0

    def _is_meant(self, reading: Reading, place: int) -> bool:
        """Whether a word that is a name too is one here: *most* is not, *v Mostě* is."""
        word, words = reading.words[place], reading.words
        if word.text not in self._never:
            return True
        return word.capital and (len(words) == 1 or before(words, place) in self._perhaps_before)

    def _is_slip(self, reading: Reading, place: int) -> bool:
        """Whether a word that can be a town is one slip away from a listed one."""
        word, words = reading.words[place], reading.words
        can_be = (
            len(words) == 1 or before(words, place) in self._before | self._cues or (word.capital and place)
        )
        if not can_be or word.text in self._never:
            return False
        return any(
            a_slip_apart(stem, known)
            for stem in stems_in(word.text, self._endings)
            if len(stem) >= _ONE_SLIP
            for shorter in without_a_letter(stem)
            for known in self._near.get(shorter, ())
        )

    def _unlisted(self, reading: Reading, place: int) -> int:
        """How many words from a place on must be a town, by what stands before them."""
        words = reading.words
        cued = any(word.text in self._cues for word in words[max(0, place - _NEAR) : place])
        if before(words, place) not in (self._perhaps_before if cued else self._before):
            return 0
        lone = len(words) <= _LONE and place == 1
        by_cue = cued and words[place - 1].text in self._before
        length = 0
        for later in range(place, min(place + _MOST_UNKNOWN, len(words))):
            named = self._is_named(reading, later)
            can_be = words[later].text.isalpha() and words[later].text not in self._never
            if not (can_be and (named or lone or (by_cue and not length))) and not (
                named and self._goes_on(reading, later)
            ):
                break
            length += 1
            if not self._goes_on(reading, later) and not lone:
                break
        if not length or place + length == len(words):
            return length
        behind = words[place + length].text
        is_street = behind in self._streets or (
            behind.isdigit() and reading.between(place + length - 1) == " "
        )
        return 0 if is_street else length

    def _is_named(self, reading: Reading, place: int) -> bool:
        return reading.words[place].capital and not reading.written(reading.words[place]).isupper()

    def _goes_on(self, reading: Reading, place: int) -> bool:
        """Whether the next word is written as a part of the same name: *Nová Ves*."""
        behind = place + 1
        return (
            behind < len(reading.words)
            and reading.between(place) in {" ", "-"}
            and self._is_named(reading, behind)
            and reading.words[behind].text not in self._never
        )

    def _with_its_part(self, reading: Reading, place: int) -> int:
        """The end of a town that goes on: *Praha 4*, *Brno-Líšeň*, *Brandýs n. L.*"""
        words, end = reading.words, reading.words[place - 1].end
        if place == len(words):
            return end
        following = words[place]
        between = reading.folded[end : following.start]
        if between == "-" and following.text.isalpha():
            return following.end
        last = place + 1 == len(words)
        if between in {" ", "-"} and following.text.isdigit() and int(following.text) in _DISTRICTS:
            counted = not last and words[place + 1].text in self._units
            return end if counted else following.end
        if following.text in self._joints and not last and words[place + 1].text not in self._never:
            return words[place + 1].end
        return end


def _joined(reading: Reading, words: Sequence[Word]) -> bool:
    """By spaces, hyphens or the dots of abbreviations only."""
    return all(not reading.folded[one.end : other.start].strip(" -.") for one, other in pairwise(words))
