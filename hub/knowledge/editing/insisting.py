"""Keeping one's own where a colleague changed the same: the edit as it fits what stands there now. Pure."""

from hub.knowledge.content import DIALOGUE, read_dialogue, read_words, words_path
from hub.knowledge.editing.witnessing import witnessed
from hub.knowledge.edits import (
    AddSentence,
    ChangeSentence,
    Edit,
    MoveSentence,
    RemoveTopic,
    SetButtons,
    SetButtonTitle,
    SetFact,
    SetHumanOnly,
    SetTeam,
    SetWords,
)
from hub.knowledge.files import Files
from hub.knowledge.project import read_project, reading


def insisted(files: Files, edit: Edit) -> Edit | None:
    """The edit that has the same outcome on these files; None if what it belongs to is gone."""
    match edit:
        case RemoveTopic():
            project = read_project(files)
            return (
                witnessed(edit.model_copy(update={"found": None}), project)
                if edit.name in project.topics
                else None
            )
        case AddSentence() | ChangeSentence() | MoveSentence():
            return _sentence(files, edit)
        case SetWords() | SetButtonTitle() | SetFact():
            return _words(files, edit)
        case SetButtons() | SetHumanOnly() | SetTeam():
            return _rule(files, edit)
    return None


def _sentence(files: Files, edit: AddSentence | ChangeSentence | MoveSentence) -> Edit | None:
    topic = edit.to if isinstance(edit, MoveSentence) else edit.topic
    found = read_project(files).topics.get(topic)
    if found is None:
        return None
    if isinstance(edit, ChangeSentence) and any(
        there.text == edit.before for there in found.sentences.get(edit.language, ())
    ):
        return witnessed(edit.model_copy(update={"before_marks": None}), read_project(files))
    marks = () if isinstance(edit, MoveSentence) else edit.marks
    told = {"topic": topic, "language": edit.language, "text": edit.text, "marks": marks}
    if any(there.text == edit.text for there in found.sentences.get(edit.language, ())):
        return ChangeSentence.model_validate({**told, "before": edit.text})
    return AddSentence.model_validate(told)


def _words(files: Files, edit: SetWords | SetButtonTitle | SetFact) -> Edit | None:
    spoken = reading(words_path(edit.language), read_words, files)
    match edit:
        case SetWords():
            if edit.answer not in reading(DIALOGUE, read_dialogue, files).answers:
                return None
            return edit.model_copy(update={"before": spoken.answers.get(edit.answer, ())})
        case SetButtonTitle():
            if edit.button not in reading(DIALOGUE, read_dialogue, files).payloads:
                return None
            return edit.model_copy(update={"before": spoken.buttons.get(edit.button, "")})
        case SetFact():
            now = spoken.facts.get(edit.name)
            return None if now is None else edit.model_copy(update={"before": now})


def _rule(files: Files, edit: SetButtons | SetHumanOnly | SetTeam) -> Edit | None:
    dialogue = reading(DIALOGUE, read_dialogue, files)
    if isinstance(edit, SetTeam):
        return edit.model_copy(update={"before": dialogue.teams_of.get(edit.topic)})
    rules = dialogue.answers.get(edit.answer if isinstance(edit, SetButtons) else edit.topic)
    if rules is None:
        return None
    if isinstance(edit, SetButtons):
        return edit.model_copy(update={"before": rules.buttons})
    return edit.model_copy(update={"before": rules.handoff.team if rules.handoff else None})
