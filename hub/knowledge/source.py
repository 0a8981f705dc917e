"""The knowledge folder on disk: read without reading twice, noticed when it changes, written all or not at all."""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from hub.knowledge.files import FOLDERS, SUFFIX, Files, is_text_path, sizes_of, why_too_much

_SETTLED = 2_000_000_000  # nanoseconds after which a file's time of change tells a further change apart
_NEW = ".linka-new"


class SourceError(Exception):
    """The folder cannot be read or written; the message says which file, and what to do."""


class SourceChanged(SourceError):
    """A file is no longer what whoever writes it has seen."""


class _Stamp(NamedTuple):
    modified: int
    size: int
    inode: int


class Source:
    """The text in a folder. Methods block; call them in a thread. Safe to call from several."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self._seen: dict[str, tuple[_Stamp, str]] = {}

    @property
    def folder(self) -> Path:
        """Where the text lies."""
        return self._folder

    def read(self) -> Files:
        """All texts as they are now. Only what has changed since the last time is read again.

        Raises ``SourceError``.
        """
        with self._lock:
            return self._read()

    def write(self, changes: Mapping[str, str | None], *, expected: Files | None = None) -> None:
        """Write files, or remove those whose text is None: all of them, or none if one cannot be.

        ``expected`` are the texts that the writer has seen, of the files that change at least.

        Raises ``SourceChanged`` if some of them are others by now, else ``SourceError``. A process that is killed
        between two files leaves the first written: who publishes keeps a record to go on from.
        """
        if wrong := [path for path in changes if not is_text_path(path)]:
            raise SourceError(f"{wrong[0]}: no file of the bot's text")
        with self._lock:
            before = self._read()
            if expected is not None:
                moved = [path for path in sorted(changes) if before.get(path) != expected.get(path)]
                if moved:
                    raise SourceChanged(f"{moved[0]} was changed by somebody else in the meantime")
            after = {path: text for path, text in {**before, **changes}.items() if text is not None}
            if reason := why_too_much(sizes_of(after)):
                raise SourceError(f"{reason}; so nothing is written")
            try:
                self._put(changes, before)
            except OSError as error:
                raise SourceError(f"{error.filename}: cannot be written ({error.strerror})") from error
            finally:
                for path in changes:
                    self._seen.pop(path, None)

    def _read(self) -> Files:
        try:
            stamps = {path: self._stamp(path) for path in self._paths()}
            if reason := why_too_much({path: stamp.size for path, stamp in stamps.items()}):
                raise SourceError(reason)
            seen = {path: self._one(path, stamp) for path, stamp in stamps.items()}
        except OSError as error:
            raise SourceError(f"{error.filename}: cannot be read ({error.strerror})") from error
        self._seen = seen
        return {path: text for path, (_, text) in seen.items()}

    def _paths(self) -> list[str]:
        found = (
            file.relative_to(self._folder).as_posix()
            for folder in FOLDERS
            for file in (self._folder / folder).rglob(f"*{SUFFIX}")
            if file.is_file()
        )
        return sorted(path for path in found if is_text_path(path))

    def _stamp(self, path: str) -> _Stamp:
        status = (self._folder / path).stat()
        return _Stamp(status.st_mtime_ns, status.st_size, status.st_ino)

    def _one(self, path: str, stamp: _Stamp) -> tuple[_Stamp, str]:
        known = self._seen.get(path)
        # Two changes in quick succession may have one time: what is fresh is read again.
        if known and known[0] == stamp and time.time_ns() - stamp.modified > _SETTLED:
            return known
        try:
            text = (self._folder / path).read_bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            raise SourceError(f"{path}: not written in UTF-8. Save it in that encoding") from error
        # The same object for the same text: what is made of it is remembered by it.
        return stamp, known[1] if known and known[1] == text else text

    def _put(self, changes: Mapping[str, str | None], before: Files) -> None:
        """Write all beside, then put each in its place; what was put there already is put back if one cannot be.

        Raises ``OSError``.
        """
        fresh = {path: self._beside(path) for path, text in changes.items() if text is not None}
        done = list[str]()
        try:
            for path, new in fresh.items():
                _write(new, changes[path] or "", like=self._file(path))
            for path in changes:
                self._place(path, fresh.get(path))
                done.append(path)
        except OSError:
            for path in done:
                old = before.get(path)
                if old is not None:
                    _write(self._beside(path), old, like=self._file(path))
                self._place(path, None if old is None else self._beside(path))
            raise
        finally:
            for new in fresh.values():
                new.unlink(missing_ok=True)
        for folder in {self._file(path).parent for path in changes}:
            _sync(folder)

    def _file(self, path: str) -> Path:
        """The file itself, where a link leads to it."""
        return (self._folder / path).resolve()

    def _beside(self, path: str) -> Path:
        file = self._file(path)
        return file.with_name(file.name + _NEW)

    def _place(self, path: str, new: Path | None) -> None:
        """Put a new file in place of the one at a path, or none."""
        if new is None:
            self._file(path).unlink(missing_ok=True)
        else:
            new.replace(self._file(path))


def _write(file: Path, text: str, *, like: Path) -> None:
    """Durably, and for the same people as another file that is perhaps there."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as out:
        out.write(text.encode())
        out.flush()
        os.fsync(out.fileno())
    if like.exists():
        file.chmod(like.stat().st_mode & 0o7777)


def _sync(folder: Path) -> None:
    """Make what was renamed in it durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
