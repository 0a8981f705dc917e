"""Edits of what is said: words, facts, buttons and their titles, and who a topic is handed to. Pure."""

from hub.knowledge.content import DIALOGUE, read_dialogue, read_words, words_path
from hub.knowledge.editing.fitting import Conflict, table_of, to_be_set, with_text
from hub.knowledge.editing.splicing import (
    Splice,
    spliced,
    with_item,
    with_key,
    with_value,
    with_values,
    without_item,
    without_key,
)
from hub.knowledge.editing.writing import written_name, written_names
from hub.knowledge.edits import SetButtons, SetButtonTitle, SetFact, SetHumanOnly, SetTeam, SetWords
from hub.knowledge.files import Files
from hub.knowledge.project import reading
from hub.knowledge.yaml import Listing

BETWEEN = "\n⁂\n"
"""Stands between variants where several are shown in one text."""

TO_PEOPLE = "topic"
"""The reason of handing over what always goes to people."""


def set_words(files: Files, edit: SetWords) -> Files:
    """Raises ``Conflict``."""
    return _with_words(files, edit.language, "answers", edit.answer, edit.before, edit.variants)


def set_button_title(files: Files, edit: SetButtonTitle) -> Files:
    """Raises ``Conflict``."""
    return _with_words(files, edit.language, "buttons", edit.button, (edit.before,), (edit.title,))


def set_fact(files: Files, edit: SetFact) -> Files:
    """Raises ``Conflict``."""
    return _with_words(files, edit.language, "facts", edit.name, (edit.before,), (edit.value,))


def set_buttons(files: Files, edit: SetButtons) -> Files:
    """Raises ``Conflict``."""
    rules = reading(DIALOGUE, read_dialogue, files).answers.get(edit.answer)
    if rules is None:
        raise Conflict
    if not to_be_set(rules.buttons, edit.before, edit.buttons, ", ".join):
        return files
    return _with_rule(files, edit.answer, "buttons", written_names(edit.buttons) if edit.buttons else None)


def set_human_only(files: Files, edit: SetHumanOnly) -> Files:
    """With a team the topic becomes that team's, too. Raises ``Conflict``."""
    dialogue = reading(DIALOGUE, read_dialogue, files)
    rules = dialogue.answers.get(edit.topic)
    if rules is None:
        raise Conflict
    now = rules.handoff.team if rules.handoff else None
    if not to_be_set(now, edit.before, edit.team, lambda team: team):
        return files
    told = None if edit.team is None else f"{{reason: {TO_PEOPLE}, team: {written_name(edit.team)}}}"
    files = _with_rule(files, edit.topic, "handoff", told)
    return with_team(files, edit.topic, edit.team) if edit.team else files


def set_team(files: Files, edit: SetTeam) -> Files:
    """Raises ``Conflict``."""
    now = reading(DIALOGUE, read_dialogue, files).teams_of.get(edit.topic)
    if not to_be_set(now, edit.before, edit.team, lambda team: team):
        return files
    return with_team(files, edit.topic, edit.team)


def with_team(files: Files, topic: str, team: str | None) -> Files:
    """The files in which a topic is a team's, or nobody's."""
    now = reading(DIALOGUE, read_dialogue, files).teams_of.get(topic)
    if now == team:
        return files
    if now is not None:
        files = _with_listing(files, now, topic, there=False)
    return files if team is None else _with_listing(files, team, topic, there=True)


def _with_listing(files: Files, team: str, topic: str, *, there: bool) -> Files:
    listing = table_of(files, DIALOGUE, "topics").get(team)
    if not isinstance(listing, Listing):
        raise Conflict
    text = files[DIALOGUE]
    splice = with_item(text, listing, written_name(topic)) if there else without_item(text, listing, topic)
    return with_text(files, DIALOGUE, spliced(text, splice))


def _with_rule(files: Files, answer: str, rule: str, value: str | None) -> Files:
    """A rule of an answer set, or removed."""
    text = files[DIALOGUE]
    rules = table_of(files, DIALOGUE, "answers", answer)
    old = rules.get(rule)
    if value is None:
        splice = without_key(text, rules, rule) if old else Splice(0, 0, "")
    elif old is None:
        splice = with_key(text, rules, rule, value)
    else:
        splice = Splice(old.start, old.end, value)
    return with_text(files, DIALOGUE, spliced(text, splice))


def _with_words(
    files: Files, language: str, section: str, name: str, before: tuple[str, ...], wanted: tuple[str, ...]
) -> Files:
    path = words_path(language)
    if path not in files:
        raise Conflict
    spoken = reading(path, read_words, files)
    there = {
        "answers": spoken.answers,
        "buttons": {key: (value,) for key, value in spoken.buttons.items()},
        "facts": {key: (value,) for key, value in spoken.facts.items()},
    }[section]
    now = there.get(name)
    if now is None:
        if section == "answers" and name not in reading(DIALOGUE, read_dialogue, files).answers:
            raise Conflict
        if before not in ((), ("",)):
            raise Conflict
    elif not to_be_set(now, before, wanted, BETWEEN.join):
        return files
    return with_text(files, path, _set(files, path, section, name, wanted))


def _set(files: Files, path: str, section: str, name: str, values: tuple[str, ...]) -> str:
    """The file with a text set, whether it is there yet or not."""
    text, table = files[path], table_of(files, path, section)
    change = with_values if table.get(name) is None else with_value
    return spliced(text, change(text, table, name, values))
