"""What the bot says and has learnt, read from disk, and again when a file has changed: nothing needs a restart."""

import logging
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from actions.checking import ContentError
from actions.content import Content, parse_content
from actions.examples import annotated, common_words
from actions.language import LanguageGuesser

log = logging.getLogger(__name__)

PROJECT = Path(__file__).resolve().parent.parent
"""The Rasa project, which holds the content unless another folder is named."""

FORMER_FOR = 60.0
"""Seconds for which the content of before a change answers what the new one knows nothing of: a published change
reaches these files and the model one after the other."""

Stamps = tuple[tuple[str, int], ...]


class Learnt(NamedTuple):
    """What training sentences tell besides topics. ``common`` are the plain words that are no names."""

    guesser: LanguageGuesser
    common: frozenset[str]


class Library:
    """The content of one folder."""

    def __init__(self, folder: Path) -> None:
        """Raises ``ContentError`` or ``OSError`` when the content cannot be used."""
        self._folder = folder
        self._version = stamps(folder)
        self._content = read_content(folder)
        self._former: Content | None = None
        self._changed_at = 0.0

    @property
    def content(self) -> Content:
        """The present content; the last good one while a file is being mended."""
        version = stamps(self._folder)
        if version != self._version:
            self._version = version
            try:
                content = read_content(self._folder)
            except (ContentError, OSError):
                log.exception("The changed content is not used")
            else:
                self._former, self._content = self._content, content
                self._changed_at = time.monotonic()
        return self._content

    def content_for(self, intent: str) -> Content:
        """The present content, or that of before a change which has just taken this intent's answer away."""
        present, former = self.content, self._former
        is_gone = former is not None and intent in former.answers and intent not in present.answers
        if former is not None and is_gone and time.monotonic() - self._changed_at < FORMER_FOR:
            return former
        return present


class Lessons:
    """What was learnt, of one folder. Changes are read beside the turns, which go on with what was learnt before."""

    def __init__(self, data: Path) -> None:
        """Raises ``ContentError`` or ``OSError`` when the sentences cannot be used."""
        self._data = data
        self._version = stamps(data)
        self._learnt = read_learnt(data)
        self._reading: threading.Thread | None = None

    @property
    def learnt(self) -> Learnt:
        """The last that could be read."""
        version = stamps(self._data)
        if version != self._version and (self._reading is None or not self._reading.is_alive()):
            self._version = version
            self._reading = threading.Thread(target=self._read, name="learning", daemon=True)
            self._reading.start()
        return self._learnt

    def catch_up(self) -> None:
        """Wait for a change that is being read."""
        if self._reading is not None:
            self._reading.join()

    def _read(self) -> None:
        try:
            self._learnt = read_learnt(self._data)
        except (ValueError, OSError):
            log.exception("The changed sentences are not used")


def read_content(folder: Path) -> Content:
    """The content of a folder. Raises ``ContentError`` or ``OSError`` when it cannot be used."""
    words = {file.stem: _yaml(file) for file in sorted((folder / "words").glob("*.yml"))}
    return parse_content(_yaml(folder / "dialogue.yml"), words)


def read_learnt(data: Path) -> Learnt:
    """What training sentences tell, one folder a language. Raises ``ContentError``, ``ValueError`` or ``OSError``."""
    read = {
        folder.name: [it for file in sorted(folder.glob("*.yml")) for it in annotated(_yaml(file))]
        for folder in sorted(data.iterdir())
        if folder.is_dir()
    }
    guesser = LanguageGuesser({name: [text for _, text, _ in each] for name, each in read.items()})
    return Learnt(guesser, common_words((text, marks) for each in read.values() for _, text, marks in each))


def stamps(folder: Path) -> Stamps:
    """When each YAML file below a folder was written: another value after any change.

    A file that goes while this looks, as when an editor saves by renaming, is not there: the next look sees what came.
    """
    found = []
    for file in sorted(folder.rglob("*.yml")):
        with suppress(FileNotFoundError):
            found.append((str(file), file.stat().st_mtime_ns))
    return tuple(found)


def _yaml(file: Path) -> Any:
    try:
        return yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, ValueError) as wrong:  # a ValueError: letters that are none, a 30th of February
        raise ContentError(f"{file.name}: {wrong}") from wrong
    except RecursionError as wrong:
        raise ContentError(f"{file.name}: nested too deeply") from wrong
