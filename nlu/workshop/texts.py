"""The text of a draft as a folder, which Rasa and the actions can read. One folder for the same text."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path, PurePosixPath
from threading import Lock

from workshop.errors import BadRequest

FOLDERS = ("content", "data", "domain", "tests")
MOST_KEPT = 6  # texts on disk: of a few maintainers, before and after an edit
MOST_BYTES = 16 * 1024 * 1024

Files = Mapping[str, str]
"""Texts by their path in the knowledge folder."""


class Texts:
    """Folders below one, by the hash of what they hold."""

    def __init__(self, root: Path) -> None:
        """What an earlier process has left is removed."""
        self._root = root
        self._lock = Lock()
        self._in_use = Counter[Path]()
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir(parents=True)

    @asynccontextmanager
    async def use(self, files: Files) -> AsyncIterator[Path]:
        """The folder that holds these files, and nothing else. It stays at least for as long as it is used.

        Raises ``BadRequest`` for a path that leads elsewhere, or too much text.
        """
        folder = await asyncio.to_thread(self._taken, files)
        try:
            yield folder
        finally:
            with self._lock:
                self._in_use[folder] -= 1

    def _taken(self, files: Files) -> Path:
        require_text(files)
        with self._lock:
            folder = self._folder(files)
            self._in_use[folder] += 1
            return folder

    def _folder(self, files: Files) -> Path:
        folder = self._root / digest_of(files)
        if folder.is_dir():
            os.utime(folder)
            return folder
        half = folder.with_suffix(".half")
        shutil.rmtree(half, ignore_errors=True)
        for path, text in files.items():
            file = half / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="")
        half.replace(folder)
        self._tidy(folder)
        return folder

    def _tidy(self, newest: Path) -> None:
        self._in_use = +self._in_use
        older = sorted(
            (each for each in self._root.iterdir() if each != newest and each not in self._in_use),
            key=lambda each: each.stat().st_mtime,
        )
        for each in older[: max(len(older) + 1 - MOST_KEPT, 0)]:
            shutil.rmtree(each, ignore_errors=True)


def digest_of(files: Files) -> str:
    """A hash of all names and texts."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path}\0".encode("utf-8", "surrogatepass"))
        digest.update(hashlib.sha256(files[path].encode("utf-8", "surrogatepass")).digest())
    return digest.hexdigest()[:32]


def require_text(files: Files) -> None:
    """Raise ``BadRequest`` unless these are YAML files of the knowledge folder, in UTF-8, and not too much of it."""
    size = 0
    for path, text in files.items():
        parts = PurePosixPath(path).parts
        if (
            path != "/".join(parts)
            or not path.endswith(".yml")
            or len(parts) < 2
            or parts[0] not in FOLDERS
            or any(part.startswith(".") for part in parts)
            or not path.isprintable()
        ):
            raise BadRequest(f"no file of the text: {path[:100]!r}")
        try:
            size += len(text.encode())
        except UnicodeEncodeError:
            raise BadRequest(f"{path}: cannot be written in UTF-8") from None
    if size > MOST_BYTES:
        raise BadRequest("too much text")
