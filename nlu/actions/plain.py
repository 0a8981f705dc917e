"""Text without what people leave out when they write quickly. Pure."""

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")


def plain(text: str) -> str:
    """Lower case, without diacritics: ``Příští`` → ``pristi``."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in apart if not unicodedata.combining(char))


def written_words(text: str) -> list[str]:
    """The words and numbers of a text in lower case, with the diacritics that they were written with."""
    return _WORD.findall(unicodedata.normalize("NFC", text.casefold()))


def plain_words(text: str) -> list[str]:
    """The words and numbers of a text, each plain."""
    return _WORD.findall(plain(text))
