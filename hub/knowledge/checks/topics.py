"""Checks of topics as a whole, and of the patterns that hint at them. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from hub.knowledge.checks.finding import Finding
from hub.knowledge.made import NEEDED
from hub.knowledge.project import Pattern, Project


def unreachable_topics(project: Project) -> Iterator[Finding]:
    """Topics that are understood and not answered, or not understood at all."""
    for topic in project.topics:
        if topic not in project.declared:
            yield Finding("unreachable_topic", "error", topic=topic, params={"why": "undeclared"})
        elif topic not in project.ruled:
            yield Finding("unreachable_topic", "error", topic=topic, params={"why": "no_rule"})
        elif topic not in project.dialogue.answers and topic not in NEEDED:
            yield Finding("unreachable_topic", "error", topic=topic, params={"why": "no_answer"})


def bad_patterns(project: Project) -> Iterator[Finding]:
    """Regular expressions that are none, or that could take for ever on some message."""
    for pattern in project.patterns:
        if why := _why_bad(pattern):
            params = {"name": pattern.name, "path": pattern.path, "why": why}
            yield Finding("bad_pattern", "error", text=pattern.text, params=params)


def _why_bad(pattern: Pattern) -> str | None:
    try:
        re.compile(pattern.text)
    except (re.error, RecursionError, OverflowError):
        return "malformed"
    return "endless" if _repeats_a_repetition(pattern.text) else None


_TOKEN = re.compile(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\((?:\?(?:P?<[A-Za-z_]\w*>|<?[=!]|[a-zA-Z-]*[:)]))?|[*+?]\??|\{\d*,?\d*\}\??|[\s\S]"
)
_QUANTIFIER = re.compile(r"[*+?]\??|\{\d*,?\d*\}\??")
_ENDLESS = re.compile(r"[*+]\??|\{\d*,\}\??")
_NOTHING = frozenset({"^", "$", r"\b", r"\B", r"\A", r"\Z"})


@dataclass(slots=True)
class _Way:
    """One of the alternatives of a group: whether something in it repeats, and something else stands there always."""

    repeats: bool = False
    fixed: bool = False


def _repeats_a_repetition(pattern: str) -> bool:
    """Whether what may be of any length is repeated any number of times with nothing fixed between: ``(a+)+``.

    Then there are more ways to match a text than anybody can try. ``(\\w+ )*`` has but one.
    """
    parts = _TOKEN.findall(pattern)
    groups = [[_Way()]]
    for place, part in enumerate(parts):
        follows = parts[place + 1] if place + 1 < len(parts) else ""
        endless, certain = bool(_ENDLESS.fullmatch(follows)), not _QUANTIFIER.fullmatch(follows)
        if part.startswith("("):
            groups.append([_Way()])
        elif part == "|":
            groups[-1].append(_Way())
        elif part == ")" and len(groups) > 1:
            ways = groups.pop()
            if endless and any(way.repeats and not way.fixed for way in ways):
                return True
            here = groups[-1][-1]
            here.repeats = here.repeats or endless or any(way.repeats for way in ways)
            here.fixed = here.fixed or (certain and all(way.fixed for way in ways))
        elif not _QUANTIFIER.fullmatch(part) and part not in _NOTHING:
            here = groups[-1][-1]
            here.repeats = here.repeats or endless
            here.fixed = here.fixed or certain
    return False
