"""Files of a version by the hashes of their texts: what is the same in many versions is kept once. Pure."""

import hashlib
from collections.abc import Iterable, Mapping

from hub.knowledge.files import Files, differing
from storage.model.versions import TextRef


def digest_of(text: str) -> str:
    """The hash under which a text is kept."""
    return hashlib.sha256(text.encode()).hexdigest()


def refs_of(files: Files) -> tuple[TextRef, ...]:
    """The files of a version."""
    return tuple(TextRef(path, digest_of(files[path])) for path in sorted(files))


def texts_of(*several: Files) -> dict[str, str]:
    """The texts by their hashes."""
    return {digest_of(text): text for files in several for text in files.values()}


def files_of(refs: Iterable[TextRef], texts: Mapping[str, str]) -> Files:
    """The files again. Raises ``KeyError`` if a text is missing."""
    return {ref.path: texts[ref.digest] for ref in refs}


def changes_to(before: Files, after: Files) -> dict[str, str | None]:
    """What to write so that the one becomes the other; None: the file goes."""
    return {path: after.get(path) for path in differing(before, after)}


def changes_back(disk: Files, before: Files, after: Files) -> dict[str, str | None]:
    """What to write so that nothing of ``after`` is left on a disk that was ``before``.

    A file that is neither was changed by hand since: it stays.
    """
    return {path: before.get(path) for path in differing(before, after) if disk.get(path) == after.get(path)}
