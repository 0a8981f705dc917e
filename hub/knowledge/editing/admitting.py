"""Which edits may be made at all, and why not, in words for people who write no programs. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from hub.knowledge.braces import BRACED, broken_brace
from hub.knowledge.edits import (
    AddEntry,
    AddSentence,
    AddTopic,
    ChangeSentence,
    Edit,
    Mark,
    MoveSentence,
    RemoveEntry,
    RemoveSentence,
    RemoveTopic,
    SetButtons,
    SetButtonTitle,
    SetFact,
    SetHumanOnly,
    SetTeam,
    SetWords,
)
from hub.knowledge.made import NEEDED, made_by_program
from hub.knowledge.marking import Unmarkable, markup
from hub.knowledge.nicknames import NICKNAMES, read_entry
from hub.knowledge.project import FALLBACK, Project

RESERVED = frozenset({"restart", "back", "session_start", FALLBACK, "out_of_scope"})
"""What Rasa itself understands by some names."""

_NAME = re.compile(r"[a-z][a-z0-9_]{2,49}")
_PLACEHOLDER = re.compile(r"[a-z][a-z_]*")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_JOINERS = frozenset("\u200c\u200d")  # between letters of some scripts, and within emoji
_UNWRITABLE = frozenset("\ufeff\ufffe\uffff")


class Inadmissible(ValueError):
    """An edit cannot be made; ``field`` is what of it, the message tells why."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


def admit(edit: Edit, project: Project) -> None:
    """Raises ``Inadmissible``. ``project`` is as the edit will find it."""
    match edit:
        case AddSentence() | ChangeSentence():
            _sentence(edit, project)
        case RemoveSentence():
            _known("topic", edit.topic, project.topics, "topic")
        case MoveSentence():
            _known("topic", edit.topic, project.topics, "topic")
            _known("to", edit.to, project.topics, "topic")
        case SetWords():
            _language(edit.language, project)
            _known("answer", edit.answer, project.dialogue.answers, "answer")
            _words("variants", edit.variants)
        case SetButtons():
            _known("answer", edit.answer, project.dialogue.answers, "answer")
            for button in edit.buttons:
                _known("buttons", button, project.dialogue.payloads, "button")
            if len(set(edit.buttons)) < len(edit.buttons):
                raise Inadmissible("buttons", "A button is there twice.")
        case SetButtonTitle():
            _language(edit.language, project)
            _known("button", edit.button, project.dialogue.payloads, "button")
            _line("title", edit.title)
        case SetHumanOnly() | SetTeam():
            _handing(edit, project)
        case SetFact():
            _language(edit.language, project)
            _known("name", edit.name, project.words[edit.language].facts, "fact")
            _line("value", edit.value)
            if set(edit.value) & set("{}"):
                raise Inadmissible("value", "Braces cannot be part of this: nothing is filled in here.")
        case AddTopic():
            _new_topic(edit, project)
        case RemoveTopic():
            _removable(edit.name, project)
        case AddEntry() | RemoveEntry():
            _entry(edit, project)


def why_not_removable(topic: str, project: Project) -> str | None:
    """Why a topic cannot be removed; None if it can."""
    if topic in NEEDED or topic in RESERVED:
        return "The bot's program cannot do without this topic."
    offering = [
        name for name, rules in project.dialogue.answers.items() if rules.offer == topic and name != topic
    ]
    return f"The answer “{offering[0]}” offers this topic to whoever says yes." if offering else None


def _sentence(edit: AddSentence | ChangeSentence, project: Project) -> None:
    _known("topic", edit.topic, project.topics, "topic")
    if edit.language not in project.languages:
        raise Inadmissible("language", f"The bot does not speak this language ({edit.language}).")
    _line("text", edit.text)
    if edit.text.startswith("/"):
        raise Inadmissible(
            "text", "A sentence cannot begin with a slash: that is how buttons speak to the bot."
        )
    _marks(edit.text, edit.marks, project)
    there = project.topics[edit.topic].sentences.get(edit.language, ())
    before = (
        next((each for each in there if each.text == edit.before), None)
        if isinstance(edit, ChangeSentence)
        else None
    )
    if before and not before.simple:
        raise Inadmissible(
            "text", "This sentence has marks that can be changed in its file only. Ask a developer."
        )
    if any(each.text == edit.text and each is not before for each in there):
        raise Inadmissible("text", "This sentence is in the topic already.")


def _marks(text: str, marks: Sequence[Mark], project: Project) -> None:
    for mark in marks:
        _known("marks", mark.entity, project.entities, "kind of name")
        if mark.value is not None:
            _line("marks", mark.value)
    try:
        markup(text, marks)
    except Unmarkable as wrong:
        raise Inadmissible("marks" if marks else "text", str(wrong)) from wrong


def _handing(edit: SetHumanOnly | SetTeam, project: Project) -> None:
    _known("topic", edit.topic, project.topics, "topic")
    if edit.team is not None:
        _known("team", edit.team, project.dialogue.teams, "team")
    if isinstance(edit, SetHumanOnly) and made_by_program(edit.topic):
        raise Inadmissible(
            "topic", "The bot's program answers this topic itself, so it decides when people take over."
        )


def _new_topic(edit: AddTopic, project: Project) -> None:
    if edit.name in RESERVED:
        raise Inadmissible(
            "name", f"“{edit.name}” is a word of the bot's own machinery. Choose another name."
        )
    if not _NAME.fullmatch(edit.name):
        raise Inadmissible(
            "name", "A topic's name is 3 to 50 small letters without accents, digits and _, like ask_invoice."
        )
    if edit.name in project.topics or edit.name in project.dialogue.answers:
        raise Inadmissible("name", "There is something of that name already. Choose another.")
    if not _NAME.fullmatch(edit.group):
        raise Inadmissible("group", "A group's name is 3 to 50 small letters without accents, digits and _.")
    for field, given in (("titles", set(edit.titles)), ("words", set(edit.words))):
        if unknown := given - set(project.languages):
            raise Inadmissible(field, f"The bot does not speak this language ({min(unknown)}).")
        for language in project.languages:
            if language not in given:
                raise Inadmissible(field, f"This is missing in {project.words[language].name}.")
    for title in edit.titles.values():
        _line("titles", title)
    for variants in edit.words.values():
        _words("words", variants)
    if edit.human_only is not None:
        _known("human_only", edit.human_only, project.dialogue.teams, "team")


def _removable(name: str, project: Project) -> None:
    _known("name", name, project.topics, "topic")
    if reason := why_not_removable(name, project):
        raise Inadmissible("name", reason)


def _entry(edit: AddEntry | RemoveEntry, project: Project) -> None:
    table = project.tables.get((edit.language, edit.table))
    if table is None:
        raise Inadmissible("table", f"There is no table “{edit.table}” in this language.")
    if isinstance(edit, AddEntry):
        _line("text", edit.text)
        if edit.text in table.entries:
            raise Inadmissible("text", "This is in the table already.")
        if edit.table == NICKNAMES and read_entry(edit.text) is None:
            raise Inadmissible(
                "text", "Write the beginning of a word and the number it stands for, like “stovk = 100”."
            )


def _language(language: str, project: Project) -> None:
    if language not in project.words:
        raise Inadmissible("language", f"The bot does not speak this language ({language}).")


def _known(field: str, name: str, known: Iterable[str], what: str) -> None:
    if name not in known:
        raise Inadmissible(field, f"There is no {what} “{name}” any more.")


def _line(field: str, text: str) -> None:
    """One line that people can read."""
    _written(field, text)
    if _unseen(text):
        raise Inadmissible(field, "Write this on one line, without tabs or other signs that cannot be seen.")


def _words(field: str, variants: Sequence[str]) -> None:
    for text in variants:
        for line in text.split("\n"):
            if _unseen(line):
                raise Inadmissible(field, "There is a sign in this text that cannot be seen. Type it anew.")
        _written(field, text)
        for name in BRACED.findall(text):
            if not _PLACEHOLDER.fullmatch(name):
                raise Inadmissible(
                    field, f"“{{{name}}}” is nothing that the bot can fill in. Choose one of those offered."
                )
        if broken_brace(text):
            raise Inadmissible(
                field, "There is a brace without its other one. Choose one of those offered to be filled in."
            )
    if len(set(variants)) < len(variants):
        raise Inadmissible(field, "Two variants are the same.")


def _written(field: str, text: str) -> None:
    if not any(char not in _JOINERS and not char.isspace() for char in text):
        raise Inadmissible(field, "Write something here.")
    if text != text.strip():
        raise Inadmissible(field, "Take away the blanks before and behind the text.")


def _unseen(line: str) -> bool:
    """Whether a line holds signs that YAML cannot hold, that end a line, or that nobody sees."""
    return any(
        char in _UNWRITABLE or (unicodedata.category(char) in _UNSEEN and char not in _JOINERS)
        for char in line
    )
