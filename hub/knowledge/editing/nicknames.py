"""Edits of what customers call tariffs by. Pure."""

from hub.knowledge.content import words_path
from hub.knowledge.editing.fitting import Conflict, table_of, with_text
from hub.knowledge.editing.splicing import spliced, with_key, without_key
from hub.knowledge.edits import AddEntry, RemoveEntry
from hub.knowledge.files import Files
from hub.knowledge.nicknames import LISTENS, NICKNAMES, entry_of, read_entry
from hub.knowledge.yaml import Scalar


def add_nickname(files: Files, edit: AddEntry) -> Files:
    """Raises ``Conflict`` if the word stands for another number by now."""
    word, number = _read(edit)
    now = _number(files, edit, word)
    if now is not None and now != number:
        raise Conflict(entry_of(word, now))
    if now is not None:
        return files
    path = words_path(edit.language)
    text = files[path]
    return with_text(
        files, path, spliced(text, with_key(text, table_of(files, path, LISTENS, NICKNAMES), word, number))
    )


def remove_nickname(files: Files, edit: RemoveEntry) -> Files:
    """What is gone already is no conflict."""
    word, number = _read(edit)
    if _number(files, edit, word) != number:
        return files
    path = words_path(edit.language)
    text = files[path]
    return with_text(
        files, path, spliced(text, without_key(text, table_of(files, path, LISTENS, NICKNAMES), word))
    )


def _read(edit: AddEntry | RemoveEntry) -> tuple[str, str]:
    found = read_entry(edit.text)
    if found is None:
        raise Conflict
    return found


def _number(files: Files, edit: AddEntry | RemoveEntry, word: str) -> str | None:
    path = words_path(edit.language)
    if path not in files:
        raise Conflict
    now = table_of(files, path, LISTENS, NICKNAMES).get(word)
    return now.text if isinstance(now, Scalar) else None
