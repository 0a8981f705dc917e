"""Training sentences out of Rasa's YAML. Pure."""

import re
from collections.abc import Iterator
from typing import Any

_ANNOTATED = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


def sentences(parsed: Any) -> Iterator[tuple[str, str]]:
    """Every intent and sentence of a parsed Rasa NLU file, its entity marks taken off.

    Raises:
        ValueError: it is no Rasa NLU file.
    """
    items = parsed.get("nlu") if isinstance(parsed, dict) else None
    if items is None:
        raise ValueError("no Rasa NLU file")
    for item in items:
        if "intent" in item:
            for line in item["examples"].splitlines():
                yield item["intent"], _ANNOTATED.sub(r"\1", line.strip().removeprefix("- "))
