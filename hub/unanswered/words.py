"""Sentences as they are compared: without case, diacritics and signs. Pure."""

import re
import unicodedata

_BETWEEN = re.compile(r"[\W_]+")


def folded(text: str) -> str:
    """Folded words of any script, with one space between two."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return _BETWEEN.sub(" ", "".join(char for char in apart if not unicodedata.combining(char))).strip()
