"""Texts as YAML that every reader reads as those texts. Pure."""

import re
from collections.abc import Sequence

_PLAIN_START = re.compile(r"[^\W\d_]|[„“(]")
_NAME = re.compile(r"[^\W\d_][\w-]*")
_OTHER_KINDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
"""Words that some reader of YAML takes for something else than words."""


def written(value: str, indent: int) -> str:
    """A text as a value in a block; further lines are indented by so many columns."""
    if "\n" in value and value == value.strip():
        lines = (" " * indent + line if line else "" for line in value.split("\n"))
        return "|-\n" + "\n".join(lines)
    return value if _is_plain(value) else quoted(value)


def written_name(value: str) -> str:
    """A text as a value within brackets or braces."""
    return value if _NAME.fullmatch(value) and value.lower() not in _OTHER_KINDS else quoted(value)


def written_names(values: Sequence[str]) -> str:
    """A list within brackets."""
    return f"[{', '.join(written_name(each) for each in values)}]"


def _is_plain(value: str) -> bool:
    return (
        bool(_PLAIN_START.match(value))
        and value == value.strip()
        and value.lower() not in _OTHER_KINDS
        and not value.endswith(":")
        and ": " not in value
        and " #" not in value
        and "\n" not in value
    )


def quoted(value: str) -> str:
    """A text in quotes, on one line."""
    told = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{told}"'


def quoted_list(values: Sequence[str]) -> str:
    """A list of texts within brackets."""
    return f"[{', '.join(quoted(each) for each in values)}]"
