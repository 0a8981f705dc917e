"""What an edit finds when it is made, so that it never replaces or removes what nobody saw. Pure."""

import hashlib

from hub.knowledge.edits import ChangeSentence, Edit, Mark, RemoveTopic
from hub.knowledge.project import Project


def witnessed(edit: Edit, project: Project) -> Edit:
    """The edit with what it finds in the project, as it is before the edit, unless it tells so itself."""
    match edit:
        case ChangeSentence(before_marks=None):
            sentences = project.topics[edit.topic].sentences.get(edit.language, ())
            found = next((each.marks for each in sentences if each.text == edit.before), None)
            return edit.model_copy(update={"before_marks": found})
        case RemoveTopic(found=None):
            return edit.model_copy(update={"found": mark_of_topic(project, edit.name)})
    return edit


def mark_of_topic(project: Project, name: str) -> str:
    """Another one for other sentences, marks or words of a topic."""
    topic = project.topics[name]
    sentences = [
        (language, sorted((each.text, _told(each.marks)) for each in found))
        for language, found in sorted(topic.sentences.items())
        if found
    ]
    words = [(language, spoken.answers.get(name)) for language, spoken in sorted(project.words.items())]
    return hashlib.sha256(repr((sentences, words)).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _told(marks: tuple[Mark, ...]) -> list[tuple[int, int, str, str]]:
    return [(mark.start, mark.end, mark.entity, mark.value or "") for mark in marks]
