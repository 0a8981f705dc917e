"""Answers, buttons and tables as maintainers see them. Pure."""

from collections import defaultdict
from typing import Any

from hub.knowledge.content import topic_of_payload
from hub.knowledge.project import Project
from hub.knowledge.views.seen import Seen


def answer_view(seen: Seen, name: str, history: list[dict[str, Any]]) -> dict[str, Any]:
    """What is said, with what the draft has changed of it, and what may be filled in."""
    now, before = seen.now, seen.base
    rules = now.dialogue.answers[name]
    edited, there = seen.answer_edited(name), name in before.dialogue.answers
    return {
        "name": name,
        "words": _words(now, name),
        "before": _words(before, name) if edited and there else None,
        "buttons": list(rules.buttons),
        "values": list(rules.values),
        "facts": _facts(now),
        "handoff": {"team": rules.handoff.team, "reason": rules.handoff.reason} if rules.handoff else None,
        "offer": rules.offer,
        "state": ("changed" if there else "added") if edited else "same",
        "history": history,
    }


def button_views(project: Project) -> list[dict[str, Any]]:
    """All buttons, with where they are shown."""
    shown: dict[str, list[str]] = defaultdict(list)
    for answer, rules in project.dialogue.answers.items():
        for button in rules.buttons:
            shown[button].append(answer)
    return [
        {
            "name": name,
            "payload": payload,
            "topic": topic if (topic := topic_of_payload(payload)) in project.topics else None,
            "titles": {
                language: project.words[language].buttons.get(name, "") for language in project.languages
            },
            "used_by": shown[name],
        }
        for name, payload in project.dialogue.payloads.items()
    ]


def table_brief(seen: Seen, language: str, name: str) -> dict[str, Any]:
    """A lookup table as lists show it."""
    now, before = seen.now.tables[language, name], seen.base.tables.get((language, name))
    return {
        "language": language,
        "name": name,
        "size": len(now.entries),
        "edited": before is None or before.entries != now.entries,
    }


def table_view(seen: Seen, language: str, name: str, history: list[dict[str, Any]]) -> dict[str, Any]:
    """A lookup table with all that is in it."""
    now, before = seen.now.tables[language, name], seen.base.tables.get((language, name))
    were, are = set(before.entries if before else ()), set(now.entries)
    return {
        "language": language,
        "name": name,
        "entries": [{"text": text, "state": "same" if text in were else "added"} for text in now.entries],
        "removed": [text for text in (before.entries if before else ()) if text not in are],
        "history": history,
        "findings": [
            each.view() for each in seen.findings if each.table == name and each.language == language
        ],
    }


def _words(project: Project, answer: str) -> dict[str, list[str]]:
    return {language: list(project.words[language].answers.get(answer, ())) for language in project.languages}


def _facts(project: Project) -> dict[str, dict[str, str]]:
    """Facts by name, then by language."""
    names = dict.fromkeys(name for language in project.languages for name in project.words[language].facts)
    return {
        name: {
            language: fact
            for language in project.languages
            if (fact := project.words[language].facts.get(name)) is not None
        }
        for name in names
    }
