"""Adding a topic with all that belongs to it, and removing one. Pure."""

from collections.abc import Collection

from hub.knowledge.content import DIALOGUE, language_of_words, read_dialogue
from hub.knowledge.editing.answers import TO_PEOPLE, set_button_title, set_buttons, set_words, with_team
from hub.knowledge.editing.fitting import Conflict, table_of, with_text
from hub.knowledge.editing.sentences import with_item_of, without_items_of
from hub.knowledge.editing.splicing import (
    item_names,
    spliced,
    with_item,
    with_key,
    without_item,
    without_key,
)
from hub.knowledge.editing.witnessing import mark_of_topic
from hub.knowledge.editing.writing import written_name
from hub.knowledge.edits import AddTopic, RemoveTopic, SetButtons, SetButtonTitle, SetWords
from hub.knowledge.examples import read_items
from hub.knowledge.files import Files
from hub.knowledge.project import FALLBACK, INTENTS, data_path, language_of_data, read_project, reading
from hub.knowledge.yaml import Listing, Scalar, Table, Tree, read_yaml

RULES = "data/rules/answers.yml"


def add_topic(files: Files, edit: AddTopic) -> Files:
    """Raises ``Conflict`` if there is a topic or an answer of that name."""
    project = read_project(files)
    if edit.name in project.topics or edit.name in project.dialogue.answers:
        raise Conflict(edit.name)
    neighbour = _last_of_group(files, edit.group)
    for language in project.languages:
        files = with_item_of(files, language, edit.group, "intent", edit.name)
    files = _listed(files, INTENTS, edit.name, neighbour)
    files = _listed(files, RULES, edit.name, neighbour)
    files = _answered(files, edit.name, edit.human_only)
    button = _free_name(edit.name, project.dialogue.payloads)
    files = _with_button(files, button, edit.name)
    for language, title in edit.titles.items():
        files = set_button_title(
            files, SetButtonTitle(button=button, language=language, title=title, before="")
        )
    for language, variants in edit.words.items():
        files = set_words(files, SetWords(answer=edit.name, language=language, variants=variants, before=()))
    return with_team(files, edit.name, edit.human_only) if edit.human_only else files


def remove_topic(files: Files, edit: RemoveTopic) -> Files:
    """Its sentences, its answer, its buttons wherever they are shown. What is gone already is no conflict.

    Raises ``Conflict`` if there is something else by now.
    """
    project = read_project(files)
    if edit.found and edit.name in project.topics and mark_of_topic(project, edit.name) != edit.found:
        sentences = project.topics[edit.name].sentences.values()
        raise Conflict("\n".join(each.text for found in sentences for each in reversed(found)))
    dialogue = reading(DIALOGUE, read_dialogue, files)
    files = without_items_of(files, "intent", edit.name)
    files = _unlisted(files, INTENTS, edit.name)
    files = _unlisted(files, RULES, edit.name)
    files = with_team(files, edit.name, None)
    for button in dialogue.buttons_to(edit.name):
        files = _without_button(files, button)
    return _without_key(_without_words(files, "answers", edit.name), DIALOGUE, "answers", edit.name)


def _last_of_group(files: Files, group: str) -> str | None:
    """The last topic of a group, so that its new neighbour stands beside it elsewhere, too."""
    for path in sorted(path for path in files if language_of_data(path)):
        if path == data_path(language_of_data(path) or "", group):
            names = [item.name for item in reading(path, read_items, files) if item.kind == "intent"]
            if names:
                return names[-1]
    return None


def _free_name(wanted: str, taken: Collection[str]) -> str:
    names = (wanted, *(f"{wanted}_{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)


def _listing(files: Files, path: str) -> Listing:
    """The list of all topics in a file: of the domain, or of the rule that leads them to the action."""

    def found(tree: Tree) -> Listing | None:
        match tree:
            case Table():
                for name in ("intents", "or"):
                    if isinstance(listing := tree.get(name), Listing):
                        return listing
                inner = [value for _, value in tree.pairs]
            case Listing():
                inner = list(tree.items)
            case Scalar():
                inner = []
        return next((listing for each in inner if (listing := found(each))), None)

    listing = found(reading(path, read_yaml, files))
    if listing is None:
        raise Conflict
    return listing


def _listed(files: Files, path: str, topic: str, neighbour: str | None) -> Files:
    text, listing = files[path], _listing(files, path)
    if neighbour is None:
        neighbour = next((name for name in reversed(item_names(listing)) if name != FALLBACK), None)
    item = topic if path == INTENTS else f"intent: {topic}"
    return with_text(files, path, spliced(text, with_item(text, listing, item, after=neighbour)))


def _unlisted(files: Files, path: str, topic: str) -> Files:
    text, listing = files[path], _listing(files, path)
    if topic not in item_names(listing):
        return files
    return with_text(files, path, spliced(text, without_item(text, listing, topic)))


def _with_button(files: Files, button: str, topic: str) -> Files:
    """A button that stands for a topic, and may be offered as a guess."""
    text = files[DIALOGUE]
    text = spliced(text, with_key(text, table_of(files, DIALOGUE, "buttons"), button, f"/{topic}"))
    files = with_text(files, DIALOGUE, text)
    guessable = table_of(files, DIALOGUE).get("guessable")
    if not isinstance(guessable, Listing):
        raise Conflict
    return with_text(files, DIALOGUE, spliced(text, with_item(text, guessable, written_name(button))))


def _without_button(files: Files, button: str) -> Files:
    """A button gone from wherever it is shown, with its titles."""
    for name, rules in reading(DIALOGUE, read_dialogue, files).answers.items():
        if button in rules.buttons:
            files = set_buttons(files, _fewer_buttons(name, rules.buttons, button))
    text = files[DIALOGUE]
    guessable = table_of(files, DIALOGUE).get("guessable")
    if isinstance(guessable, Listing) and button in item_names(guessable):
        files = with_text(files, DIALOGUE, spliced(text, without_item(text, guessable, button)))
    return _without_key(_without_words(files, "buttons", button), DIALOGUE, "buttons", button)


def _fewer_buttons(answer: str, before: tuple[str, ...], button: str) -> SetButtons:
    left = tuple(name for name in before if name != button)
    return SetButtons.model_construct(answer=answer, buttons=left, before=before)


def _answered(files: Files, topic: str, team: str | None) -> Files:
    rules = "{}" if team is None else f"{{handoff: {{reason: {TO_PEOPLE}, team: {written_name(team)}}}}}"
    text = files[DIALOGUE]
    return with_text(
        files, DIALOGUE, spliced(text, with_key(text, table_of(files, DIALOGUE, "answers"), topic, rules))
    )


def _without_words(files: Files, section: str, name: str) -> Files:
    for path in [path for path in files if language_of_words(path)]:
        files = _without_key(files, path, section, name)
    return files


def _without_key(files: Files, path: str, section: str, name: str) -> Files:
    text, table = files[path], table_of(files, path, section)
    if table.get(name) is None:
        return files
    return with_text(files, path, spliced(text, without_key(text, table, name)))
