"""Reads the content from disk, and again when a file has changed, so that a new answer needs no restart."""

import logging
from pathlib import Path
from typing import Any

import yaml

from actions.checking import ContentError
from actions.content import Content, parse_content
from actions.examples import annotated, common_words
from actions.language import LanguageGuesser

log = logging.getLogger(__name__)

PROJECT = Path(__file__).resolve().parent.parent


class Library:
    """The content of one folder."""

    def __init__(self, folder: Path) -> None:
        """Raises ``ContentError`` or ``OSError`` when the content cannot be used."""
        self._folder = folder
        self._version = self._stamp()
        self._content = read_content(folder)

    @property
    def content(self) -> Content:
        """The present content; the last good one while a file is being mended."""
        version = self._stamp()
        if version != self._version:
            self._version = version
            try:
                self._content = read_content(self._folder)
            except (ContentError, OSError):
                log.exception("The changed content is not used")
        return self._content

    def _stamp(self) -> tuple[tuple[str, int], ...]:
        files = sorted(self._folder.rglob("*.yml"))
        return tuple((str(file), file.stat().st_mtime_ns) for file in files)


def read_content(folder: Path) -> Content:
    """The content of a folder. Raises ``ContentError`` or ``OSError`` when it cannot be used."""
    words = {file.stem: _yaml(file) for file in sorted((folder / "words").glob("*.yml"))}
    return parse_content(_yaml(folder / "dialogue.yml"), words)


def read_learnt(data: Path) -> tuple[LanguageGuesser, frozenset[str]]:
    """A guesser of languages, and the plain words that are no names; from training sentences, one folder a language."""
    learnt = {
        folder.name: [it for file in sorted(folder.glob("*.yml")) for it in annotated(_yaml(file))]
        for folder in sorted(data.iterdir())
        if folder.is_dir()
    }
    guesser = LanguageGuesser({name: [text for _, text, _ in each] for name, each in learnt.items()})
    return guesser, common_words((text, marks) for each in learnt.values() for _, text, marks in each)


def _yaml(file: Path) -> Any:
    try:
        return yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as wrong:
        raise ContentError(f"{file.name}: {wrong}") from wrong
