"""Topics: in brief for lists, and one with all its sentences. Pure."""

from collections.abc import Iterable, Sequence
from typing import Any

from hub.knowledge.editing.admitting import why_not_removable
from hub.knowledge.edits import AddSentence, ChangeSentence, Edit, Mark, MoveSentence, RemoveSentence
from hub.knowledge.made import SAYS, made_by_program
from hub.knowledge.marking import Sentence
from hub.knowledge.project import Project
from hub.knowledge.views.seen import Seen, titles_of


def topic_brief(seen: Seen, name: str) -> dict[str, Any]:
    """A topic as lists show it."""
    now = seen.now
    topic, rules = now.topics[name], now.dialogue.answers.get(name)
    handoff = rules.handoff if rules else None
    human_only = handoff is not None and not made_by_program(name)
    return {
        "name": name,
        "title": titles_of(now, name),
        "group": topic.group,
        "team": now.dialogue.teams_of.get(name) or (handoff.team if handoff and human_only else None),
        "human_only": human_only,
        "made": "code" if made_by_program(name) else "words",
        "sentences": {language: len(topic.sentences.get(language, ())) for language in now.languages},
        "edited": seen.topic_edited(name),
        "findings": sum(1 for each in seen.findings if name in (each.topic, each.answer)),
        "removable": why_not_removable(name, now) is None,
    }


def topic_sentences(seen: Seen, name: str) -> dict[str, Any]:
    """Its sentences by language, each with what the draft made of it, and those that the draft has removed."""
    told: dict[str, list[dict[str, Any]]] = {}
    removed: dict[str, list[dict[str, Any]]] = {}
    for language in seen.now.languages:
        before = _sentences(seen.base, name, language)
        now = _sentences(seen.now, name, language)
        origins = _origins(seen.edits, name, language, [each.text for each in before])
        were = {each.text: each for each in before}
        told[language] = [_told(each, were, origins.get(each.text)) for each in now]
        accounted = {each["before"] or each["text"] for each in told[language]}
        removed[language] = [
            {"text": each.text, "marks": marks_view(each.marks)}
            for each in before
            if each.text not in accounted
        ]
    return {"sentences": told, "removed": removed, "says": list(SAYS.get(name, ()))}


def marks_view(marks: Sequence[Mark]) -> list[dict[str, Any]]:
    """Marks as they are on the wire."""
    return [mark.model_dump() for mark in marks]


def group_views(project: Project) -> list[dict[str, Any]]:
    """The groups with their topics, in the order of the domain."""
    groups: dict[str, list[str]] = {}
    for topic in project.topics.values():
        groups.setdefault(topic.group, []).append(topic.name)
    return [{"name": name, "topics": topics} for name, topics in groups.items()]


def _sentences(project: Project, topic: str, language: str) -> Sequence[Sentence]:
    found = project.topics.get(topic)
    return found.sentences.get(language, ()) if found else ()


def _told(sentence: Sentence, were: dict[str, Sentence], origin: str | None) -> dict[str, Any]:
    same = were.get(sentence.text)
    if same is not None:
        state, before = ("same", None) if same.marks == sentence.marks else ("changed", sentence.text)
    elif origin is not None:
        state, before = "changed", origin
    else:
        state, before = "added", None
    return {"text": sentence.text, "marks": marks_view(sentence.marks), "state": state, "before": before}


def _origins(edits: Iterable[Edit], topic: str, language: str, texts: Iterable[str]) -> dict[str, str | None]:
    """What each sentence was before the edits; None for those that were not there."""
    origins: dict[str, str | None] = {text: text for text in texts}
    for edit in edits:
        match edit:
            case ChangeSentence() if (edit.topic, edit.language) == (topic, language):
                origins[edit.text] = origins.pop(edit.before, None)
            case AddSentence() if (edit.topic, edit.language) == (topic, language):
                origins.setdefault(edit.text, None)
            case RemoveSentence() if (edit.topic, edit.language) == (topic, language):
                origins.pop(edit.text, None)
            case MoveSentence() if (edit.topic, edit.language) == (topic, language):
                origins.pop(edit.text, None)
    return origins
