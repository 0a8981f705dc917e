"""Texts as they are compared and searched: without case, diacritics and what stands between words. Pure."""

import re
import unicodedata

_BETWEEN = re.compile(r"\W+")


def folded(text: str) -> str:
    """Without case and diacritics."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in apart if not unicodedata.combining(char))


def folded_words(text: str) -> str:
    """Folded words, with one space between two."""
    return _BETWEEN.sub(" ", folded(text)).strip()
