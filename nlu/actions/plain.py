"""Text without what people leave out when they write quickly. Pure."""

import unicodedata


def plain(text: str) -> str:
    """Lower case, without diacritics: ``Příští`` → ``pristi``."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in apart if not unicodedata.combining(char))
