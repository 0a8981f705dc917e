"""What an edit must have come to."""

from hub.knowledge.edits import (
    AddSentence,
    AddTopic,
    ChangeSentence,
    Edit,
    RemoveSentence,
    RemoveTopic,
    SetButtons,
    SetHumanOnly,
    SetTeam,
    SetWords,
)
from hub.knowledge.project import Project


def assert_outcome(project: Project, edit: Edit) -> None:
    """What the edit asks for is what the project holds."""
    match edit:
        case AddSentence() | ChangeSentence():
            there = project.topics[edit.topic].sentences[edit.language]
            assert [each.marks for each in there if each.text == edit.text] == [edit.marks]
        case RemoveSentence():
            assert all(
                each.text != edit.text for each in project.topics[edit.topic].sentences.get(edit.language, ())
            )
        case SetWords():
            assert project.words[edit.language].answers[edit.answer] == edit.variants
        case SetButtons():
            assert project.dialogue.answers[edit.answer].buttons == edit.buttons
        case SetHumanOnly():
            handoff = project.dialogue.answers[edit.topic].handoff
            assert (handoff.team if handoff else None) == edit.team
        case SetTeam():
            assert project.dialogue.teams_of.get(edit.topic) == edit.team
        case AddTopic():
            assert project.topics[edit.name].group == edit.group
            assert project.words["cs"].answers[edit.name] == edit.words["cs"]
        case RemoveTopic():
            assert edit.name not in project.topics
            assert edit.name not in project.dialogue.answers
