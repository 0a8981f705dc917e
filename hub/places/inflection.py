"""The forms that Czech gives to a name of a place: *Brno, v Brně, do Brna*. Pure.

Rules for endings, not a dictionary: now and then they give a form that nobody uses, which does no harm, since a form is
only ever looked for in what somebody has written. All texts here are folded (``fold``).
"""

import re
import unicodedata

_WORD = re.compile(r"[0-9a-z]+")
_JOINING = frozenset({"nad", "pod", "pri", "u", "v", "ve", "na", "za", "o"})
"""What comes after one of these within a name is in a case of its own already."""

_NOUN: tuple[tuple[str, tuple[str, ...]], ...] = (
    # The ending of the name, and what stands in its place; the longest ending that fits holds.
    ("ec", ("ce", "ci", "cem", "cu")),  # Liberec, Hradec
    ("ek", ("ku", "kem", "ka", "ce")),  # Frýdek, Místek
    ("en", ("ne", "ni", "na", "nu", "nem", "enu")),  # Plzeň
    ("el", ("le", "li", "lu", "lem", "ela", "elu")),
    ("ice", ("ic", "icich", "icim", "icemi", "ici")),  # Pardubice
    ("ky", ("k", "kach", "kam", "ek", "cich", "ku")),
    ("ry", ("ru", "rech", "rum", "r", "rach", "ram")),  # Vary
    ("ny", ("n", "nech", "num", "nu", "nach", "nam")),
    ("y", ("", "u", "ech", "um", "ach", "am")),
    ("ha", ("hy", "ze", "hu", "hou", "ho")),  # Praha
    ("cha", ("chy", "se", "chu", "chou")),
    ("ka", ("ky", "ce", "ku", "kou")),
    ("a", ("y", "e", "u", "ou")),  # Ostrava
    ("sko", ("ska", "sku", "skem")),
    ("no", ("na", "nu", "ne", "nem")),  # Brno
    ("o", ("a", "u", "e", "em")),
    ("iste", ("isti", "istem")),  # Hradiště
    ("e", ("i", "im", "ich", "emi", "")),
    ("i", ("i",)),  # Ústí, Veveří
    ("", ("a", "u", "e", "i", "em", "ovi", "ou")),  # Zlín, Most, Olomouc, Boleslav
)
_ADJECTIVE: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ske", ("skeho", "skem", "skemu", "skych", "skym", "skou", "ska", "ski")),
    ("ovy", ("ovych", "ovym", "ovymi", "oveho", "ovem")),  # Karlovy Vary
    ("y", ("eho", "em", "emu", "ym")),  # Nový Jičín
    ("a", ("e", "ou", "ych", "ym")),  # Mladá Boleslav, Černá Pole
    ("e", ("eho", "em", "emu", "ych", "ym", "ou", "a")),  # České Budějovice, Uherské Hradiště
    ("i", ("iho", "im", "imu", "ich")),
    ("uv", ("ova", "ove", "ovu")),
)


def fold(text: str) -> str:
    """Lower case without diacritics; what is neither letter nor digit parts words by one space."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(_WORD.findall("".join(char for char in plain if not unicodedata.combining(char))))


def forms_of(name: str) -> frozenset[str]:
    """All the forms of a name that may be met, folded, the name itself among them."""
    words = fold(name).split()
    known = {" ".join(words)}
    for which in range(_CASES):
        known.update(_phrases(words, which))
    return frozenset(known)


_CASES = 2  # as adjectives before a noun; as nouns each for itself (Frýdek-Místek)
_MOST = 400  # phrases of one name


def _phrases(words: list[str], which: int) -> list[str]:
    """Every word in every form, up to the first that joins; a name of many words in a bounded number of ways."""
    end = next((place for place, word in enumerate(words) if place and word in _JOINING), len(words))
    phrases = [""]
    for place, word in enumerate(words):
        if place >= end:
            choices = {word}
        elif place < end - 1 and which == 0:
            choices = _declined(word, _ADJECTIVE) | {word}
        elif place == end - 1 and which == 0 and end > 1:
            choices = _declined(word, _NOUN) | _declined(word, _ADJECTIVE) | {word}
        else:
            choices = _declined(word, _NOUN) | {word}
            if end == 1:
                choices |= _declined(word, _ADJECTIVE)
        phrases = [f"{before} {choice}" for before in phrases for choice in sorted(choices)][:_MOST]
    return [phrase.strip() for phrase in phrases]


def _declined(word: str, rules: tuple[tuple[str, tuple[str, ...]], ...]) -> set[str]:
    """The word with its ending replaced; the first rule that fits holds, and a short word keeps its stem."""
    for ending, others in rules:
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            stem = word[: len(word) - len(ending)]
            return {stem + other for other in others}
    return set()
