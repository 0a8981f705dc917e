"""Names in braces, which the bot fills in when it says a text. Pure."""

import re

BRACED = re.compile(r"\{([^{}]*)\}")
_SHOWN = 20  # characters


def broken_brace(text: str) -> str | None:
    """Where a brace stands without its other one, which a customer would read; None if none does."""
    lone = re.search(r"[{}][^{}]*", BRACED.sub("…", text))
    return lone[0][:_SHOWN] if lone else None
