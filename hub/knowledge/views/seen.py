"""What a view is made of: the project without and with a draft, and what differs. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hub.knowledge.checks import Finding
from hub.knowledge.content import Rules
from hub.knowledge.edits import Edit, places_of, read_edit
from hub.knowledge.project import Project
from storage.model.knowledge import DoneEdit, Draft


@dataclass(frozen=True, slots=True)
class Seen:
    """``base`` is what is on disk, ``now`` the same with the edits of a draft that fit."""

    base: Project
    now: Project
    edits: tuple[Edit, ...]
    findings: tuple[Finding, ...]

    def answer_edited(self, name: str) -> bool:
        """Whether the draft says something else, or shows something else with it."""
        return self._answer(self.base, name) != self._answer(self.now, name)

    def topic_edited(self, name: str) -> bool:
        """Whether the draft has changed anything of a topic."""
        return self._topic(self.base, name) != self._topic(self.now, name) or self.answer_edited(name)

    def findings_about(self, *, topic: str | None = None, answer: str | None = None) -> list[dict[str, Any]]:
        """Those of a topic and of an answer."""
        return [
            each.view()
            for each in self.findings
            if (topic is not None and each.topic == topic) or (answer is not None and each.answer == answer)
        ]

    @staticmethod
    def _answer(project: Project, name: str) -> tuple[Rules | None, list[tuple[str, ...] | None]]:
        words = [project.words[language].answers.get(name) for language in project.languages]
        return project.dialogue.answers.get(name), words

    @staticmethod
    def _topic(project: Project, name: str) -> tuple[Any, ...]:
        topic = project.topics.get(name)
        sentences = (
            {language: found for language, found in topic.sentences.items() if found} if topic else None
        )
        return sentences, project.dialogue.teams_of.get(name), titles_of(project, name)


def titles_of(project: Project, topic: str) -> dict[str, str]:
    """What a topic is called in each language: what its button says, or its name where it has none."""
    buttons = project.dialogue.buttons_for(topic)
    plain = topic.replace("_", " ").capitalize()
    return {
        language: (project.words[language].buttons.get(buttons[0], "") if buttons else "") or plain
        for language in project.languages
    }


def edits_of(draft: Draft) -> list[Edit]:
    """The edits of a draft."""
    return [read_edit(kept.edit) for kept in draft.edits]


def history_of(places: Iterable[str], done: Sequence[DoneEdit], draft: Draft) -> list[dict[str, Any]]:
    """What was done to some places, latest first: published by anybody, and in the draft of whoever asks."""
    wanted = set(places)
    told = [_done(each.at.isoformat(), each.by.name, each.version, each.edit) for each in done]
    told += [
        _done(kept.at.isoformat(), draft.by.name, None, kept.edit)
        for kept in draft.edits
        if wanted & set(places_of(read_edit(kept.edit)))
    ]
    return sorted(told, key=lambda each: str(each["at"]), reverse=True)


def _done(at: str, by: str, version: int | None, edit: Mapping[str, Any]) -> dict[str, Any]:
    return {"at": at, "by": by, "version": version, "edit": dict(edit)}
