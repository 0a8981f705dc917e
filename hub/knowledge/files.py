"""The text of the bot: YAML files by their path in the knowledge folder ("data/nlu/cs/billing.yml"). Pure."""

import difflib
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

Files = Mapping[str, str]
"""Texts by path. A path says nothing of where the folder is."""

FOLDERS = ("content", "data", "domain", "tests")
"""What of the folder is text; all else in it is not ours."""

SUFFIX = ".yml"
_LONGEST_PATH = 200  # characters

MOST = 500  # files
LARGEST = 256 * 1024  # bytes of a file; it is read under the lock of the process that serves customers
ALTOGETHER = 4 * 1024 * 1024  # bytes of all files


@dataclass(frozen=True, slots=True)
class FileChange:
    """How a file differs: a unified diff, without a header."""

    path: str
    diff: str


def is_text_path(path: str) -> bool:
    """Whether it names a file of the text, and nothing outside of the folder."""
    parts = PurePosixPath(path).parts
    return (
        path.isprintable()
        and len(path) <= _LONGEST_PATH
        and path == "/".join(parts)
        and path.endswith(SUFFIX)
        and len(parts) > 1
        and parts[0] in FOLDERS
        and not any(part.startswith(".") for part in parts)
        and "\\" not in path
    )


def sizes_of(files: Files) -> dict[str, int]:
    """Bytes by path."""
    return {path: len(text.encode("utf-8", "surrogatepass")) for path, text in files.items()}


def why_too_much(sizes: Mapping[str, int]) -> str | None:
    """What is more than we read, by the files' sizes in bytes; None if nothing is."""
    if len(sizes) > MOST:
        return f"there are more than {MOST} files"
    if large := next((path for path, size in sizes.items() if size > LARGEST), None):
        return f"{large}: larger than {LARGEST // 1024} KiB. Split it into several files"
    if sum(sizes.values()) > ALTOGETHER:
        return f"all files together are larger than {ALTOGETHER // 1024 // 1024} MiB"
    return None


def fingerprint(files: Files) -> str:
    """A hash of all names and texts: equal for equal files only."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path}\0".encode())
        digest.update(hashlib.sha256(files[path].encode("utf-8", "surrogatepass")).digest())
    return digest.hexdigest()


def differing(before: Files, after: Files) -> list[str]:
    """Paths whose texts differ, or that only one of both has."""
    return sorted(path for path in {*before, *after} if before.get(path) != after.get(path))


def changes_between(before: Files, after: Files) -> list[FileChange]:
    """What differs, file by file; the end of a last line is nothing to show."""
    changes = [
        FileChange(path, _diff(before.get(path, ""), after.get(path, "")))
        for path in differing(before, after)
    ]
    return [change for change in changes if change.diff]


def _diff(before: str, after: str) -> str:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2)
    return "\n".join(list(lines)[2:])
