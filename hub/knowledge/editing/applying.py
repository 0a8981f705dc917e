"""Edits applied to files, one after the other. Pure, and the same every time."""

from collections.abc import Sequence
from dataclasses import dataclass

from hub.knowledge.editing import answers, nicknames, sentences, topics
from hub.knowledge.editing.fitting import Conflict
from hub.knowledge.edits import (
    AddEntry,
    AddSentence,
    AddTopic,
    ChangeSentence,
    Edit,
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
from hub.knowledge.files import Files
from hub.knowledge.nicknames import NICKNAMES


@dataclass(frozen=True, slots=True)
class Applied:
    """The files with all edits that fit, and, for each edit, how it does not fit."""

    files: Files
    conflicts: tuple[Conflict | None, ...]


def applied(files: Files, edits: Sequence[Edit]) -> Applied:
    """Apply edits in order; one that does not fit is passed over.

    Raises ``UnreadableFile`` when a file that is to be edited was made unusable by hand.
    """
    conflicts = list[Conflict | None]()
    for edit in edits:
        try:
            files = with_edit(files, edit)
            conflicts.append(None)
        except Conflict as conflict:
            conflicts.append(conflict)
    return Applied(files, tuple(conflicts))


def with_edit(files: Files, edit: Edit) -> Files:
    """The files with one edit. Raises ``Conflict`` if it does not fit, or ``UnreadableFile``."""
    match edit:
        case AddSentence():
            return sentences.add_sentence(files, edit)
        case ChangeSentence():
            return sentences.change_sentence(files, edit)
        case RemoveSentence():
            return sentences.remove_sentence(files, edit)
        case MoveSentence():
            return sentences.move_sentence(files, edit)
        case AddEntry(table=table) if table == NICKNAMES:
            return nicknames.add_nickname(files, edit)
        case RemoveEntry(table=table) if table == NICKNAMES:
            return nicknames.remove_nickname(files, edit)
        case AddEntry():
            return sentences.add_entry(files, edit)
        case RemoveEntry():
            return sentences.remove_entry(files, edit)
        case SetWords():
            return answers.set_words(files, edit)
        case SetButtons():
            return answers.set_buttons(files, edit)
        case SetButtonTitle():
            return answers.set_button_title(files, edit)
        case SetFact():
            return answers.set_fact(files, edit)
        case SetHumanOnly():
            return answers.set_human_only(files, edit)
        case SetTeam():
            return answers.set_team(files, edit)
        case AddTopic():
            return topics.add_topic(files, edit)
        case RemoveTopic():
            return topics.remove_topic(files, edit)
