"""Edits of training sentences and of lookup tables: lines of a block, added, changed, removed and moved. Pure."""

from collections.abc import Iterator

from hub.knowledge.editing.fitting import Conflict, with_text
from hub.knowledge.editing.splicing import Splice, column, line_after, line_end, spliced, without_lines
from hub.knowledge.edits import (
    AddEntry,
    AddSentence,
    ChangeSentence,
    MoveSentence,
    RemoveEntry,
    RemoveSentence,
)
from hub.knowledge.examples import Item, Line, read_items
from hub.knowledge.files import Files
from hub.knowledge.marking import markup, read_markup
from hub.knowledge.project import data_path, group_of, is_training_data, language_of_data, reading

NEW_FILE = 'version: "3.1"\nnlu:\n'


def add_sentence(files: Files, edit: AddSentence) -> Files:
    """Raises ``Conflict`` if the topic is not there any more, or marks the sentence in another way."""
    line = markup(edit.text, edit.marks)
    there = _said(files, edit.topic, edit.language, edit.text)
    if there is not None and there != line:
        raise Conflict(there)
    return _with_line(files, "intent", edit.topic, edit.language, line)


def change_sentence(files: Files, edit: ChangeSentence) -> Files:
    """Raises ``Conflict`` if the sentence is not there any more, or is marked in a third way."""
    line = markup(edit.text, edit.marks)
    for path, _, there in _lines(files, "intent", edit.topic, edit.language):
        found = read_markup(there.text)
        if found.text == edit.before:
            if edit.before_marks not in (None, found.marks) and there.text != line:
                raise Conflict(there.text)
            text = files[path]
            start = text.index(there.text, there.start, line_end(text, there.start))
            return with_text(files, path, spliced(text, Splice(start, start + len(there.text), line)))
    if _has(files, "intent", edit.topic, edit.language, line):
        return files
    raise Conflict


def remove_sentence(files: Files, edit: RemoveSentence) -> Files:
    """What is gone already is no conflict."""
    return _without_line(files, "intent", edit.topic, edit.language, edit.text)


def move_sentence(files: Files, edit: MoveSentence) -> Files:
    """Raises ``Conflict`` if the sentence or the other topic is not there any more."""
    for _, _, there in _lines(files, "intent", edit.topic, edit.language):
        if read_markup(there.text).text == edit.text:
            added = _with_line(files, "intent", edit.to, edit.language, there.text)
            return _without_line(added, "intent", edit.topic, edit.language, edit.text)
    if _said(files, edit.to, edit.language, edit.text) is None:
        raise Conflict
    return files


def add_entry(files: Files, edit: AddEntry) -> Files:
    """Raises ``Conflict`` if the table is not there any more."""
    return _with_line(files, "lookup", edit.table, edit.language, edit.text)


def remove_entry(files: Files, edit: RemoveEntry) -> Files:
    """What is gone already is no conflict."""
    return _without_line(files, "lookup", edit.table, edit.language, edit.text)


def with_item_of(files: Files, language: str, group: str, kind: str, name: str) -> Files:
    """The files with an empty item at the end of a group, which begins with it if there is none yet."""
    path = data_path(language, group)
    text = files.get(path, NEW_FILE)
    items = reading(path, read_items, files) if path in files else ()
    dash = " " * (column(text, text.rindex("-", 0, items[-1].start)) if items else 2)
    item = f"{dash}- {kind}: {name}\n{dash}  examples: |"
    if items:
        return with_text(files, path, spliced(text, line_after(text, items[-1].end, item)))
    at = text.index("\nnlu:") + len("\nnlu:")  # and nothing but [] behind it
    return with_text(files, path, spliced(text, Splice(at, line_end(text, at), f"\n{item}")))


def without_items_of(files: Files, kind: str, name: str) -> Files:
    """The files without an item, wherever it is, tests included. A file that held nothing else is gone."""
    for path in [path for path in files if is_training_data(path)]:
        while path in files and (
            found := [
                item for item in reading(path, read_items, files) if (item.kind, item.name) == (kind, name)
            ]
        ):
            files = _without_item(files, path, found[0])
    return files


def _without_item(files: Files, path: str, item: Item) -> Files:
    text = files[path]
    gone = without_lines(text, item.start, item.end)
    if len(reading(path, read_items, files)) > 1:
        return with_text(files, path, spliced(text, gone))
    if spliced(text, gone) == NEW_FILE:
        return {other: kept for other, kept in files.items() if other != path}
    listing = text.index("\nnlu:") + len("\nnlu:")
    return with_text(files, path, spliced(text, Splice(listing, listing, " []"), gone))


def _items(files: Files, kind: str, name: str, language: str) -> Iterator[tuple[str, Item]]:
    for path in sorted(path for path in files if language_of_data(path) == language):
        for item in reading(path, read_items, files):
            if (item.kind, item.name) == (kind, name):
                yield path, item


def _lines(files: Files, kind: str, name: str, language: str) -> Iterator[tuple[str, Item, Line]]:
    return ((path, item, line) for path, item in _items(files, kind, name, language) for line in item.lines)


def _has(files: Files, kind: str, name: str, language: str, line: str) -> bool:
    return any(there.text == line for _, _, there in _lines(files, kind, name, language))


def _said(files: Files, topic: str, language: str, text: str) -> str | None:
    """The line with which a topic has a sentence; None if it has not."""
    lines = (line.text for _, _, line in _lines(files, "intent", topic, language))
    return next((line for line in lines if read_markup(line).text == text), None)


def _with_line(files: Files, kind: str, name: str, language: str, line: str) -> Files:
    """One more line at the end of the last item of that name. Raises ``Conflict`` if there is none."""
    if _has(files, kind, name, language, line):
        return files
    items = list(_items(files, kind, name, language))
    if not items and kind == "intent" and (group := _group_elsewhere(files, name)):
        files = with_item_of(files, language, group, kind, name)
        items = list(_items(files, kind, name, language))
    if not items:
        raise Conflict
    path, item = items[-1]
    text = files[path]
    return with_text(
        files, path, spliced(text, line_after(text, item.block.end, " " * item.indent + "- " + line))
    )


def _without_line(files: Files, kind: str, name: str, language: str, said: str) -> Files:
    for path, _, there in _lines(files, kind, name, language):
        if (read_markup(there.text).text if kind == "intent" else there.text) == said:
            text = files[path]
            return _without_line(
                with_text(files, path, spliced(text, without_lines(text, there.start, there.end))),
                kind,
                name,
                language,
                said,
            )
    return files


def _group_elsewhere(files: Files, topic: str) -> str | None:
    """The group that a topic has in another language."""
    for path in sorted(path for path in files if language_of_data(path)):
        if any((item.kind, item.name) == ("intent", topic) for item in reading(path, read_items, files)):
            return group_of(path)
    return None
