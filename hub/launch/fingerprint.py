"""Hashes of sources, so that what was made from them is made again only when they change."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

_PASSED_OVER = frozenset({"node_modules", "dist", ".venv", "__pycache__", ".rasa", "models"})


def fingerprint(paths: Iterable[Path], *extra: str) -> str:
    """A hash of the names and contents of files and folders, and of `extra` words (versions, say).

    What installs and builds write (node_modules, dist, caches) is passed over; a path that does not exist
    counts as empty.
    """
    digest = hashlib.sha256()
    for word in extra:
        digest.update(f"word {word}\0".encode())
    for path in paths:
        for file in sorted(_files(path)):
            digest.update(f"file {file.relative_to(path.parent).as_posix()}\0".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


class Stamp:
    """A file that holds the fingerprint of what a thing was made from."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def matches(self, value: str) -> bool:
        """Whether the thing was made from this."""
        try:
            return self._path.read_text(encoding="utf-8").strip() == value
        except FileNotFoundError:
            return False

    def set(self, value: str) -> None:
        """Record it; call only when the thing is complete."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(value + "\n", encoding="utf-8")

    def clear(self) -> None:
        """Forget it; call before the thing is touched, so that an interrupted attempt is not taken for done."""
        self._path.unlink(missing_ok=True)


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    elif path.is_dir():
        for child in path.iterdir():
            if child.name not in _PASSED_OVER:
                yield from _files(child)
