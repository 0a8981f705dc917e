"""What customers call tariffs by ("stovka" for 100), shown as a list of words like others. Pure.

They stand among the words that the bot listens for: the beginning of a word, and the number in the tariff's name.
"""

import re

NICKNAMES = "tariff_numbers"
"""The name of the list, and of the section in the words' file."""

LISTENS = "listens"

_ENTRY = re.compile(r"(\w+) = ([1-9]\d{0,5})")


def entry_of(word: str, number: str) -> str:
    """A nickname as an entry of the list."""
    return f"{word} = {number}"


def read_entry(text: str) -> tuple[str, str] | None:
    """The word and the number of an entry; None if it is none."""
    found = _ENTRY.fullmatch(text)
    return (found[1], found[2]) if found else None
